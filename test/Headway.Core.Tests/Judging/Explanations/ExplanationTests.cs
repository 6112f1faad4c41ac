using System.Text.Json;
using Headway.Core.Evidence;
using Headway.Core.Judging;
using Headway.Core.Judging.Explanations;
using Headway.Core.Rollouts;
using Xunit;

namespace Headway.Core.Tests.Judging.Explanations;

using static PastScene;

public sealed class ExplanationTests
{
    private static PastScene Bad() => new PastScene().Serve(200,
        Side("r1", 90, 1, new("/cart", 50, 1), new("/pay", 40, 0)),
        Side("r2", 10, 1, new("/cart", 6, 0), new("/pay", 4, 1)));

    [Fact]
    public void It_names_metric_and_route_and_counts_both_sides()
    {
        var scene = Bad();
        Assert.Equal(VerdictKind.Rollback, scene.Last.Kind);

        var explained = scene.Recording.Finish(Start.AddSeconds(scene.Second), null, null, null);

        Assert.Equal("errors", explained.Leading!.Name);
        Assert.Equal("/pay", explained.Leading.Route);
        Assert.Contains("route /pay", explained.Leading.Says);
        var seconds = scene.Second;
        Assert.Equal(["/pay", "/cart"], explained.Routes.Select(r => r.Name));
        Assert.Equal(new BothSides("/pay", 4 * seconds, seconds, 40 * seconds, 0), explained.Routes[0]);
        Assert.Equal(new BothSides("/cart", 6 * seconds, 0, 50 * seconds, seconds), explained.Routes[1]);
        var errors = explained.Metrics.Single(m => m.Name == "errors").Counts;
        Assert.Equal(new Trials(10 * seconds, seconds, 90 * seconds, seconds), errors);
        Assert.Equal(10 * seconds, explained.Users.CandidateRequests);
        Assert.True(explained.Users.RelativeRiskLow < 9 && !(explained.Users.RelativeRiskHigh < 9));
        Assert.Equal(explained.CrossedAt, Start.AddSeconds(seconds - 1));
    }

    [Fact]
    public void The_curve_ends_over_the_line_and_its_parts_make_the_whole()
    {
        var scene = Bad();
        var curve = scene.Recording.Finish(Start.AddSeconds(scene.Second), null, null, null).Curve;

        var combined = curve.Lines[0];
        Assert.Equal("combined", combined.Name);
        Assert.Equal(Math.Log(1 / 0.03), curve.ActsAt, 9);
        Assert.Equal(curve.Seconds.Length, combined.LogE.Length);
        Assert.True(combined.LogE[^1] >= curve.ActsAt && combined.LogE[..^1].All(l => l < curve.ActsAt));
        Assert.Equal(scene.Last.Evidence.LogE, combined.LogE[^1], 3);
        Assert.All(curve.Shares, share => Assert.Equal(0.1, share));
        Assert.Equal(
            scene.Last.Evidence.Metrics.Select(m => Math.Round(m.LogE, 4)), curve.Lines.Skip(1).Select(l =>
                l.LogE[^1]));
    }

    [Fact]
    public void A_week_has_no_more_points_than_an_hour_and_keeps_where_it_crossed()
    {
        var recording = new CurveRecording();
        const int seconds = 200_000, crossing = 123_457;
        var evidence = EvidenceSummary.Empty with { LogEToRollBack = 3.5 };
        for (var s = 0; s < seconds; s++)
            recording.Add(s, 0.5, new(VerdictKind.KeepWatching, "", evidence with { LogE = s == crossing ? 4 : s > crossing ? 5
                : s % 7 / 10.0 }));

        var curve = recording.Finish();

        Assert.InRange(curve.Seconds.Length, 100, CurveRecording.Most);
        Assert.Equal(crossing, recording.Crossed);
        Assert.Contains((double)crossing, curve.Seconds);
        Assert.Equal((0.0, seconds - 1.0), (curve.Seconds[0], curve.Seconds[^1]));
        Assert.Equal(curve.Seconds.Order(), curve.Seconds);
    }

    [Fact]
    public void A_slow_release_is_explained_by_bucket_and_milliseconds()
    {
        // Half of the past took up to 10 ms, all of it up to 30 ms.
        var (ten, thirty) = (LatencyScale.BucketOf(10), LatencyScale.BucketOf(30));
        var history = Scene.OnePerCent with { Latency = new([ten, thirty], [5000, 5000]) };
        var slow = LatencyScale.BucketOf(80);
        var scene = new PastScene(history).Serve(300,
            Side("r1", 90, 0) with { Latency = new([ten, thirty], [45, 45]) },
            Side("r2", 10, 0) with { Latency = new([ten, slow], [5, 5]) });
        Assert.Equal(VerdictKind.Rollback, scene.Last.Kind);

        var explained = scene.Recording.Finish(Start.AddSeconds(scene.Second), null, null, null);

        Assert.Equal(thirty, explained.Leading!.Bucket);
        Assert.Matches("p9[09]", explained.Leading.Name);
        var metric = explained.Metrics.Single(m => m.Name == explained.Leading.Name);
        Assert.Equal(LatencyScale.UpperEdgeMilliseconds(thirty), metric.StableMilliseconds!.Value, 2);
        Assert.True(metric.CandidateMilliseconds > metric.StableMilliseconds);
        Assert.Equal((10.0 * scene.Second, 5.0 * scene.Second, 0.0),
            (metric.Counts.CandidateTrials, metric.Counts.CandidateEvents, metric.Counts.StableEvents));
    }

    [Fact]
    public void Without_the_rollback_the_plan_would_have_gone_on_at_its_shortest_times()
    {
        var scene = Bad();
        var back = scene.Second;
        var at = Start.AddSeconds(back);
        scene.Happens(back, new RolloutEvent.RollbackStarted(RollbackCause.ProvenWorse, "It is worse.", scene.Last));
        var ahead = scene.Recording.Ahead(at);
        Assert.Equal([(0.1, 60.0 - back), (0.5, 30.0)], ahead.Select(a => (a.Share, a.For.TotalSeconds)));

        // 100 requests/s as counted for all of it but the last 10 seconds, for which 50 requests/s are assumed.
        var left = 60 - back;
        var missed = MissedExposure.Of(ahead, at, at.AddHours(1), Traffic(back, left + 20, 100), 50);
        Assert.Equal(0.1 * 100 * left + 0.5 * (100 * 20 + 50 * 10), missed.Requests, 9);
        Assert.True(missed.AtPlansEnd);
        Assert.Equal(at.AddSeconds(left + 30), missed.Until);

        var without = scene.Recording.Finish(at, at, missed, missed).ByNow!;
        // One in ten of the candidate's requests failed, and one in ninety of stable's.
        Assert.Equal(1 / 10.0 - 1 / 90.0, without.PerRequest, 9);
        Assert.Equal(missed.Requests * (1 / 10.0 - 1 / 90.0), without.More, 6);
        Assert.True(without.Low < without.More && without.More < without.High);
        Assert.StartsWith("Without the rollback about ", without.Says);
        Assert.EndsWith("by the end of the plan (between " + without.Says.Split("(between ")[1], without.Says);
    }

    [Fact]
    public void What_would_have_happened_by_now_ends_now()
    {
        AheadShare[] ahead = [new(0.1, TimeSpan.FromSeconds(10)), new(1, TimeSpan.FromSeconds(60))];
        var missed = MissedExposure.Of([.. ahead], Start, Start.AddSeconds(15), Traffic(0, 100, 20), 0);
        Assert.Equal(0.1 * 20 * 10 + 20 * 5, missed.Requests, 9);
        Assert.False(missed.AtPlansEnd);
    }

    /// <summary>56 of 70 against 48 of 80: the first example of Newcombe's paper gives 0.0524 to 0.3339.</summary>
    [Fact]
    public void The_interval_of_a_difference_is_the_published_one()
    {
        var (value, low, high) = Difference.Of(new Trials(70, 56, 80, 48));
        Assert.Equal((0.2, 0.0524, 0.3339), (Math.Round(value, 4), Math.Round(low, 4), Math.Round(high, 4)));

        var clustered = Difference.Of(new Trials(70, 56, 80, 48), perCluster: 4);
        Assert.True(clustered.Low < low && clustered.High > high);
    }

    [Fact]
    public void It_survives_being_written_and_read()
    {
        var scene = Bad();
        var explained = scene.Recording.Finish(Start.AddSeconds(scene.Second), null, null, null);
        var text = JsonSerializer.Serialize(explained, Wire.Json);
        Assert.Equal(text, JsonSerializer.Serialize(JsonSerializer.Deserialize<Explanation>(text, Wire.Json),
            Wire.Json));
    }
}
