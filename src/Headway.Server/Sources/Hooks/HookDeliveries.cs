using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Headway.Core;
using Headway.Server.Storage;
using Microsoft.Extensions.Hosting;

namespace Headway.Server.Sources.Hooks;

/// <summary>
/// Which deliveries were taken, so that none is taken twice, also after a restart. The number of a delivery is not
/// signed by most hosts, so the body counts as well: who changes the number has still sent the same body.
/// </summary>
public sealed class HookDeliveries(IEventStore store, TimeProvider time) : IHostedService
{
    /// <summary>Longer than any host tries again, and than a log with a delivery in it is likely to be of use.</summary>
    public static readonly TimeSpan Remembered = TimeSpan.FromDays(7);

    public const int Most = 50_000;
    private const string Rows = "hook-delivery";
    private readonly ConcurrentDictionary<string, Delivery> taken = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> numbers = new(StringComparer.Ordinal);

    /// <summary>False when it was taken before. What could not be stored was not taken.</summary>
    public async Task<bool> TakeAsync(Hook hook, string number, byte[] body, CancellationToken stop)
    {
        var key = Convert.ToHexStringLower(SHA256.HashData([.. Encoding.UTF8.GetBytes($"{hook.Id}\n"), .. body]));
        var delivery = new Delivery(hook.Id, Hashed(hook.Id, number), time.GetUtcNow());
        if (!taken.TryAdd(key, delivery)) return false;
        if (number.Length > 0 && !numbers.TryAdd(delivery.Number, key))
        {
            taken.TryRemove(key, out _);
            return false;
        }
        try
        {
            await store.WriteRowAsync(Rows, key, 0, JsonSerializer.SerializeToUtf8Bytes(delivery, Wire.Json), stop);
        }
        catch (VersionConflictException)
        {
            return false;
        }
        catch
        {
            Forget(key, delivery);
            throw;
        }
        await PruneAsync(stop);
        return true;
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var row in await store.ReadRowsAsync(Rows, cancellationToken))
        {
            if (JsonSerializer.Deserialize<Delivery>(row.Value, Wire.Json) is not { } delivery) continue;
            taken[row.Key] = delivery;
            numbers[delivery.Number] = row.Key;
        }
        await PruneAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The oldest go when there are too many: a flood of signed ones comes from who knows the secret.</summary>
    private async Task PruneAsync(CancellationToken stop)
    {
        var before = time.GetUtcNow() - Remembered;
        if (taken.Count <= Most && !taken.Values.Any(each => each.At < before)) return;
        var old = taken.OrderBy(each => each.Value.At).Take(Math.Max(0, taken.Count - Most))
            .Concat(taken.Where(each => each.Value.At < before)).ToList();
        foreach (var (key, delivery) in old)
        {
            Forget(key, delivery);
            await store.DeleteRowAsync(Rows, key, 1, stop);
        }
    }

    private void Forget(string key, Delivery delivery)
    {
        taken.TryRemove(key, out _);
        numbers.TryRemove(new(delivery.Number, key));
    }

    private static string Hashed(string hook, string number) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{hook}\n{number}")));

    /// <param name="Number">The host's number of it, hashed: it may have any length.</param>
    private sealed record Delivery(string Hook, string Number, DateTimeOffset At);
}
