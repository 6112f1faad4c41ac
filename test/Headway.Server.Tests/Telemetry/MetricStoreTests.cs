using System.Buffers;
using Headway.Server.Telemetry;
using Headway.Server.Telemetry.Limits;
using Headway.Server.Telemetry.Otlp;
using Headway.Server.Telemetry.Series;
using Xunit;

namespace Headway.Server.Tests.Telemetry;

public sealed class MetricStoreTests
{
    private readonly long _at = Requests.Now - 600_000;

    [Fact]
    public void Samples_come_out_of_a_chunk_as_they_went_in()
    {
        var random = new Random(7);
        for (var round = 0; round < 300; round++)
        {
            var encoder = new SampleEncoder();
            var (time, value) = (random.NextInt64(-1000, 1L << 42), random.NextDouble());
            List<(long, double)> all = [];
            for (var i = random.Next(1, 150); i > 0; i--)
            {
                time += random.Next(4) switch { 0 => 1, 1 => 15_000, 2 => random.Next(1, 100_000), _
                    => random.NextInt64(1, 1L << 40) };
                value = random.Next(6) switch
                {
                    0 => value, 1 => value + 1, 2 => random.NextInt64(), 3 => double.NaN, 4 => double.MaxValue, _
                        => -random.NextDouble(),
                };
                encoder.Add(time, value);
                all.Add((time, value));
            }
            List<long> times = [];
            List<double> values = [];
            encoder.Seal().CopyTo(times, values, long.MinValue, long.MaxValue);
            Assert.Equal(all, times.Zip(values));
        }
    }

    [Theory]
    [InlineData("http.server.duration", "ms", MetricKind.Histogram, "http_server_duration_milliseconds")]
    [InlineData("process.memory", "By", MetricKind.Gauge, "process_memory_bytes")]
    [InlineData("disk.io", "By/s", MetricKind.Gauge, "disk_io_bytes_per_second")]
    [InlineData("requests.total", "{request}", MetricKind.Counter, "requests_total")]
    [InlineData("cpu.utilization", "1", MetricKind.Gauge, "cpu_utilization_ratio")]
    [InlineData("hits", "1", MetricKind.Counter, "hits_total")]
    [InlineData("took_seconds", "s", MetricKind.Histogram, "took_seconds")]
    [InlineData("1st.of--all", "", MetricKind.Gauge, "_1st_of_all")]
    public void Names_follow_the_rules_for_prometheus(string name, string unit, MetricKind kind, string expected) =>
        Assert.Equal(expected, PrometheusNames.Metric(name, unit, kind));

    [Fact]
    public async Task Differences_are_added_up_and_what_is_sent_again_is_counted_once()
    {
        await using var server = await OtlpServer.StartAsync();
        var first = Requests.Sum("shop", "orders", true, true, (_at, 5), (_at + 1000, 2));
        await server.TakeAsync(first);
        Assert.Equal(0, (await server.TakeAsync(first)).Count);
        Assert.Equal(1, (await server.TakeAsync(Requests.Sum("shop", "orders", true, true, (_at + 500, 9)))).Count);
        await server.TakeAsync(Requests.Sum("shop", "orders", true, true, (_at + 2000, 3)));
        Assert.Equal("5 7 10", Assert.Single(server.All("orders_total")).Show());
        Assert.Equal((1, 2), (server.Dropped("shop", DropReason.Late), server.Dropped("shop", DropReason.Duplicate)));
    }

    [Fact]
    public async Task Samples_that_come_late_or_twice_end_up_in_order_and_once()
    {
        await using var server = await OtlpServer.StartAsync();
        var order = Enumerable.Range(0, 400).ToArray();
        new Random(3).Shuffle(order);
        foreach (var batch in order.Concat(order[..100]).Chunk(20))
            await server.TakeAsync(Requests.Sum("shop", "seen", false, false, [.. batch.Select(i => (_at + i * 1000L,
                (double)i))]));
        var series = Assert.Single(server.All("seen"));
        Assert.Equal(string.Join(' ', Enumerable.Range(0, 400)), series.Show());
        Assert.Equal(100, server.Dropped("shop", DropReason.Duplicate));
        var part = Assert.Single(server.Queries.Select([new("__name__", MatchKind.Equal, "seen")], _at + 10_000, _at
            + 13_000));
        Assert.Equal("11 12 13", part.Show());
    }

    [Fact]
    public async Task A_counter_that_falls_was_reset_and_one_below_zero_is_dropped()
    {
        await using var server = await OtlpServer.StartAsync();
        await server.TakeAsync(Requests.Sum("shop", "orders", false, true, (_at, 100), (_at + 1000, 3), (_at + 2000,
            -1)));
        Assert.Equal("100 3", Assert.Single(server.All("orders_total")).Show());
        Assert.Equal(1, server.Dropped("shop", DropReason.Negative));
    }

    [Fact]
    public async Task Exponential_histograms_of_differences_become_buckets_that_only_rise()
    {
        await using var server = await OtlpServer.StartAsync();
        // Scale 3: eight buckets to a power of two; bucket 24 is (8, 8 x 2^(1/8)].
        await server.TakeAsync(Exponential(_at, scale: 3, offset: 23, counts: [1, 2], zeros: 1, sum: 25));
        await server.TakeAsync(Exponential(_at + 1000, scale: 1, offset: 2, counts: [4], zeros: 0, sum: 9));
        await server.TakeAsync(Exponential(_at + 2000, scale: 0, offset: 4, counts: [1], zeros: 0, sum: 31));
        string Bucket(string le) => server.All("size_bucket").Single(series => series.Labels["le"] == le).Show();
        Assert.Equal(("1 1 1", "4 8 9", "4 8 9"), (Bucket("0"), Bucket("+Inf"), server.All("size_count")[0].Show()));
        // Up to 8: zero and one of the first; all of the second; none of the third, which lies in (16, 32].
        Assert.Equal(("2 6 6", "4 8 8"), (Bucket("8"), Bucket("11.313708498984761")));
        Assert.Equal("9", Bucket("32"));
        Assert.Equal("5 5", Bucket("2.8284271247461903"));

        static byte[] Exponential(long at, long scale, long offset, ulong[] counts, ulong zeros, double sum) =>
            Requests.Metric("shop", "size", "", 10, data =>
            {
                ProtoWriting.Message(data, 1, point =>
                {
                    Requests.Fixed(point, 3, (ulong)at * 1_000_000);
                    Requests.Fixed(point, 4, zeros + counts.Aggregate((a, b) => a + b));
                    Requests.Double(point, 5, sum);
                    ProtoWriting.Number(point, 6, (ulong)(scale * 2));
                    Requests.Fixed(point, 7, zeros);
                    ProtoWriting.Message(point, 8, buckets =>
                    {
                        ProtoWriting.Number(buckets, 1, (ulong)(offset * 2));
                        var packed = new ArrayBufferWriter<byte>();
                        foreach (var count in counts) ProtoWriting.Varint(packed, count);
                        Requests.Bytes(buckets, 2, packed.WrittenSpan.ToArray());
                    });
                });
                ProtoWriting.Number(data, 2, 1);
            });
    }

    [Fact]
    public async Task Labels_of_the_origin_cannot_be_replaced_and_the_order_of_attributes_does_not_matter()
    {
        await using var server = await OtlpServer.StartAsync();
        foreach (var (at, order) in new[] { (_at, 1), (_at + 1, -1) })
            await server.TakeAsync(Requests.Metric("shop", "depth", "", 5, gauge => ProtoWriting.Message(gauge, 1,
                point =>
            {
                (string, string)[] labels = [("b.c", "2"), ("a", "1"), ("job", "mine"), ("9x", "y"), ("b_c", "3")];
                Requests.Number(point, at, 1, order > 0 ? labels : [.. labels[..2].Reverse(), .. labels[2..]]);
            })));
        var series = Assert.Single(server.All("depth"));
        Assert.Equal(2, series.Values.Length);
        Assert.Equal(("shop", "1", "2;3", "y"), (series.Labels["job"], series.Labels["a"], series.Labels["b_c"],
            series.Labels["key_9x"]));
    }

    [Fact]
    public async Task Matchers_select_as_prometheus_does()
    {
        await using var server = await OtlpServer.StartAsync();
        await server.TakeAsync(Requests.Gauge("shop", "depth", (_at, 1, "a"), (_at, 2, "ab"), (_at, 3, "b")));
        await server.TakeAsync(Requests.Gauge("cart", "depth", (_at, 4, "a")));
        Assert.Equal("1", Ask(new("label", MatchKind.Equal, "a"), new("service_name", MatchKind.Equal, "shop")));
        Assert.Equal("1 2 4", Ask(new LabelMatcher("label", MatchKind.Matches, "a.?")));
        Assert.Equal("2 3", Ask(new LabelMatcher("label", MatchKind.NotEqual, "a")));
        Assert.Equal("3", Ask(new LabelMatcher("label", MatchKind.NotMatches, "a|ab")));
        Assert.Equal("1 2 3 4", Ask(new LabelMatcher("missing", MatchKind.Equal, "")));
        Assert.Equal("", Ask(new LabelMatcher("missing", MatchKind.NotEqual, "")));

        string Ask(params LabelMatcher[] matchers) => string.Join(' ', server.Queries.Select(
            [new("__name__", MatchKind.Matches, "dep.*"), .. matchers], 0, long.MaxValue).Select(s
                => s.Values.Span[0]).Order());
    }
}
