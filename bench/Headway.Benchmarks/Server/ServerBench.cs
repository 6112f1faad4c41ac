namespace Headway.Benchmarks.Server;

/// <summary>
/// Bar 5: how soon the server is ready, what it holds when idle, what the path costs beyond the user's own commands.
/// </summary>
public static class ServerBench
{
    private const int Starts = 7;
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(15);

    public static async Task<int> RunAsync(CancellationToken stop)
    {
        var table = BarTable.Begin();
        var folder = Directory.CreateTempSubdirectory("headway-bench-").FullName;
        try
        {
            var ready = new List<double>();
            var memory = 0.0;
            for (var i = 0; i < Starts; i++)
            {
                var (server, _, took) = await HeadwayProcess.ServerAsync(Path.Combine(folder, $"{i}"), stop);
                await using (server)
                {
                    ready.Add(took.TotalSeconds);
                    if (i > 0) continue;
                    await Task.Delay(Idle, stop);
                    memory = server.Memory();
                }
            }
            var median = BarTable.Median(ready);
            table.Add("server ready within 1.5 s",
                $"{median:0.00} s, median of {Starts} starts on a new folder (slowest {ready.Max():0.00} s)",
                median <= 1.5);
            table.Add("under 150 MB idle", $"{memory:0} MB resident after {Idle.TotalSeconds:0} s", memory < 150);
            await PathOverhead.MeasureAsync(table, Path.Combine(folder, "path"), stop);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
        return table.ExitCode;
    }
}
