namespace Headway.Benchmarks.Gateway;

/// <summary>
/// Bar 3: the gateway with splitting and evidence on against bare YARP (and nginx, when installed), the same backend
/// behind all, rounds interleaved, everything in processes of its own. Only the ratios mean anything.
/// </summary>
public static class GatewayBench
{
    private const int Connections = 32;

    private const int FewestWarmUps = 3, MostWarmUps = 12;

    public static async Task<int> RunAsync(TextWriter output, int rounds, TimeSpan each, CancellationToken stop)
    {
        var folder = Directory.CreateTempSubdirectory("headway-bench").FullName;
        try
        {
            await using var parts = await BenchParts.StartAsync(folder, stop);
            await MeasureAsync(parts, output, rounds, each, stop);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Until a request gets no cheaper: the run-time compiles the hot path again for the first seconds.</summary>
    private static async Task WarmAsync(Proxy proxy, CancellationToken stop)
    {
        var last = double.PositiveInfinity;
        for (var i = 0; i < MostWarmUps; i++)
        {
            var before = proxy.Process.Cpu();
            var load = await LoadClient.RunAsync(proxy.Port, Connections, TimeSpan.FromSeconds(2), stop);
            var cost = (proxy.Process.Cpu() - before).TotalMicroseconds / Math.Max(1, load.Requests);
            if (i >= FewestWarmUps - 1 && cost > last * 0.95) return;
            last = cost;
        }
    }

    private static async Task MeasureAsync(
        BenchParts parts, TextWriter output, int rounds, TimeSpan each, CancellationToken stop)
    {
        await output.WriteLineAsync($"backend {BenchParts.BackendName}, load {LoadClient.Name}, {Connections} connections, " +
            $"{rounds} rounds of {each.TotalSeconds:0.#} s, {Environment.ProcessorCount} processors");
        foreach (var proxy in parts.Proxies) await WarmAsync(proxy, stop);
        for (var round = 0; round < rounds; round++)
        {
            // Turned by one each round, so that nobody always follows the same neighbour.
            for (var i = 0; i < parts.Proxies.Count; i++)
            {
                var proxy = parts.Proxies[(round + i) % parts.Proxies.Count];
                var before = proxy.Process.Cpu();
                var load = await LoadClient.RunAsync(proxy.Port, Connections, each, stop);
                proxy.Add(load, proxy.Process.Cpu() - before);
            }
        }
        var bare = parts.Proxies.Single(proxy => proxy.Name == BenchParts.BareYarp);
        foreach (var proxy in parts.Proxies)
            await output.WriteLineAsync(proxy.Says(bare));
    }
}

/// <summary>One proxy under test and what was measured of it.</summary>
internal sealed class Proxy(string name, int port, PartProcess process)
{
    private readonly List<double> rates = [];
    private readonly List<double> costs = [];
    private long failed;

    public string Name => name;
    public int Port => port;
    public PartProcess Process => process;

    public void Add(LoadResult load, TimeSpan cpu)
    {
        rates.Add(load.Requests / load.Elapsed.TotalSeconds);
        costs.Add(cpu.TotalMicroseconds / Math.Max(1, load.Requests));
        failed += load.Failed;
    }

    /// <summary>The ratio is the median of the ratios within a round, which share the machine's mood.</summary>
    public string Says(Proxy bare) =>
        $"{name,-24} {Median(rates),8:0} requests/s  {Median(costs),6:0.0} us of CPU a request  " +
        $"{Median(rates.Zip(bare.rates, (own, other) => own / other)),5:0.000} of bare YARP  " +
        $"{Median(bare.costs.Zip(costs, (other, own) => other / own)),5:0.000} by CPU  {failed} failed";

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
