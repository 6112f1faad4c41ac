using Headway.Core.Evidence;
using Headway.Core.Judging;
using Xunit;

namespace Headway.Core.Tests.Judging;

using static Scene;

public class JudgeTests
{
    [Fact]
    public void A_candidate_that_fails_everything_is_taken_back_within_seconds()
    {
        var scene = new Scene().Step(0.05, 0.25);
        scene.Seconds(5, Stable(47), Candidate(3));

        var verdict = scene.Seconds(5, Stable(47), Candidate(3, 3));

        Assert.Equal(VerdictKind.Rollback, verdict.Kind);
        Assert.Equal("sequential comparison", verdict.Evidence.Method);
        Assert.True(verdict.Evidence.LogE >= verdict.Evidence.LogEToRollBack);
        Assert.True(verdict.Evidence.CandidateTrialFailures <= 6, verdict.Says);
        Assert.Contains("The candidate fails", verdict.Says);
        Assert.True(verdict.Evidence.RelativeRiskLow > 1);
        Assert.Equal(1, verdict.Evidence.Metrics.Sum(m => m.Weight), 12);
    }

    [Fact]
    public void Two_failures_are_no_proof()
    {
        var verdict = new Scene(history: StableHistory.None).Step(0.001, 0.25)
            .Seconds(2, Stable(1000), Candidate(1, 1));
        Assert.NotEqual(VerdictKind.Rollback, verdict.Kind);
        Assert.True(verdict.Evidence.LogE <= 0);
    }

    [Fact]
    public void A_good_candidate_passes_on_proof_and_not_before_its_time()
    {
        var scene = new Scene().Step(0.5, 1, TimeSpan.FromSeconds(40));
        Assert.Equal(VerdictKind.KeepWatching, scene.Seconds(39, Stable(500, 5), Candidate(500, 5)).Kind);

        var verdict = scene.Seconds(2, Stable(500, 5), Candidate(500, 5));

        Assert.Equal(VerdictKind.Promote, verdict.Kind);
        Assert.Contains("proven not worse", verdict.Says);
    }

    [Fact]
    public void A_step_says_how_much_longer_it_needs()
    {
        var verdict = new Scene().Step(0.25, 0.5).Seconds(30, Stable(75, 1), Candidate(25, 1), every: 2);
        Assert.Equal(VerdictKind.KeepWatching, verdict.Kind);
        Assert.InRange(verdict.Evidence.MoreSeconds!.Value, 1, 270);
        Assert.InRange(verdict.Evidence.MoreRequests!.Value, 25, 7000);
        Assert.Matches("about [0-9]+ more requests, .* at this traffic", verdict.Says);
    }

    [Fact]
    public void Without_suspicion_a_step_passes_after_five_minutes_without_proof()
    {
        var scene = new Scene().Step(0.05, 1);
        Assert.Equal(VerdictKind.KeepWatching, scene.Seconds(299, Stable(20, 1), Candidate(1), every: 5).Kind);
        var verdict = scene.Seconds(2, Stable(20), Candidate(1));
        Assert.Equal(VerdictKind.Promote, verdict.Kind);
        Assert.Contains("not proven", verdict.Says);
    }

    [Fact]
    public void A_step_waits_for_the_requests_that_it_was_told_to_wait_for()
    {
        var scene = new Scene().Step(0.5, 1, requests: 60_000);
        Assert.Equal(VerdictKind.KeepWatching, scene.Seconds(110, Stable(500), Candidate(500)).Kind);
        Assert.Equal(VerdictKind.Promote, scene.Seconds(12, Stable(500), Candidate(500)).Kind);
    }

    [Fact]
    public void Without_evidence_nothing_passes_and_patience_ends_in_no_evidence()
    {
        var scene = new Scene().Step(0.05, 0.25);
        Assert.Equal(VerdictKind.KeepWatching, scene.Nothing(590).Kind);
        var verdict = scene.Nothing(15);
        Assert.Equal(VerdictKind.NoEvidence, verdict.Kind);
        Assert.True(verdict.Asks);
        Assert.Contains("no evidence has arrived at all", verdict.Says);
    }

    [Fact]
    public void Stable_alone_is_no_evidence_either()
    {
        var verdict = new Scene().Step(0.05, 0.25).Seconds(605, Stable(50), Candidate(0));
        Assert.Equal(VerdictKind.NoEvidence, verdict.Kind);
        Assert.Equal(0, verdict.Evidence.CandidateTrials);
    }

    [Fact]
    public void A_clock_that_jumps_passes_no_soak()
    {
        var judge = new Judge(new(), OnePerCent, Sides);
        judge.StepStarted(new(Start, 0.5, 1, TimeSpan.FromMinutes(30)));
        judge.Assess(Start);
        for (var i = 0; i < 60; i++)
            judge.Observe(new("n1", "b", i + 1, Sides.Lane, 1, Start.AddSeconds(i), Stable(500), Candidate(500)));
        var verdict = judge.Assess(Start.AddHours(5));
        Assert.Equal(VerdictKind.KeepWatching, verdict.Kind);
        Assert.True(verdict.Evidence.ClockSeconds <= 2);
    }

    [Fact]
    public void A_suspicion_holds_promotion_until_patience_ends_inconclusive()
    {
        var scene = new Scene(new(BudgetFailedRequests: 0)).Step(0.05, 0.25, atMost: TimeSpan.FromSeconds(120));
        VerdictKind kind;
        var seconds = 0;
        do
        {
            // Just bad enough to keep the suspicion alive, never enough to prove it.
            var fails = seconds % 3 == 0 && scene.Judge.Assess(scene.Now).Evidence.LogE < Math.Log(2.5) ? 1 : 0;
            kind = scene.Seconds(1, Stable(95, 1), Candidate(5, fails)).Kind;
            Assert.NotEqual(VerdictKind.Promote, kind);
            seconds++;
        } while (kind == VerdictKind.KeepWatching && seconds < 700);

        Assert.Equal(VerdictKind.Inconclusive, kind);
        Assert.Equal(120, seconds);
    }

    [Fact]
    public void An_incident_on_both_sides_holds_and_blames_nobody_and_asks_after_a_while()
    {
        var scene = new Scene().Step(0.25, 0.5);
        scene.Seconds(10, Stable(75, 1), Candidate(25));
        var verdict = scene.Seconds(60, Stable(75, 30), Candidate(25, 10));
        Assert.Equal(VerdictKind.Hold, verdict.Kind);
        Assert.False(verdict.Asks);
        Assert.True(verdict.Evidence.ClockSeconds <= 15);
        Assert.True(scene.Seconds(900, Stable(75, 30), Candidate(25, 10)).Asks);

        Assert.NotEqual(VerdictKind.Hold, scene.Seconds(120, Stable(75, 1), Candidate(25)).Kind);
    }

    [Fact]
    public void Where_stable_fails_nearly_always_the_judge_is_blind_and_says_so()
    {
        var history = new StableHistory(10_000, 8_500, 0, 100, LatencyCounts.Empty, 50);
        var verdict = new Scene(history: history).Step(0.25, 0.5).Seconds(60, Stable(20, 17), Candidate(5, 5));
        Assert.Equal(VerdictKind.Hold, verdict.Kind);
        Assert.Contains("cannot be told", verdict.Says);
    }

    [Fact]
    public void An_excess_of_failures_spends_the_budget_without_proof()
    {
        // At alpha far below anything reachable only the budget can act.
        var verdict = new Scene(new(Alpha: 1e-300)).Step(0.25, 0.5).Seconds(300, Stable(75, 1), Candidate(25, 2));
        Assert.Equal(VerdictKind.Rollback, verdict.Kind);
        Assert.Equal("exposure budget", verdict.Evidence.Method);
        Assert.True(verdict.Evidence.ExcessFailures >= 25);
    }

    [Fact]
    public void The_users_budget_is_about_excess_not_about_failures_as_such()
    {
        var alike = new Scene(new(BudgetFailedRequests: 5)).Step(0.25, 0.5).Seconds(300, Stable(75, 3), Candidate(25, 1));
        Assert.NotEqual(VerdictKind.Rollback, alike.Kind);

        var worse = new Scene(new(Alpha: 1e-300, BudgetFailedRequests: 10)).Step(0.25, 0.5)
            .Seconds(60, Stable(75), Candidate(25, 3));
        Assert.Equal("exposure budget", worse.Evidence.Method);
        Assert.StartsWith("Budget spent, not proven: about ", worse.Says);
        Assert.True(worse.Evidence.CandidateFailures < 25);
    }

    [Fact]
    public void The_same_batch_counts_once_however_often_it_is_delivered()
    {
        var scene = new Scene().Step(0.05, 0.25);
        var once = scene.Seconds(3, Stable(50), Candidate(2, 1)).Evidence;
        foreach (var batch in scene.Sent.ToList())
            for (var i = 0; i < 3; i++) Assert.False(scene.Judge.Observe(batch));
        var again = scene.Judge.Assess(scene.Now).Evidence;
        Assert.Equal(once.LogE, again.LogE);
        Assert.Equal(once.CandidateTrials, again.CandidateTrials);
    }

    [Fact]
    public void Batches_of_another_lane_or_release_and_impossible_ones_are_not_used()
    {
        var scene = new Scene().Step(0.05, 0.25);
        var good = new EvidenceBatch("n1", "b1", 1, Sides.Lane, 1, Start, Stable(5), Candidate(5));
        Assert.False(scene.Judge.Observe(good with { Lane = "other/production" }));
        Assert.False(scene.Judge.Observe(good with { Stable = Candidate(5) }));
        Assert.False(scene.Judge.Observe(good with { Candidate = Stable(5) }));
        Assert.False(scene.Judge.Observe(good with { Candidate = Candidate(2, 3) }));
        Assert.Contains("more failures than requests", scene.Judge.Problem);
        Assert.False(scene.Judge.Observe(good with { Stable = Stable(-2, -3) }));
        Assert.True(scene.Judge.Observe(good));
        Assert.Equal(5, scene.Judge.Assess(Start).Evidence.CandidateTrials);
    }

    [Fact]
    public void Counts_of_two_gateways_are_not_pooled()
    {
        // The bad zone sends 25 % to the candidate, the good one 5 %; within each both sides are alike.
        var scene = new Scene().Step(0.25, 0.5);
        var verdict = scene.Judge.Assess(Start);
        for (var i = 0; i < 240; i++)
        {
            scene.Seconds(1, Stable(75, 4), Candidate(25, i % 4 == 0 ? 2 : 1), route: 2, node: "bad");
            verdict = scene.Seconds(1, Stable(95), Candidate(5), route: 1, node: "good");
        }

        Assert.NotEqual(VerdictKind.Rollback, verdict.Kind);
        Assert.True(verdict.Evidence.LogE < 1, verdict.Says);
    }

    [Fact]
    public void An_open_batch_is_dropped_when_the_route_changes()
    {
        var scene = new Scene().Step(0.05, 0.25);
        scene.Seconds(1, Stable(0), Candidate(4, 4), route: 1);
        var verdict = scene.Seconds(1, Stable(10), Candidate(0), route: 2);
        Assert.Equal(0, verdict.Evidence.LogE, 12);
    }

    [Fact]
    public void One_instance_that_explains_it_all_is_named()
    {
        var scene = new Scene().Step(0.25, 0.5);
        scene.Seconds(20, Stable(75), Candidate(20, 0, new("i1", 10, 0), new("i2", 10, 0)));
        var verdict = scene.Seconds(60, Stable(75, 1), Candidate(20, 6, new("i1", 10, 6), new("i2", 10, 0)));
        Assert.Equal(VerdictKind.Rollback, verdict.Kind);
        Assert.True(verdict.InstanceOrRelease);
        Assert.Equal("i1", verdict.Suspect);
        Assert.Contains("i1", verdict.Says);

        var both = new Scene().Step(0.25, 0.5);
        both.Seconds(20, Stable(75), Candidate(20, 0, new("i1", 10, 0), new("i2", 10, 0)));
        Assert.False(both.Seconds(
            60, Stable(75, 1), Candidate(20, 10, new("i1", 10, 5), new("i2", 10, 5))).InstanceOrRelease);
    }

    [Fact]
    public void A_total_outage_shows_when_every_client_has_failed_before()
    {
        // Nobody is at risk of a first failure any more, so only the spells speak.
        var scene = new Scene().Step(0.5, 1);
        scene.Seconds(10, Stable(30), Candidate(30));
        var out1 = Candidate(0) with { Requests = 30, Failures = 30, SpellClients = 30 };
        var idle = Stable(0) with { Requests = 30, SpellClients = 30 };
        scene.Seconds(2, idle, out1);
        var verdict = scene.Seconds(3, idle, out1 with { ClientSpells = 10 });
        Assert.Equal(VerdictKind.Rollback, verdict.Kind);
        Assert.Contains("again and again", verdict.Says);
    }

    [Fact]
    public void Slow_answers_and_refusals_are_seen_apart_from_errors()
    {
        var past = new LatencyCounts([100, 110, 120], [500, 400, 100]);
        var history = OnePerCent with { Latency = past };
        var stable = Stable(50) with { Latency = new([100, 110, 120], [25, 20, 5]) };
        var slow = Candidate(50) with { Latency = new([110, 120, 130], [25, 20, 5]) };
        var same = Candidate(50) with { Latency = new([101, 111, 121], [25, 20, 5]) };

        var found = new Scene(history: history).Step(0.5, 1).Seconds(60, stable, slow);
        Assert.Equal(VerdictKind.Rollback, found.Kind);
        Assert.Contains("slower", found.Says);
        Assert.Equal(0, found.Evidence.Metrics.Single(m => m.Name == "errors").LogE, 0);
        Assert.NotEqual(
            VerdictKind.Rollback, new Scene(history: history).Step(0.5, 1).Seconds(120, stable, same).Kind);

        var refusing = new Scene().Step(0.5, 1).Seconds(
            60, Stable(50) with { RefusalClients = 50, ClientsRefused = 1 },
            Candidate(50) with { RefusalClients = 50, ClientsRefused = 20 });
        Assert.Equal(VerdictKind.Rollback, refusing.Kind);
        Assert.Contains("4xx", refusing.Says);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(19, true)]
    public void A_candidate_whose_instance_carries_much_more_is_not_called_slow(int stableInstances, bool blamed)
    {
        var past = new LatencyCounts([100, 110, 120], [500, 400, 100]);
        InstanceCounts[] many = [.. Enumerable.Range(1, stableInstances).Select(i => new InstanceCounts($"s{i}", 3, 0))];
        var stable = Stable(950 * stableInstances / 19) with
        {
            Latency = new([100, 110, 120], [25, 20, 5]), Instances = [.. many],
        };
        var slow = Candidate(950 / (stableInstances == 1 ? 1 : 19), 0, new InstanceCounts("c1", 50, 0)) with
        {
            Latency = new([110, 120, 130], [25, 20, 5]),
        };
        var found = new Scene(history: OnePerCent with { Latency = past }).Step(0.95, 1).Seconds(60, stable, slow);
        Assert.Equal(blamed, found.Kind == VerdictKind.Rollback);
    }

    [Fact]
    public void A_candidate_as_fast_as_stable_used_to_be_is_not_slow_when_stable_has_less_to_do_now()
    {
        var past = new LatencyCounts([100, 110, 120], [500, 400, 100]);
        var idle = Stable(50) with { Latency = new([70], [50]) };
        var usual = Candidate(950) with { Latency = new([100, 110, 120], [475, 380, 95]) };
        var slow = Candidate(950) with { Latency = new([110, 120, 130], [475, 380, 95]) };

        var scene = new Scene(history: OnePerCent with { Latency = past }).Step(0.95, 1);
        Assert.NotEqual(VerdictKind.Rollback, scene.Seconds(120, idle, usual).Kind);
        Assert.Equal(VerdictKind.Rollback, scene.Seconds(120, idle, slow).Kind);
    }

    [Fact]
    public void Refusals_are_left_out_where_nobody_says_who_was_at_risk_of_one()
    {
        var verdict = new Scene().Step(0.5, 1).Seconds(60, Stable(50), Candidate(50) with { ClientsRefused = 1 });
        Assert.NotEqual(VerdictKind.Rollback, verdict.Kind);
        Assert.Equal(0, verdict.Evidence.Metrics.Single(m => m.Name == "refused").LogE, 9);
    }

    [Fact]
    public void A_judge_fed_again_says_the_same()
    {
        var scene = new Scene().Step(0.05, 0.25);
        scene.Seconds(60, Stable(95, 1), Candidate(5), every: 3);
        scene.Step(0.25, 0.5);
        var said = scene.Seconds(60, Stable(75, 1), Candidate(25, 1), route: 2, every: 4).Evidence;

        var again = Judge.Replay(new(), OnePerCent, Sides, scene.Steps, scene.Sent).Assess(scene.Now).Evidence;

        Assert.Equal(said.LogE, again.LogE, 9);
        Assert.Equal(said.Metrics.Select(m => m.LogPass), again.Metrics.Select(m => m.LogPass));
        Assert.Equal(said.ExcessFailures, again.ExcessFailures, 9);
        Assert.InRange(again.ClockSeconds, said.ClockSeconds - 2, said.ClockSeconds + 2);
    }
}
