using System.Collections.Immutable;
using Headway.Core.Evidence;
using Headway.Core.Judging;
using Xunit;

namespace Headway.Core.Tests.Judging;

using static Scene;

/// <summary>Users of one route are hurt while all others are served well.</summary>
public class RouteTests
{
    private const string Busy = "GET /", Rare = "POST /orders";

    [Fact]
    public void A_fault_of_a_rare_route_is_found_sooner_by_its_route_than_in_the_sum()
    {
        var byRoute = SecondsToRollback(isCounted: true, out var verdict);
        var inSum = SecondsToRollback(isCounted: false, out _);
        Assert.Equal(Rare, verdict.Route);
        Assert.StartsWith("On POST /orders the candidate fails", verdict.Says, StringComparison.Ordinal);
        TestContext.Current.TestOutputHelper?.WriteLine($"{byRoute} s by route, {inSum} s in the sum");
        Assert.True(byRoute < 120 && byRoute * 3 < inSum, $"{byRoute} s by route, {inSum} s in the sum");
    }

    [Fact]
    public void Routes_that_fail_as_often_on_both_sides_blame_nobody()
    {
        var scene = new Scene(history: Past());
        scene.Step(0.5, 1);
        var verdict = scene.Each(600, second => (
            Side(Stable(20, 1), (Busy, 15, 0), (Rare, 5, 1)), Side(Candidate(20, 1), (Busy, 15, 0), (Rare, 5, 1))));
        Assert.NotEqual(VerdictKind.Rollback, verdict.Kind);
    }

    [Fact]
    public void What_the_candidate_has_not_met_is_listed()
    {
        var verdict = Watch(new JudgeSettings(), 400);
        Assert.Equal(VerdictKind.Promote, verdict.Kind);
        Assert.Equal([Rare], verdict.Routes!.NotSeen);
        Assert.InRange(verdict.Routes.Share, 0.7, 0.95);
        Assert.Contains("not seen yet: POST /orders", verdict.Says);
    }

    [Fact]
    public void And_holds_the_step_where_representative_traffic_is_asked_for()
    {
        var settings = new JudgeSettings { Representative = 0.99 };
        var waits = Watch(settings, 400);
        Assert.Equal(VerdictKind.KeepWatching, waits.Kind);
        Assert.Contains("99 % is asked for", waits.Says);
        var ends = Watch(settings, 700);
        Assert.Equal(VerdictKind.NoEvidence, ends.Kind);
        Assert.True(ends.Asks);
        Assert.Equal(VerdictKind.Promote, Watch(new JudgeSettings { Representative = 0.5 }, 400).Kind);
    }

    [Fact]
    public void The_past_knows_the_routes()
    {
        var past = PastEvidence.HistoryOf(
            [new("n1", "b", 1, Sides.Lane, 1, Start, Side(Stable(20), (Busy, 15, 2)), null)], "r1");
        Assert.Equal(new RouteCounts(Busy, 15, 2) { Clients = 15, ClientFailures = 2 }, Assert.Single(past.Routes));
    }

    private static Verdict Watch(JudgeSettings settings, int seconds)
    {
        var scene = new Scene(settings, Past());
        scene.Step(0.5, 1);
        return scene.Each(seconds, _ => (
            Side(Stable(20), (Busy, 16, 0), (Rare, 4, 0)), Side(Candidate(20), (Busy, 20, 0))));
    }

    /// <summary>
    /// 1 % of the candidate's requests go to the route and fail there; one in a hundred of all fails anyway, on both
    /// sides.
    /// </summary>
    private static int SecondsToRollback(bool isCounted, out Verdict verdict)
    {
        var scene = new Scene(new JudgeSettings(BudgetFailedRequests: 0), Past());
        scene.Step(0.2, 0.5);
        verdict = scene.Each(2000, second =>
        {
            var (usual, rare) = (second % 10 == 5 ? 1 : 0, second % 10 == 0 ? 1 : 0);
            var stable = Side(Stable(40, second % 5 == 2 ? 2 : 0), (Busy, 40 - 4 * rare, second % 5 == 2 ? 2 : 0), (Rare, 4 * rare, 0));
            var candidate = Side(Candidate(10, usual + rare), (Busy, 10 - rare, usual), (Rare, rare, rare));
            return isCounted ? (stable, candidate) : (stable with { Routes = [] }, candidate with { Routes = [] });
        });
        return (int)(scene.Now - Start).TotalSeconds;
    }

    private static StableHistory Past() => OnePerCent with
    {
        Routes = [new(Busy, 29_700, 300) { Clients = 29_700, ClientFailures = 300 }, new(Rare, 300, 0) { Clients = 300 }],
    };

    private static SideCounts Side(SideCounts side, params ImmutableArray<(string Route, int Clients, int Failures)> routes) =>
        side with
        {
            Routes = [.. routes.Where(r => r.Clients > 0).Select(r => new RouteCounts(r.Route, r.Clients, r.Failures)
            {
                Clients = r.Clients, ClientFailures = r.Failures,
            })],
        };
}
