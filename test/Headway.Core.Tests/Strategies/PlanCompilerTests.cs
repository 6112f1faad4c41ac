using System.Collections.Immutable;
using Headway.Core.Judging;
using Headway.Core.Services;
using Headway.Core.Strategies;
using Headway.Core.Targets;
using Xunit;

namespace Headway.Core.Tests.Strategies;

public sealed class PlanCompilerTests
{
    private static readonly Capabilities Workload = new(true, false, 0, true, Fencing.Marker, TimeSpan.FromSeconds(1));
    private static readonly Capabilities Traffic = new(true, true, 0.0001, false, Fencing.Marker, TimeSpan.FromSeconds(1));
    private static readonly EnvironmentSpec Production = new(
        "production", ["./smoke.sh"], null, 50, OnInconclusive.Ask, TimeSpan.FromMinutes(60), 0, null, null,
        ImmutableSortedDictionary<string, string>.Empty);
    private static readonly StrategySpec.Canary Shares = new([new(0.05), new(0.25, For: TimeSpan.FromMinutes(30)), new(0.5, UntilApproved: true)]);

    [Fact]
    public void A_canary_of_four_instances() => Is(Request(Shares, 4), "canary",
        "start 1 instance of the candidate", "run ./smoke.sh", "give the candidate 5 %", "watch users",
        "give the candidate 25 %", "watch users", "start 2 instances of the candidate", "give the candidate 50 %", "watch users",
        "wait for a person: 50 % waits for approval.", "start 4 instances of the candidate", "give the candidate 95 %",
        "hold back for 60 min", "give the candidate 100 %", "stop the old release");

    [Fact]
    public void A_canary_without_hold_back_gives_everyone_at_the_end() => Is(
        Request(new StrategySpec.Canary([new(0.05)]), 1, Production with { HoldBack = TimeSpan.Zero, Checks = [] }), "canary",
        "start 1 instance of the candidate", "give the candidate 5 %", "watch users", "give the candidate 100 %", "stop the old release");

    [Fact]
    public void Much_traffic_makes_the_first_share_smaller()
    {
        var request = Request(new StrategySpec.Canary([new(0.05)]), 2) with
        {
            History = StableHistory.None with { RequestsPerSecond = 1000, Clients = 5000 },
        };
        Is(request, "canary", "start 1 instance of the candidate", "run ./smoke.sh", "give the candidate 0.5 %", "watch users",
            "give the candidate 5 %", "watch users", "start 2 instances of the candidate", "give the candidate 95 %",
            "hold back for 60 min", "give the candidate 100 %", "stop the old release");
        Assert.Contains("1000 requests/s", Assert.Single(Plan(request).Notes));
    }

    [Fact]
    public void A_share_waits_as_long_and_for_as_much_as_is_written()
    {
        var plan = Plan(Request(new StrategySpec.Canary([new(0.05, For: TimeSpan.FromMinutes(30)), new(0.25, Requests: 1000), new(0.5)]), 2));
        Assert.Equal(
            [(TimeSpan.FromMinutes(30), 0), (TimeSpan.FromSeconds(15), 1000), (TimeSpan.FromSeconds(15), 0)],
            plan.Steps.OfType<Step.Watch>().Where(w => w.For == WatchFor.Users).Select(w => (w.AtLeast, w.Requests)));
        Assert.All(plan.Steps.OfType<Step.Watch>(), w => Assert.True(w.AtMost >= w.AtLeast));
    }

    [Fact]
    public void Blue_green() => Is(Request(new StrategySpec.BlueGreen(TimeSpan.FromMinutes(5)), 3), "blue-green",
        "start 3 instances of the candidate", "run ./smoke.sh", "give the candidate 100 %", "hold back for 5 min", "stop the old release");

    [Fact]
    public void Rolling_three_instances_one_by_one() => Is(Request(new StrategySpec.Rolling(1), 3), "rolling",
        "start 1 instance of the candidate", "run ./smoke.sh", "give the candidate 33.33 %", "watch users",
        "shrink the old release to 2 instances", "start 2 instances of the candidate", "give the candidate 66.67 %", "watch users",
        "shrink the old release to 1 instance", "start 3 instances of the candidate", "give the candidate 100 %", "stop the old release");

    [Fact]
    public void Rolling_a_single_instance_compares_half_and_half() => Is(Request(new StrategySpec.Rolling(1), 1), "rolling",
        "start 1 instance of the candidate", "run ./smoke.sh", "give the candidate 50 %", "watch users", "give the candidate 100 %",
        "stop the old release");

    [Fact]
    public void Without_a_strategy_everyone_at_once_after_the_checks() => Is(Request(null, 2), "direct",
        "start 2 instances of the candidate", "run ./smoke.sh", "give the candidate 100 %", "stop the old release");

    [Fact]
    public void A_first_release_has_nothing_to_stop() => Is(Request(Shares, 2) with { Stable = null }, "first release",
        "start 2 instances of the candidate", "run ./smoke.sh", "give the candidate 100 %", "hold back for 60 min");

    [Fact]
    public void A_rollback_asks_nothing_and_waits_for_nothing() => Is(Request(Shares, 2) with { Back = true }, "rollback",
        "start 2 instances of the candidate", "give the candidate 100 %", "stop the old release");

    [Fact]
    public void A_canary_without_shares_is_not_a_canary_and_still_checked() => Is(Request(new StrategySpec.Canary([]), 2), "direct",
        "start 2 instances of the candidate", "run ./smoke.sh", "give the candidate 100 %", "stop the old release");

    public static TheoryData<int, int> Sizes => new(
        from instances in Enumerable.Range(1, 6) from batch in Enumerable.Range(0, 8) select (instances, batch));

    [Theory, MemberData(nameof(Sizes))]
    public void Rolling_never_wants_fewer_instances_than_the_service_has(int instances, int batch)
    {
        var (old, young, share) = (instances, 0, 0.0);
        foreach (var step in Plan(Request(new StrategySpec.Rolling(batch), instances)).Steps)
        {
            if (step is Step.Place place) young = place.Instances;
            if (step is Step.Retire retire) old = retire.Keep;
            if (step is Step.Expose expose) share = expose.To.ShareOfUsers;
            Assert.True(old + young >= instances, $"{Steps.Says(step)} leaves {old + young} of {instances}");
            Assert.True(share <= 0 || young >= Math.Ceiling(share * instances - 1e-9));
            Assert.True(share >= 1 || old >= Math.Ceiling((1 - share) * instances - 1e-9));
        }
        Assert.Equal((0, instances, 1.0), (old, young, share));
    }

    [Fact]
    public void What_a_part_cannot_do_is_refused_and_the_part_is_named()
    {
        Assert.Equal("The workload cannot run two releases side by side, which every strategy here needs.",
            Refused(Request(Shares, 1) with { Workload = Workload with { SideBySide = false } }));
        Assert.Equal("The workload cannot run `./smoke.sh`: it has no one-shot tasks.",
            Refused(Request(Shares, 1) with { Workload = Workload with { Tasks = false } }));
        Assert.Equal("The traffic part cannot give a share of users to a candidate.",
            Refused(Request(Shares, 1) with { Traffic = Traffic with { Exposes = false } }));
        Assert.Equal("The traffic part cannot hold a share as small as 5 %; its smallest is 10 %.",
            Refused(Request(Shares, 1) with { Traffic = Traffic with { SmallestShare = 0.1 } }));
    }

    [Fact]
    public void A_part_without_fences_is_said_when_the_plan_is_made() =>
        Assert.Contains("late effects", Assert.Single(Plan(Request(Shares, 1) with { Traffic = Traffic with { Fencing = Fencing.None } }).Notes));

    private static PlanRequest Request(StrategySpec? strategy, int instances, EnvironmentSpec? environment = null) =>
        new((environment ?? Production) with { Strategy = strategy }, "shop-1", "shop-2", instances, Back: false, StableHistory.None)
        {
            Workload = Workload,
            Traffic = Traffic,
        };

    private static void Is(PlanRequest request, string name, params string[] steps)
    {
        var plan = Plan(request);
        Assert.Equal(name, plan.Strategy);
        Assert.Equal(steps, plan.Steps.Select(Steps.Says));
        Assert.Equal(request.Instances, plan.StableInstances);
    }

    private static Plan Plan(PlanRequest request) => Assert.IsType<Compiled.Ready>(PlanCompiler.Compile(request)).Plan;

    private static string Refused(PlanRequest request) => Assert.IsType<Compiled.Refused>(PlanCompiler.Compile(request)).Says;
}
