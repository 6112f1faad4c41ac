using System.Collections.Immutable;
using Headway.Core.Readiness;
using Headway.Core.Services;
using Headway.Core.Strategies;
using Xunit;

namespace Headway.Core.Tests.Readiness;

public sealed class ChecklistsTests
{
    private static readonly EnvironmentSpec Staging = Environment("staging") with { Checks = ["./check.sh"] };

    private static readonly ServiceSpec Spec = new("shop", [], new("serve"), new(0.999, null, null, null),
        [Staging, Environment("production") with { Strategy = new StrategySpec.Rolling(1) }])
    {
        Owner = "team-shop", OnCall = "pager: shop", Runbook = "docs/runbook.md",
    };

    private static readonly ReadinessFacts Ready = new(Spec, [.. Enumerable.Range(0, 10).Select(n => Run(n))],
        new("shop-9", true, ["metrics"]), new(1, 0, 0), 2) { HasRunbook = true, Tried = ["staging", "production"] };

    [Fact]
    public void A_service_that_has_all_of_it_is_ready()
    {
        Assert.All(Checklists.Of(Ready), item => Assert.True(item.Standing is ItemStanding.Met && item.Do is null, $"{item}"));
        Assert.Equal([5, 5], Checklists.Of(Ready).GroupBy(item => item.Checklist).Select(list => list.Count()));
    }

    [Fact]
    public void Each_item_is_missed_by_itself_and_says_what_would_meet_it()
    {
        Missed("tests", Ready with { Runs = [.. Ready.Runs.Select(run => run with { TestReports = 0 })] }, ItemStanding.Missing);
        Missed("tests", Ready with { Runs = [.. Ready.Runs.Select((run, n) => run with { Failing = n < 3 })] }, ItemStanding.Missing);
        Missed("telemetry", Ready with { Seen = new("shop-9", false, []), Spec = Spec with { Objectives = Spec.Objectives } }, ItemStanding.Missing, "objectives");
        Missed("smoke", Ready with { Spec = Spec with { Environments = [Environment("staging"), Spec.Environments[1]] } }, ItemStanding.Missing);
        Missed("smoke", Ready with { Tried = [] }, ItemStanding.Unknown);
        Missed("scans", Ready with { Findings = new(0, 0, 0) }, ItemStanding.Missing);
        Missed("scans", Ready with { Findings = new(2, 0, 1) }, ItemStanding.Missing);
        Missed("migrations", Ready with { Runs = [Run(1) with { Migrations = ["db/migrations/7.sql"] }, .. Ready.Runs] }, ItemStanding.Unknown);
        Missed("objectives", Ready with { Spec = Spec with { Objectives = ObjectivesSpec.None } }, ItemStanding.Missing);
        Missed("strategy", Ready with { Spec = Spec with { Environments = [Staging, Environment("production")] } }, ItemStanding.Missing);
        Missed("rollback", Ready with { Good = 1 }, ItemStanding.Unknown);
        Missed("runbook", Ready with { HasRunbook = false }, ItemStanding.Missing);
        Missed("runbook", Ready with { HasRunbook = null }, ItemStanding.Missing);
        Missed("onCall", Ready with { Spec = Spec with { OnCall = null } }, ItemStanding.Missing);
        Missed("onCall", Ready with { Spec = Spec with { Owner = null } }, ItemStanding.Missing);
    }

    [Fact]
    public void One_failure_in_ten_is_consistent_and_nothing_is_said_of_what_was_never_built()
    {
        Assert.True(Item("tests", Ready with { Runs = [.. Ready.Runs.Select((run, n) => run with { Failing = n == 4 })] }).IsMet);
        var bare = Ready with { Runs = [], Seen = null, Tried = [] };
        Assert.All(new[] { "tests", "telemetry", "smoke", "migrations" }, id => Assert.Equal(ItemStanding.Unknown, Item(id, bare).Standing));
    }

    private static void Missed(string id, ReadinessFacts facts, ItemStanding standing, params string[] also)
    {
        var missed = Checklists.Of(facts).Where(item => !item.IsMet).ToList();
        Assert.Equal([id, .. also], missed.Select(item => item.Id));
        Assert.Equal(standing, missed[0].Standing);
        Assert.NotNull(missed[0].Do);
    }

    private static ReadinessItem Item(string id, ReadinessFacts facts) => Checklists.Of(facts).Single(item => item.Id == id);

    private static RunFound Run(int number) => new($"shop-{number}", true, 1, false, []);

    private static EnvironmentSpec Environment(string name) => new(name, [], null, 50, OnInconclusive.Ask, TimeSpan.Zero, 0, null, null,
        ImmutableSortedDictionary<string, string>.Empty);
}
