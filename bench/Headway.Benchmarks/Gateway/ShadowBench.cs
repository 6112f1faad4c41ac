using Headway.Core.Targets;
using Headway.Node.Gateway;
using Headway.Node.Gateway.Handover;

namespace Headway.Benchmarks.Gateway;

/// <summary>
/// What copies of requests cost users: the same load through gateways that differ only in what they copy and in what the
/// candidate makes of it, rounds interleaved, everything in processes of its own. Only the ratios mean anything.
/// </summary>
public static class ShadowBench
{
    private const int Connections = 16;
    private const double PerSecond = 400, Bar = 1.05;

    public static async Task<int> RunAsync(TextWriter output, int rounds, TimeSpan each, CancellationToken stop)
    {
        var folder = Directory.CreateTempSubdirectory("headway-bench").FullName;
        var owned = new List<IDisposable>();
        try
        {
            var (stable, good, hanging) = (Backend("orders"), Backend("orders"), Backend("hanging"));
            var sides = new List<Mirrored>
            {
                await StartAsync("nothing copied", null, good),
                await StartAsync("10 % copied, good", 0.1, good),
                await StartAsync("10 % copied, hangs", 0.1, hanging),
                await StartAsync("all copied, hangs", 1, hanging),
            };
            await MeasureAsync(sides, output, rounds, each, stop);
            return sides.Any(side => side.IsBar && side.Ratio(sides[0], 0.99) > Bar) ? 1 : 0;

            int Backend(string part)
            {
                using var free = ListeningSockets.Bind(System.Net.IPAddress.Loopback, [0]);
                var port = free.Ports.Single();
                free.Dispose();
                owned.Add(PartProcess.Self(part, $"{port}"));
                return port;
            }

            async Task<Mirrored> StartAsync(string name, double? share, int candidate)
            {
                var gateway = await GatewayPart.StartAsync(
                    Path.Combine(folder, $"g{owned.Count}"), 0, port => State(port, share, stable, candidate), stop);
                owned.Add(gateway);
                return new(name, gateway.Port, share is not null);
            }
        }
        finally
        {
            foreach (var part in Enumerable.Reverse(owned)) part.Dispose();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task MeasureAsync(
        List<Mirrored> sides, TextWriter output, int rounds, TimeSpan each, CancellationToken stop)
    {
        await output.WriteLineAsync($"{PerSecond} requests/s on {Connections} connections, {rounds} rounds of "
            + $"{each.TotalSeconds:0.#} s, {Environment.ProcessorCount} processors, "
            + $"load before {File.ReadAllText("/proc/loadavg").Split(' ')[0]}");
        foreach (var side in sides) await side.WarmAsync(each, stop);
        for (var round = 0; round < rounds; round++)
            for (var i = 0; i < sides.Count; i++)
            {
                var side = sides[(round + i) % sides.Count];
                side.Add(await PacedClient.RunAsync(side.Port, Connections, PerSecond, each, stop));
            }
        foreach (var side in sides) await output.WriteLineAsync(side.Says(sides[0]));
    }

    private static GatewayState State(int port, double? share, int stable, int candidate)
    {
        const string lane = "bench/production";
        InstanceEndpoint Endpoint(string release, int at) =>
            new(lane, release, release + "-1", $"http://127.0.0.1:{at}", true, DateTimeOffset.UtcNow.AddHours(-1));
        Exposure to = share is { } copied ? new Exposure.Mirror(copied) : Exposure.Nobody;
        return new(1, 1, Environment.TickCount64, HostBoot.Id,
            [new(lane, port, 1, new(1, 1), "r1", "r2", to, "salt", TimeSpan.FromSeconds(1), new Lease(TimeSpan.FromHours(1), 50))],
            [Endpoint("r1", stable), Endpoint("r2", candidate)]);
    }
}

/// <summary>A gateway under test and what its users felt.</summary>
internal sealed class Mirrored(string name, int port, bool isBar)
{
    private readonly List<List<double>> rounds = [];

    public int Port => port;

    /// <summary>Is held against the one that copies nothing.</summary>
    public bool IsBar => isBar;

    public async Task WarmAsync(TimeSpan span, CancellationToken stop)
    {
        for (var attempt = 0; ; attempt++)
            try
            {
                await PacedClient.RunAsync(port, 16, 400, span, stop);
                return;
            }
            catch (IOException) when (attempt < 20)
            {
                await Task.Delay(200, stop);
            }
    }

    public void Add(List<double> times) => rounds.Add(times);

    /// <summary>Median of the ratios within a round, which share the machine's mood.</summary>
    public double Ratio(Mirrored plain, double share) => Median(rounds.Zip(
        plain.rounds, (own, other) => PacedClient.Percentile(own, share) / PacedClient.Percentile(other, share)));

    public string Says(Mirrored plain) =>
        $"{name,-20} p50 {At(0.5),6:0.00} ms ({Ratio(plain, 0.5):0.000})   p99 {At(0.99),6:0.00} ms ({Ratio(plain, 0.99):0.000})   "
        + $"all rounds together p99 {PacedClient.Percentile([.. rounds.SelectMany(times => times)], 0.99):0.00} ms   "
        + $"{rounds.Sum(times => times.Count(double.IsPositiveInfinity))} of {rounds.Sum(times => times.Count)} failed";

    private double At(double share) => Median(rounds.Select(times => PacedClient.Percentile(times, share)));

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
