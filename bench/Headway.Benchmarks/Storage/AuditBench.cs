using System.Diagnostics;
using System.Text;
using Headway.Benchmarks.Server;
using Headway.Server.Storage;

namespace Headway.Benchmarks.Storage;

/// <summary>How long it takes to verify the whole record of a million events in the embedded store.</summary>
public static class AuditBench
{
    private const int Streams = 1_000, InAppend = 250, Bytes = 300;
    private static readonly TimeSpan Bar = TimeSpan.FromSeconds(30);
    private static readonly byte[] Payload = Encoding.ASCII.GetBytes(new string('x', Bytes));

    public static async Task<int> RunAsync(int events, CancellationToken stop)
    {
        var folder = Directory.CreateTempSubdirectory("headway-bench-").FullName;
        try
        {
            await using var store = await EventStores.OpenAsync(new() { DataFolder = folder }, TimeProvider.System, stop);
            var watch = Stopwatch.StartNew();
            for (var (written, version) = (0, 0L); written < events; version += InAppend)
                for (var stream = 0; stream < Streams && written < events; stream++, written += InAppend)
                    await store.AppendAsync([new($"lane/service-{stream}", version, [.. Enumerable.Range(0, InAppend).Select(_ =>
                        new NewEvent("lane.holdLifted", 1, "bench", Payload))])], stop);
            await store.CheckpointAsync(stop);
            var table = BarTable.Begin();
            table.Add($"{events} events of {Bytes} bytes written", $"{watch.Elapsed.TotalSeconds:0.0} s", null);
            watch.Restart();
            var report = await store.VerifyAsync(stop);
            table.Add($"all of them verified: {Bar.TotalSeconds:0} s for a million", $"{watch.Elapsed.TotalSeconds:0.0} s, {report.Events} events, {report.Problem ?? "nothing wrong"}",
                watch.Elapsed <= Bar * Math.Max(1, events / 1e6) && report.Problem is null);
            return table.ExitCode;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
