using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using Headway.Core.Evidence;
using Headway.Server.Storage;

namespace Headway.Benchmarks.Storage;

/// <param name="PerSecond">Of the unit that the measurement names.</param>
public sealed record StorageMeasure(string Store, string What, double PerSecond);

/// <summary>
/// How fast the stores keep and read, one after the other on the same machine: a disk that is slow to flush makes
/// single appends slow in every store, so only the ratios say something about the stores.
/// </summary>
public static class StorageBench
{
    private const int PayloadBytes = 300;
    private const int Group = 100;
    private static readonly TimeSpan Each = TimeSpan.FromSeconds(2);
    private static readonly byte[] Payload = Encoding.ASCII.GetBytes(new string('x', PayloadBytes));

    /// <summary>`--postgres ADDRESS` measures that one too. Exit code 2 on wrong arguments.</summary>
    public static int Run(string[] args)
    {
        var at = Array.IndexOf(args, "--postgres");
        if (at >= 0 && (at + 1 >= args.Length || !PostgresAddress.IsOne(args[at + 1])))
        {
            Console.Error.WriteLine("--postgres takes an address: postgres://user@host:port/database.");
            return 2;
        }
        Console.WriteLine("| store | what | a second |");
        Console.WriteLine("|---|---|---|");
        RunAsync(at < 0 ? null : args[at + 1], Show, CancellationToken.None).GetAwaiter().GetResult();
        return 0;
    }

    /// <param name="postgres">Its address, or null when there is none here.</param>
    public static async Task<ImmutableArray<StorageMeasure>> RunAsync(
        string? postgres, Action<StorageMeasure> measured, CancellationToken stop)
    {
        var all = ImmutableArray.CreateBuilder<StorageMeasure>();
        foreach (var (name, address) in new[] { ("sqlite", null), ("postgres", postgres) })
        {
            if (name == "postgres" && address is null) continue;
            var folder = Directory.CreateTempSubdirectory("headway-bench-").FullName;
            try
            {
                var options = new StorageOptions { DataFolder = folder, ConnectionString = address };
                await using var store = await EventStores.OpenAsync(options, TimeProvider.System, stop);
                await foreach (var (what, perSecond) in MeasureAsync(store, stop))
                {
                    all.Add(new(name, what, perSecond));
                    measured(all[^1]);
                }
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }
        return all.ToImmutable();
    }

    private static async IAsyncEnumerable<(string What, double PerSecond)> MeasureAsync(
        IEventStore store, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        foreach (var clients in new[] { 1, 16, 64 })
        {
            var name = clients == 1 ? "appends/s, one client" : $"appends/s, {clients} clients at once";
            yield return (name, await ForAWhileAsync(clients, (stream, version) =>
                store.AppendAsync([new(stream, version, [Event()])], stop), 1));
        }
        yield return ($"events/s in appends of {Group}", await ForAWhileAsync(1, (stream, version) =>
            store.AppendAsync([new(stream, version, [.. Enumerable.Range(0, Group).Select(_ => Event())])], stop),
                Group));
        yield return ("batches of evidence/s, 100 at once", await EvidenceAsync(store, stop));
        var watch = Stopwatch.StartNew();
        var report = await store.VerifyAsync(stop);
        yield return ("events verified/s", report.Events / watch.Elapsed.TotalSeconds);
        watch.Restart();
        long read = 0;
        var position = 0L;
        while (await store.ReadAllAsync(position, 1000, stop) is { IsEmpty: false } page)
        {
            read += page.Length;
            position = page[^1].Position;
        }
        yield return ("events read/s", read / watch.Elapsed.TotalSeconds);
    }

    private static void Show(StorageMeasure one) =>
        Console.WriteLine($"| {one.Store} | {one.What} | {one.PerSecond:F0} |");

    private static NewEvent Event() => new("bench.happened", 1, "bench", Payload);

    private static async Task<double> ForAWhileAsync(int clients, Func<string, long, Task> append, int events)
    {
        long count = 0;
        var name = Guid.NewGuid().ToString("N");
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(async () =>
        {
            for (long version = 0; watch.Elapsed < Each; version += events)
            {
                await append($"bench/{name}/{client}", version);
                Interlocked.Add(ref count, events);
            }
        })));
        return count / watch.Elapsed.TotalSeconds;
    }

    private static async Task<double> EvidenceAsync(IEventStore store, CancellationToken stop)
    {
        long sequence = 0;
        var boot = Guid.NewGuid().ToString("N");
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < Each)
        {
            var side = SideCounts.None("shop-1-0000000") with { Requests = 500, Clients = 300 };
            await store.KeepEvidenceAsync([.. Enumerable.Range(0, Group).Select(_ => new EvidenceBatch(
                "n1", boot, ++sequence, "shop/production", 7, DateTimeOffset.UnixEpoch.AddSeconds(sequence),
                side, side))], stop);
        }
        return sequence / watch.Elapsed.TotalSeconds;
    }
}
