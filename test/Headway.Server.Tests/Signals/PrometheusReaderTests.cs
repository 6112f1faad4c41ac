using Headway.Core.Evidence;
using Headway.Server.Connections;
using Headway.Server.Signals;
using Headway.Server.Signals.Prometheus;
using Headway.Server.Tests.Storage;
using Xunit;

namespace Headway.Server.Tests.Signals;

/// <summary>Counters and values that a real Prometheus has scraped.</summary>
public sealed class PrometheusReaderTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly OutsideHttp http = new();

    [Fact]
    public async Task No_increment_is_lost_or_counted_twice_also_over_a_start_of_the_server()
    {
        await using var counters = await Counters.StartAsync();
        var reader = Reader();
        counters.Set(Asked.Stable, "a", 1000, 10);
        var began = await counters.SeenAsync(1000);

        counters.Set(Asked.Stable, "a", 1050, 11);
        counters.Set(Asked.Candidate, "b", 5, 2);
        var first = await LookAsync(reader, counters, began, null, await counters.SeenAsync(1055));
        Same((50, 1), (5, 2), first);

        counters.Set(Asked.Stable, "a", 1100, 11);
        counters.Set(Asked.Candidate, "b", 25, 3);
        var second = await LookAsync(reader, counters, began, first.At, await counters.SeenAsync(1125));
        Same((50, 0), (20, 1), second);

        counters.Set(Asked.Stable, "a", 1110, 12);
        counters.Set(Asked.Candidate, "b", 30, 3);
        var third = await LookAsync(Reader(), counters, began, second.At, await counters.SeenAsync(1140));
        Same((10, 1), (5, 0), third);
    }

    [Fact]
    public async Task Counters_that_begin_again_go_away_come_back_or_are_new_grow_by_what_happened()
    {
        await using var counters = await Counters.StartAsync();
        var reader = Reader();
        counters.Set(Asked.Stable, "a", 1000, 10);
        counters.Set(Asked.Stable, "gone", 500, 5);
        var began = await counters.SeenAsync(1500);
        counters.Set(Asked.Candidate, "b", 30, 0);
        counters.Set(Asked.Candidate, "c", 7, 0);
        var first = await LookAsync(reader, counters, began, null, await counters.SeenAsync(1537));
        Same((0, 0), (37, 0), first);

        counters.Remove(Asked.Stable, "gone");
        counters.Set(Asked.Stable, "new", 4, 1);
        counters.Set(Asked.Candidate, "b", 3, 1);
        counters.Remove(Asked.Candidate, "c");
        var second = await LookAsync(reader, counters, began, first.At, await counters.SeenAsync(1007));
        Same((4, 1), (3, 1), second);

        counters.Set(Asked.Stable, "gone", 502, 5);
        counters.Set(Asked.Candidate, "c", 9, 1);
        var at = await counters.SeenAsync(1518);
        Same((2, 0), (2, 1), await LookAsync(reader, counters, began, second.At, at));
        // A server that was started in between knows of those that had gone from Prometheus alone.
        Same((2, 0), (2, 1), await LookAsync(Reader(), counters, began, second.At, at));
    }

    [Fact]
    public async Task What_no_counter_can_be_is_left_out_and_said()
    {
        await using var counters = await Counters.StartAsync();
        counters.Set(Asked.Stable, "a", 100, 1);
        counters.Set(Asked.Candidate, "b", 10, 1);
        await counters.SeenAsync(110);
        counters.Write("payment_failed_total", Asked.Candidate, "odd", "NaN");
        counters.Write("payment_failed_total", Asked.Candidate, "odder", "+Inf");
        counters.Write("payment_failed_total", Asked.Candidate, "oddest", "-5");
        await counters.Prometheus.ShowsAsync("count(payment_failed_total)", 5);
        var now = DateTimeOffset.UtcNow;
        var look = await LookAsync(Reader(), counters, now, null, now.AddSeconds(1));
        Assert.Null(look.Reading.Problem);
        Assert.Contains("values that no counter has (NaN, infinite or negative)", look.Reading.Remark);
        Assert.InRange(look.Reading.Candidate!.Events, 0, 1);
    }

    [Fact]
    public async Task A_side_that_was_not_seen_before_is_compared_from_the_next_look_on()
    {
        await using var counters = await Counters.StartAsync();
        var reader = Reader();
        var began = DateTimeOffset.UtcNow;
        counters.Set(Asked.Stable, "a", 100_000, 500);
        counters.Set(Asked.Candidate, "b", 10, 0);
        var first = await LookAsync(reader, counters, began, null, await counters.SeenAsync(100_010));
        Same((0, 0), (0, 0), first);
        Assert.Contains("counting begins with this look", first.Reading.Remark);
        counters.Set(Asked.Stable, "a", 100_010, 501);
        counters.Set(Asked.Candidate, "b", 20, 0);
        Same((10, 1), (10, 0), await LookAsync(reader, counters, began, first.At, await counters.SeenAsync(100_030)));
    }

    [Fact]
    public async Task A_gauge_gives_one_value_a_series_and_what_was_asked_is_shown()
    {
        await using var counters = await Counters.StartAsync();
        counters.Write("queue_depth", Asked.Stable, "a", "3");
        counters.Write("queue_depth", Asked.Stable, "b", "NaN");
        counters.Write("queue_depth", Asked.Candidate, "c", "-4.5");
        counters.Write("queue_depth", Asked.Candidate, "d", "7");
        await counters.Prometheus.ShowsAsync("count(queue_depth)", 4);
        var reading = await Reader().ReadAsync(Asked.Of(Asked.Prometheus(counters.Prometheus.Url, null, null,
            "queue_depth{release_id=~\"$release\"} # of ${side} in $window"), DateTimeOffset.UtcNow), default);
        Assert.Equal([3.0], reading.Stable!.Values);
        Assert.Equal([-4.5, 7.0], reading.Candidate!.Values.Order());
        Assert.Contains("Left out: 1", reading.Remark);
        Assert.Equal("queue_depth{release_id=~\"shop\\\\-2\\\\-bbbbbbb\"} # of ${side} in $window", reading.Asked);
    }

    [Fact]
    public async Task An_edge_that_no_bucket_has_is_a_problem_and_not_a_release_without_slow_requests()
    {
        await using var counters = await Counters.StartAsync();
        counters.Set(Asked.Stable, "a", 100, 1);
        counters.Set(Asked.Candidate, "b", 10, 1);
        var at = await counters.SeenAsync(110);
        var source = new SignalSource.Prometheus(counters.Prometheus.Url, new(
            "payments_total{release_id=\"$release\"} - ignoring(le) payments_bucket{release_id=\"$release\",le=\"7\"}",
            "payments_total{release_id=\"$release\"}", null) { AlwaysBoth = true });
        var reading = await Reader().ReadAsync(Asked.Of(source, at), default);
        Assert.Contains("no bucket with such an edge", reading.Problem);
    }

    [Fact]
    public async Task A_mistake_in_a_query_is_told_in_the_words_of_Prometheus()
    {
        await using var counters = await Counters.StartAsync();
        var reading = await Reader().ReadAsync(Asked.Of(Asked.Prometheus(
            counters.Prometheus.Url, null, null, "queue_depth{release_id=\"$release\""), DateTimeOffset.UtcNow), default);
        Assert.Contains("it says bad_data:", reading.Problem);
        Assert.Contains(counters.Prometheus.Url, reading.Problem);
    }

    public void Dispose()
    {
        http.Dispose();
        folder.Dispose();
    }

    private PrometheusReader Reader() => new(http, Asked.Connections(folder.Path), Asked.NothingKept);

    private static async Task<Look> LookAsync(
        PrometheusReader reader, Counters counters, DateTimeOffset began, DateTimeOffset? since, DateTimeOffset at)
    {
        var source = Asked.Prometheus(counters.Prometheus.Url, "payment_failed_total{release_id=\"$release\"}",
            "payments_total{release_id=\"$release\"}");
        var question = Asked.Of(source, at) with { Began = began, Since = since };
        return new(at, await reader.ReadAsync(question, default));
    }

    private static void Same((double Total, double Bad) stable, (double Total, double Bad) candidate, Look look)
    {
        Assert.Null(look.Reading.Problem);
        Assert.Equal(stable, (look.Reading.Stable!.Trials, look.Reading.Stable.Events));
        Assert.Equal(candidate, (look.Reading.Candidate!.Trials, look.Reading.Candidate.Events));
        Assert.Equal(Asked.Stable, look.Reading.Stable.Release);
        Assert.Equal(Asked.Candidate, look.Reading.Candidate.Release);
    }

    private sealed record Look(DateTimeOffset At, SignalReading Reading);
}
