using Headway.Benchmarks.Server;

namespace Headway.Benchmarks.Registry;

/// <summary>
/// The registry beside Debian's docker-registry, each a process of its own with the same client: a large blob pushed and
/// pulled in turns, and a list of ten thousand tags.
/// </summary>
public static class RegistryBench
{
    private const int Rounds = 5, Manifests = 10_000;
    private const double Bar = 0.8, ListBar = 100, MemoryBar = 100;

    public static async Task<int> RunAsync(int megabytes, CancellationToken stop)
    {
        var data = Directory.CreateTempSubdirectory("headway-bench-").FullName;
        try
        {
            var table = BarTable.Begin();
            var (process, address, _) = await HeadwayProcess.ServerAsync(Path.Combine(data, "headway"), stop);
            await using var own = process;
            using var ours = Installation.Client(address);
            ours.Timeout = TimeSpan.FromMinutes(10);
            if (!File.Exists(DockerRegistryProcess.Program))
            {
                Console.WriteLine("docker-registry is not installed, so there is nothing to compare with: "
                    + "apt-get install docker-registry");
                await AloneAsync(table, new(ours, stop), megabytes);
                return table.ExitCode;
            }
            using var docker = await DockerRegistryProcess.StartAsync(Path.Combine(data, "docker"), stop);
            using var theirs = new HttpClient { BaseAddress = docker.Address, Timeout = TimeSpan.FromMinutes(10) };
            await BlobsAsync(table, process, new(ours, stop), new(theirs, stop), megabytes);
            await ListsAsync(table, new(ours, stop), new(theirs, stop));
            return table.ExitCode;
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static async Task BlobsAsync(
        BarTable table, HeadwayProcess process, RegistryTraffic ours, RegistryTraffic theirs, int megabytes)
    {
        await ours.PushAsync(new(16));
        await theirs.PushAsync(new(16));
        var (pushes, pulls, before, peak) = (new List<(double, double)>(), new List<(double, double)>(), process.Memory(), 0.0);
        using var done = new CancellationTokenSource();
        var watching = Task.Run(async () =>
        {
            for (; !done.IsCancellationRequested; await Task.Delay(20)) peak = Math.Max(peak, process.Memory());
        });
        for (var round = 0; round < Rounds; round++)
        {
            var blob = new LargeBlob(megabytes);
            pushes.Add((await ours.PushAsync(blob), await theirs.PushAsync(blob)));
            pulls.Add((await ours.PullAsync(blob), await theirs.PullAsync(blob)));
        }
        await done.CancelAsync();
        await watching;
        Show(table, $"push of {megabytes} MB", pushes);
        Show(table, $"pull of {megabytes} MB", pulls);
        table.Add($"memory grows by less than {MemoryBar:0} MB meanwhile", $"{before:0} MB, at most {peak:0} MB",
            peak - before < MemoryBar);
    }

    private static void Show(BarTable table, string what, List<(double Ours, double Theirs)> rounds)
    {
        var (ours, theirs) = (BarTable.Median(rounds.Select(round => round.Ours)),
            BarTable.Median(rounds.Select(round => round.Theirs)));
        table.Add($"{what}: at least {Bar} of docker-registry's throughput",
            $"{ours / theirs:0.00} ({ours / 1e6:0} and {theirs / 1e6:0} MB/s, medians of {rounds.Count} in turns)",
            ours / theirs >= Bar);
    }

    private static async Task ListsAsync(BarTable table, RegistryTraffic ours, RegistryTraffic theirs)
    {
        var (fill, theirFill) = (await ours.FillAsync(Manifests), await theirs.FillAsync(Manifests));
        table.Add($"{Manifests} manifests pushed by eight clients",
            $"{fill:0.0} s, docker-registry {theirFill:0.0} s", null);
        var (list, theirList) = (new List<double>(), new List<double>());
        for (var round = 0; round < 11; round++)
        {
            list.Add(await ours.ListAsync(Manifests));
            theirList.Add(await theirs.ListAsync(Manifests));
        }
        var median = BarTable.Median(list.Skip(1));
        table.Add($"{Manifests} manifests listed in under {ListBar:0} ms",
            $"{median:0.0} ms, docker-registry {BarTable.Median(theirList.Skip(1)):0.0} ms", median < ListBar);
    }

    private static async Task AloneAsync(BarTable table, RegistryTraffic ours, int megabytes)
    {
        var blob = new LargeBlob(megabytes);
        var (push, pull) = (await ours.PushAsync(blob), await ours.PullAsync(blob));
        table.Add($"push and pull of {megabytes} MB", $"{push / 1e6:0} and {pull / 1e6:0} MB/s", null);
    }
}
