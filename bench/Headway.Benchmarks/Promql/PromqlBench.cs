using System.Collections.Immutable;
using System.Diagnostics;
using Headway.Benchmarks.Server;
using Headway.Server.Telemetry.Promql;
using Headway.Server.Telemetry.Promql.Evaluation;
using Headway.Server.Telemetry.Promql.Labels;
using Headway.Server.Telemetry.Series;

namespace Headway.Benchmarks.Promql;

/// <summary>
/// How long queries take over an hour of a thousand services with two releases each, sampled every 15 seconds: 4,000 series
/// of counters in memory, and a store that answers at once. What a store adds is not in these numbers.
/// </summary>
public static class PromqlBench
{
    private const int Services = 1_000;
    private const long Hour = 3_600_000;
    private const long Start = 1_700_000_000_000;
    private static readonly TimeSpan Bar = TimeSpan.FromMilliseconds(100);

    private static readonly (string What, string Query, bool HasBar)[] Queries =
    [
        ("one release by id", "sum(rate(headway_requests_total{release_id=\"service-7-2\"}[5m]))", true),
        ("error rate by release id, all services", "sum by (release_id) (rate(headway_failures_total[5m]))"
            + " / sum by (release_id) (rate(headway_requests_total[5m]))", true),
        ("requests by release id, all services", "sum by (release_id) (rate(headway_requests_total[5m]))", true),
        ("all services together", "sum(rate(headway_requests_total[5m]))", false),
        ("ten busiest releases", "topk(10, sum by (release_id) (rate(headway_requests_total[5m])))", false),
    ];

    public static async Task<int> RunAsync(CancellationToken stop)
    {
        var all = Make();
        using var engine = new Engine((matchers, from, to) => Select(all, matchers, from, to), new());
        var table = BarTable.Begin();
        foreach (var (what, query, hasBar) in Queries)
        {
            foreach (var (step, times) in new[] { (15_000L, 241), (60_000L, 61) })
            {
                var grid = Grid.Between(Start, Start + Hour, step);
                var taken = new List<double>();
                var before = GC.GetTotalAllocatedBytes();
                for (var i = 0; i < 15; i++)
                {
                    var watch = Stopwatch.StartNew();
                    await engine.RangeAsync(query, grid, null, stop);
                    taken.Add(watch.Elapsed.TotalMilliseconds);
                }
                var allocated = (GC.GetTotalAllocatedBytes() - before) / 15 / 1024.0 / 1024;
                var median = BarTable.Median(taken.Skip(3));
                table.Add(hasBar ? $"{what}, {times} times: 100 ms" : $"{what}, {times} times",
                    $"{median:0.0} ms, {allocated:0.0} MiB allocated", hasBar ? median <= Bar.TotalMilliseconds : null);
            }
        }
        return table.ExitCode;
    }

    private static ImmutableArray<TimeSeries> Make()
    {
        var random = new Random(1);
        var all = ImmutableArray.CreateBuilder<TimeSeries>();
        foreach (var name in new[] { "headway_requests_total", "headway_failures_total" })
            for (var service = 0; service < Services; service++)
                for (var release = 1; release <= 2; release++)
                {
                    var (times, values, value) = (new long[264], new double[264], 0.0);
                    for (var i = 0; i < times.Length; i++)
                    {
                        times[i] = Start - 300_000 + i * 15_000L;
                        values[i] = value += random.Next(100);
                    }
                    all.Add(new(new Dictionary<string, string>
                    {
                        ["__name__"] = name, ["job"] = "headway", ["service"] = $"service-{service}", ["environment"] = "production",
                        ["release_id"] = $"service-{service}-{release}", ["side"] = release == 1 ? "stable" : "candidate",
                    }.ToImmutableSortedDictionary(StringComparer.Ordinal), times, values));
                }
        return all.ToImmutable();
    }

    private static List<TimeSeries> Select(
        ImmutableArray<TimeSeries> all, IReadOnlyList<LabelMatcher> matchers, long from, long to)
    {
        var found = new List<TimeSeries>();
        foreach (var series in all)
        {
            if (!matchers.Fit(series.Labels)) continue;
            var times = series.Times.Span;
            var (low, high) = (times.BinarySearch(from + 1), times.BinarySearch(to + 1));
            (low, high) = (low < 0 ? ~low : low, high < 0 ? ~high : high);
            if (low < high) found.Add(series with { Times = series.Times[low..high], Values = series.Values[low..high] });
        }
        return found;
    }
}
