using System.Collections.Immutable;
using Headway.Server.Telemetry.Promql.Labels;
using Headway.Server.Telemetry.Series;

namespace Headway.Server.Tests.Telemetry.Promql;

/// <summary>
/// Three hours of samples with everything that makes queries difficult: resets, gaps, marks of staleness, jitter, numbers
/// that are none, labels with quotes. The same in every run.
/// </summary>
internal static class SampleSeries
{
    /// <summary>Milliseconds; a whole hour.</summary>
    public const long Start = 1_699_999_200_000;

    private const int Hours = 3;

    public static readonly ImmutableArray<TimeSeries> All = [.. Make()];

    /// <summary>Seconds into the samples as milliseconds since 1970.</summary>
    public static long At(double seconds) => Start + (long)(seconds * 1000);

    public static SelectSeries Select(IReadOnlyList<TimeSeries> all) => (matchers, from, to) =>
        [.. all.Where(s => matchers.Fit(s.Labels)).Select(s => Cut(s, from, to)).Where(s => !s.Times.IsEmpty)];

    private static TimeSeries Cut(TimeSeries s, long from, long to)
    {
        var times = s.Times.Span;
        var (low, high) = (0, times.Length);
        while (low < high && times[low] <= from) low++;
        while (high > low && times[high - 1] > to) high--;
        return s with { Times = s.Times[low..high], Values = s.Values[low..high] };
    }

    private static IEnumerable<TimeSeries> Make()
    {
        var random = new Random(20260101);
        foreach (var job in new[] { "api", "web", "worker" })
            for (var instance = 0; instance < 3; instance++)
                foreach (var code in new[] { "200", "404", "500" })
                    yield return Counter(random, job == "api" && instance == 1 ? 5 : 0, code == "200" ? 40 : 2,
                        ("__name__", "http_requests_total"), ("job", job), ("instance", $"{job}-{instance}:80"),
                        ("code", code), ("release_id", $"{job}-{(instance + 3) / 2}-abc{instance}"));
        foreach (var series in Gauges(random)) yield return series;
        foreach (var series in Histogram(random)) yield return series;
        foreach (var series in Odd(random)) yield return series;
    }

    private static IEnumerable<TimeSeries> Gauges(Random random)
    {
        for (var instance = 0; instance < 3; instance++)
        {
            var number = instance;
            yield return Every(15, i => i % 100 == number ? 0 : 1, ("__name__", "up"), ("job", "api"), ("instance", $"api-{instance}:80"));
            yield return Every(15, i => 1e8 + 1e6 * Math.Sin(i / 20.0 + number) + random.Next(1000), ("__name__", "memory_bytes"),
                ("job", "api"), ("instance", $"api-{instance}:80"));
            yield return Every(60, _ => 1, ("__name__", "build_info"), ("job", "api"), ("instance", $"api-{instance}:80"),
                ("version", instance == 2 ? "v1.1" : "v1.0"), ("release_id", $"api-{instance}"));
        }
        foreach (var (city, value) in new[] { ("berlin", 12.5), ("oslo", -3.25), ("rome", double.NaN), ("cairo", double.PositiveInfinity),
            ("lima", double.NegativeInfinity), ("paris", 0), ("bern", 12.5), ("quito", -0.5) })
            yield return Every(30, i => value + (double.IsFinite(value) && value != 0 ? i % 7 : 0), ("__name__", "temperature"), ("city", city));
        yield return Every(60, i => 1_700_000_000 + i * 86_400 * 11.0, ("__name__", "deployed_at_seconds"), ("service", "shop"));
        yield return Every(60, i => -5_000_000_000 + i * 86_400.0, ("__name__", "deployed_at_seconds"), ("service", "old"));
        yield return Every(15, i => i, ("__name__", "cpu_a"), ("core", "0"));
        yield return Every(15, i => 2 * i, ("__name__", "cpu_b"), ("core", "0"));
        yield return Every(15, i => 3 * i, ("__name__", "cpu_b"), ("core", "1"));
    }

    private static IEnumerable<TimeSeries> Histogram(Random random)
    {
        string[] edges = ["0.05", "0.1", "0.25", "0.5", "1", "2.5", "+Inf"];
        foreach (var job in new[] { "api", "web" })
        {
            var (counts, series) = (new double[edges.Length], new List<double>[edges.Length]);
            for (var e = 0; e < edges.Length; e++) series[e] = [];
            for (var i = 0; i < Hours * 240; i++)
            {
                for (var e = 0; e < edges.Length; e++)
                {
                    var more = random.Next(0, 6) * (job == "api" ? 1 : 3);
                    for (var f = e; f < edges.Length; f++) counts[f] += more;
                    series[e].Add(counts[e]);
                }
            }
            for (var e = 0; e < edges.Length; e++)
            {
                var values = series[e];
                yield return Every(15, i => values[i], ("__name__", "request_seconds_bucket"), ("job", job), ("le", edges[e]));
            }
            yield return Every(15, i => series[^1][i], ("__name__", "request_seconds_count"), ("job", job));
            yield return Every(15, i => series[^1][i] * 0.3, ("__name__", "request_seconds_sum"), ("job", job));
        }
        foreach (var (edge, value) in new[] { ("1", 5.0), ("1.0", 3), ("2", 4), ("x", 100), ("+Inf", 20) })
            yield return Every(60, _ => value, ("__name__", "broken_bucket"), ("le", edge));
        yield return Every(60, _ => 7, ("__name__", "half_bucket"), ("le", "1"));
        foreach (var (edge, value) in new[] { ("-1", 2.0), ("0", 5), ("+Inf", 20) })
            yield return Every(60, _ => value, ("__name__", "negative_bucket"), ("le", edge));
    }

    private static IEnumerable<TimeSeries> Odd(Random random)
    {
        yield return Every(15, i => i is > 200 and < 300 ? null : i, ("__name__", "gappy"), ("kind", "gap"));
        yield return Every(15, i => i == 200 ? TimeSeries.Stale : i is > 200 and < 230 ? null : i, ("__name__", "gappy"), ("kind", "stale"));
        yield return Every(15, i => i < 250 ? null : i * 1.5, ("__name__", "gappy"), ("kind", "late"));
        yield return Every(240, i => i * i, ("__name__", "sparse"));
        yield return Every(600, i => i, ("__name__", "rare"));
        yield return Jittered(random, ("__name__", "jittery_total"), ("job", "api"));
        yield return Every(60, i => i % 3, ("__name__", "labelled"), ("path", "/a\"b\\c\nd"), ("name", "größe"));
        yield return Every(60, i => i % 5, ("__name__", "labelled"), ("path", "/x/y/z"), ("name", "plain"), ("empty", ""));
        yield return Every(60, i => Math.Pow(10, i % 60 - 30) * 1.2345, ("__name__", "wide"));
        yield return Every(60, i => i % 9 == 4 ? double.NaN : 100 - i, ("__name__", "falling"));
        yield return Every(60, _ => 1e308, ("__name__", "huge"), ("n", "1"));
        yield return Every(60, _ => 1.7e308, ("__name__", "huge"), ("n", "2"));
        yield return Every(60, i => i < 90 ? 1 : null, ("__name__", "handed_over"), ("by", "a"));
        yield return Every(60, i => i > 96 ? 2 : null, ("__name__", "handed_over"), ("by", "b"));
        yield return Every(60, _ => 4, ("__name__", "foo:recorded:rate5m"), ("job", "api"));
    }

    private static TimeSeries Counter(Random random, int resets, int most, params (string, string)[] labels)
    {
        double value = random.Next(1000);
        return Every(15, i => value = resets > 0 && i % (720 / resets) == 33 ? random.Next(3) : value + random.Next(most), labels);
    }

    private static TimeSeries Jittered(Random random, params (string, string)[] labels)
    {
        var (times, values, value) = (new List<long>(), new List<double>(), 0.0);
        for (var time = Start + 137; time < Start + Hours * 3_600_000; time += 5_000 + random.Next(20_000))
        {
            times.Add(time);
            values.Add(value = random.Next(40) == 0 ? 1 : value + random.NextDouble() * 10);
        }
        return Of(labels, times, values);
    }

    private static TimeSeries Every(int seconds, Func<int, double?> value, params (string, string)[] labels)
    {
        var (times, values) = (new List<long>(), new List<double>());
        for (var i = 0; i < Hours * 3600 / seconds; i++)
        {
            if (value(i) is not { } sample) continue;
            times.Add(Start + i * seconds * 1000L);
            values.Add(sample);
        }
        return Of(labels, times, values);
    }

    private static TimeSeries Of((string Name, string Value)[] labels, List<long> times, List<double> values) => new(
        labels.Where(l => l.Value.Length > 0).ToImmutableSortedDictionary(l => l.Name, l => l.Value, StringComparer.Ordinal),
        times.ToArray(), values.ToArray());
}
