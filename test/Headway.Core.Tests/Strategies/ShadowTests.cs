using System.Collections.Immutable;
using System.Text.Json;
using Headway.Core.Evidence.Answers;
using Headway.Core.Judging;
using Headway.Core.Services;
using Headway.Core.Strategies;
using Headway.Core.Targets;
using Xunit;

namespace Headway.Core.Tests.Strategies;

public sealed class ShadowTests
{
    private static readonly Capabilities Workload = new(true, false, 0, true, Fencing.Marker, TimeSpan.FromSeconds(1));
    private static readonly Capabilities Traffic =
        new(true, true, 0.0001, false, Fencing.Marker, TimeSpan.FromSeconds(1)) { Mirrors = true };
    private static readonly EnvironmentSpec Production = new(
        "production", ["./smoke.sh"], null, 50, OnInconclusive.Ask, TimeSpan.Zero, 0, null, null,
        ImmutableSortedDictionary<string, string>.Empty) { Shadow = ShadowSpec.Default };
    private static readonly StrategySpec.Canary Shares = new([new(0.05), new(0.5)]);

    [Fact]
    public void Alone_everyone_follows_when_the_answers_are_the_same() => Is(Request(null, 2), "shadow",
        "start 2 instances of the candidate", "run ./smoke.sh", "copy 10 % of the requests to the candidate", "compare answers",
        "give the candidate 100 %", "stop the old release");

    [Fact]
    public void Before_a_canary_no_user_meets_the_candidate_until_answers_were_compared() => Is(Request(Shares, 2), "shadow, canary",
        "start 1 instance of the candidate", "run ./smoke.sh", "copy 10 % of the requests to the candidate", "compare answers",
        "give the candidate 5 %", "watch users", "give the candidate 50 %", "watch users",
        "start 2 instances of the candidate", "give the candidate 100 %", "stop the old release");

    [Fact]
    public void Copies_of_many_requests_get_as_many_instances_as_they_need() => Is(
        Request(Shares, 4, ShadowSpec.Default with { Share = 0.6 }), "shadow, canary",
        "start 3 instances of the candidate", "run ./smoke.sh", "copy 60 % of the requests to the candidate", "compare answers",
        "give the candidate 5 %", "watch users", "give the candidate 50 %", "watch users",
        "start 4 instances of the candidate", "give the candidate 100 %", "stop the old release");

    [Fact]
    public void It_comes_before_any_strategy_but_not_before_a_first_release_or_on_the_way_back()
    {
        Assert.Equal("shadow, blue-green", Plan(Request(new StrategySpec.BlueGreen(TimeSpan.Zero), 2)).Strategy);
        Assert.Equal("shadow, rolling", Plan(Request(new StrategySpec.Rolling(1), 3)).Strategy);
        Assert.Equal("first release", Plan(Request(null, 2) with { Stable = null }).Strategy);
        Assert.Equal("rollback", Plan(Request(null, 2) with { Back = true }).Strategy);
    }

    [Fact]
    public void It_watches_as_long_and_for_as_many_as_is_written()
    {
        var watch = Plan(Request(null, 1, new(0.1, TimeSpan.FromMinutes(10), 500, MirrorRules.Default))).Steps
            .OfType<Step.Watch>().Single();
        Assert.Equal((WatchFor.Answers, TimeSpan.FromMinutes(10), 500), (watch.For, watch.AtLeast, watch.Requests));
        Assert.True(watch.AtMost > watch.AtLeast);
    }

    [Fact]
    public void Copies_that_may_write_are_said_loudly_when_the_plan_is_made()
    {
        Assert.Empty(Plan(Request(null, 1)).Notes);
        var rules = new MirrorRules { Methods = ["GET", "POST"] };
        var note = Assert.Single(Plan(Request(null, 1, ShadowSpec.Default with { Rules = rules })).Notes);
        Assert.Contains("POST", note);
        Assert.Contains("written twice", note);
    }

    [Fact]
    public void A_part_that_cannot_copy_requests_is_refused_and_named() => Assert.Equal(
        "The traffic part cannot copy requests to a candidate, which `shadow` needs.",
        Assert.IsType<Compiled.Refused>(PlanCompiler.Compile(
            Request(null, 1) with { Traffic = Traffic with { Mirrors = false } })).Says);

    [Fact]
    public void What_is_wanted_is_recognised_after_it_was_sent_as_json()
    {
        Exposure mirror = new Exposure.Mirror(0.1) { Rules = new() { Ignore = ["$.a"], Methods = ["GET", "POST"], Tolerance = 0.01 } };
        var sent = JsonSerializer.Deserialize<Exposure>(JsonSerializer.Serialize(mirror, Wire.Json), Wire.Json);
        Assert.Equal(mirror, sent);
        Assert.NotEqual(mirror, new Exposure.Mirror(0.1));
        Assert.Equal(0, mirror.ShareOfUsers);
    }

    private static PlanRequest Request(StrategySpec? strategy, int instances, ShadowSpec? shadow = null) =>
        new(Production with { Strategy = strategy, Shadow = shadow ?? ShadowSpec.Default }, "shop-1", "shop-2", instances,
            Back: false, StableHistory.None)
        {
            Workload = Workload,
            Traffic = Traffic,
        };

    private static void Is(PlanRequest request, string name, params string[] steps)
    {
        var plan = Plan(request);
        Assert.Equal(name, plan.Strategy);
        Assert.Equal(steps, plan.Steps.Select(Steps.Says));
    }

    private static Plan Plan(PlanRequest request) => Assert.IsType<Compiled.Ready>(PlanCompiler.Compile(request)).Plan;
}
