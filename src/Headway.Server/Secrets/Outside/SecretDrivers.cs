using System.Collections.Concurrent;
using System.Collections.Immutable;
using Headway.Core.Secrets;

namespace Headway.Server.Secrets.Outside;

/// <summary>
/// The list of places outside, and what they answered lately. While one does not answer, what it said last is used for
/// ten minutes, in memory only; what it says no to is forgotten at once.
/// </summary>
public sealed class SecretDrivers(ImmutableArray<ISecretDriver> drivers, TimeProvider time)
{
    private const int MostKept = SecretStore.Most;
    private static readonly TimeSpan Stale = TimeSpan.FromMinutes(10);
    private readonly ConcurrentDictionary<SecretOutside, Known> known = new();

    public string? WhyRefused(SecretOutside outside) =>
        drivers.FirstOrDefault(driver => driver.Name == outside.Driver) is { } found ? found.WhyRefused(outside)
            : $"There is no driver `{outside.Driver}`: {string.Join(", ", drivers.Select(driver => $"`{driver.Name}`"))}.";

    /// <summary>What was read last, for masking; null when nothing was.</summary>
    public byte[]? Last(SecretOutside outside) => known.TryGetValue(outside, out var last) ? last.Value : null;

    public async Task<OutsideValue> ReadAsync(SecretOutside outside, CancellationToken stop)
    {
        var now = time.GetTimestamp();
        if (known.TryGetValue(outside, out var last) && time.GetElapsedTime(last.At, now) < last.Keep)
            return new(last.Value, last.Keep, null);
        var driver = drivers.First(each => each.Name == outside.Driver);
        var read = await driver.ReadAsync(outside, stop);
        if (read.Value is { } value)
        {
            if (SecretValue.WhyRefused(value) is { } refused) return OutsideValue.Failed(char.ToLowerInvariant(refused[0]) + refused[1..].TrimEnd('.'));
            if (known.Count >= MostKept) known.Clear();
            known[outside] = new(value, now, read.Keep);
            return read;
        }
        if (read.IsAway && last is not null && time.GetElapsedTime(last.At, now) < Stale) return new(last.Value, TimeSpan.Zero, null);
        known.TryRemove(outside, out _);
        return read;
    }

    private sealed class Known(byte[] value, long at, TimeSpan keep)
    {
        public byte[] Value => value;
        public long At => at;
        public TimeSpan Keep => keep;
    }
}
