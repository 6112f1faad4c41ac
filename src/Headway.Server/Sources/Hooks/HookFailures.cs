using System.Collections.Concurrent;
using System.Net;

namespace Headway.Server.Sources.Hooks;

/// <summary>Counts calls without a right signature by address; who fails too often is not listened to for a while.</summary>
public sealed class HookFailures(TimeProvider time)
{
    public const int Most = 30;
    public static readonly TimeSpan Within = TimeSpan.FromMinutes(1);

    private const int MostAddresses = 10_000;
    private readonly ConcurrentDictionary<IPAddress, (int Count, DateTimeOffset Since)> failures = new();

    public bool TooMany(IPAddress? address) =>
        failures.TryGetValue(address ?? IPAddress.None, out var found)
            && time.GetUtcNow() - found.Since < Within && found.Count >= Most;

    public void Add(IPAddress? address)
    {
        var now = time.GetUtcNow();
        // Whoever has so many addresses cannot be counted; to begin again costs nothing but a few more refusals.
        if (failures.Count >= MostAddresses) failures.Clear();
        failures.AddOrUpdate(address ?? IPAddress.None, (1, now),
            (_, found) => now - found.Since < Within ? (found.Count + 1, found.Since) : (1, now));
    }
}
