using System.Collections.Immutable;
using Headway.Core.Delivery;
using Headway.Core.Rollouts;
using Xunit;

namespace Headway.Core.Tests.Delivery;

public sealed class DeliveryEngineTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    private static readonly DeliveryQuestion Plain = new("shop", "production", "shop-3", "sha256:3", ["Ann", "ann@example.com"],
        DeliveryRules.None, DeliveryRules.None, Now.AddHours(-2), HasBefore: true);

    [Fact]
    public void Nothing_is_asked_where_nothing_is_written() => Assert.Empty(DeliveryEngine.Ask(Plain, Now));

    [Fact]
    public void Approvals_count_once_a_person_and_not_of_those_who_wrote_it_nor_of_other_bytes_nor_when_they_are_old()
    {
        var asked = Plain with { Here = Rules(approvals: new(2, [], TimeSpan.FromHours(24))) };
        ApprovalEvent[] said =
        [
            Approved("ann"), Approved("anna", email: "ANN@example.com"), Approved("ben"), Approved("Ben"),
            Approved("cleo", digest: "sha256:other"), Approved("dora", release: "shop-2"),
        ];
        var wait = Assert.Single(DeliveryEngine.Ask(asked with { Given = Given(said) }, Now));
        Assert.Equal((false, "shop-3 waits for 2 approvals; ben has approved."), (wait.Passed, wait.Says));
        Assert.Contains("`headway approve shop --environment production`", wait.Unblocks);
        var enough = asked with { Given = Given([.. said, Approved("emil")]) };
        Assert.True(Assert.Single(DeliveryEngine.Ask(enough, Now)).Passed);
        Assert.False(Assert.Single(DeliveryEngine.Ask(enough, Now.AddHours(25))).Passed);
        Assert.False(Assert.Single(DeliveryEngine.Ask(enough with { Given = Given([.. said, Approved("emil"), new ApprovalEvent.Withdrawn("shop-3", "emil", "")]) }, Now)).Passed);
        Assert.False(Assert.Single(DeliveryEngine.Ask(enough with { Digest = "sha256:4" }, Now)).Passed);
    }

    [Fact]
    public void One_of_the_groups_must_be_theirs_and_policy_may_waive_or_demand()
    {
        var asked = Plain with { Here = Rules(approvals: new(1, ["sre"], TimeSpan.FromHours(24))), Given = Given(Approved("ben")) };
        Assert.StartsWith("shop-3 waits for an approval of sre", Assert.Single(DeliveryEngine.Ask(asked, Now)).Says);
        Assert.True(Assert.Single(DeliveryEngine.Ask(asked with { Given = Given(Approved("ben", group: "sre")) }, Now)).Passed);
        Assert.True(Assert.Single(DeliveryEngine.Ask(asked with { Need = new(true, false, "Only documents change.") }, Now)).Passed);
        var demanded = Assert.Single(DeliveryEngine.Ask(Plain with { Need = new(false, true, "It has no tests.") }, Now));
        Assert.Equal("shop-3 waits for an approval; nobody has approved yet. It has no tests.", demanded.Says);
    }

    [Fact]
    public void The_stricter_of_what_the_service_and_the_environment_ask_holds()
    {
        var rules = Rules(approvals: new(1, [], TimeSpan.FromHours(48)), soak: TimeSpan.FromHours(1))
            .StricterOf(Rules(approvals: new(2, ["sre"], TimeSpan.FromHours(24)), soak: TimeSpan.FromHours(3), byHand: true));
        Assert.Equal((2, "sre", TimeSpan.FromHours(24)), (rules.Approvals!.Count, rules.Approvals.Groups.Single(), rules.Approvals.For));
        Assert.Equal((TimeSpan.FromHours(3), true), (rules.Soak, rules.ByHand));
        var (here, there) = (WeeklyWindow.Parse("daily 00:00-24:00")!, WeeklyWindow.Parse("Mon 00:00-24:00")!);
        var both = Plain with { Here = DeliveryRules.None with { Windows = [here] }, Everywhere = DeliveryRules.None with { Windows = [there] } };
        Assert.Equal([true, false], DeliveryEngine.Ask(both, Now).Select(answer => answer.Passed));
    }

    [Fact]
    public void Soak_is_over_when_it_has_been_out_for_long_enough_and_a_first_environment_asks_for_none()
    {
        var asked = Plain with { Here = Rules(soak: TimeSpan.FromHours(3)) };
        var wait = Assert.Single(DeliveryEngine.Ask(asked, Now));
        Assert.Equal((false, Now.AddHours(1)), (wait.Passed, wait.Until));
        Assert.True(Assert.Single(DeliveryEngine.Ask(asked, Now.AddHours(1))).Passed);
        Assert.False(Assert.Single(DeliveryEngine.Ask(asked with { OutSince = null }, Now.AddDays(1))).Passed);
        Assert.Empty(DeliveryEngine.Ask(asked with { HasBefore = false }, Now));
    }

    [Fact]
    public void A_freeze_holds_for_what_it_names_and_as_long_as_it_says()
    {
        var freeze = new Freeze("holiday", Now.AddHours(-1), Now.AddHours(1), ["prod*"], ["shop"], "A holiday.");
        var asked = Plain with { Freezes = [freeze] };
        var wait = Assert.Single(DeliveryEngine.Ask(asked, Now));
        Assert.Equal(("production is frozen (holiday): A holiday.", Now.AddHours(1)), (wait.Says, wait.Until));
        Assert.Empty(DeliveryEngine.Ask(asked, Now.AddHours(1)));
        Assert.Empty(DeliveryEngine.Ask(asked with { Environment = "staging" }, Now));
        Assert.Empty(DeliveryEngine.Ask(asked with { Service = "pay" }, Now));
    }

    [Fact]
    public void By_hand_waits_until_somebody_says_so_and_a_broken_glass_passes_everything_for_its_time()
    {
        var asked = Plain with { Here = Rules(approvals: new(2, [], TimeSpan.FromDays(1)), byHand: true), Freezes = [new("f", Now, Now.AddDays(1), [], [], "No.")] };
        Assert.Equal(["hand", "approval", "freeze"], DeliveryEngine.Ask(asked, Now).Where(answer => !answer.Passed).Select(answer => answer.Kind));
        Assert.Equal(["approval", "freeze"], DeliveryEngine.Ask(asked with { Given = Given(new ApprovalEvent.PromotionAsked("shop-3", "ben", "")) }, Now)
            .Where(answer => !answer.Passed).Select(answer => answer.Kind));
        var broken = asked with { Given = Given(new ApprovalEvent.GlassBroken("shop-3", "ben", "Users cannot pay.", Now.AddHours(1))) };
        Assert.Equal(("glass", true), DeliveryEngine.Ask(broken, Now).Select(answer => (answer.Kind, answer.Passed)).Single());
        Assert.Contains(DeliveryEngine.Ask(broken, Now.AddHours(1)), answer => !answer.Passed);
        Assert.Contains(DeliveryEngine.Ask(broken with { Release = "shop-4" }, Now), answer => !answer.Passed);
    }

    private static DeliveryRules Rules(ApprovalRule? approvals = null, TimeSpan soak = default, bool byHand = false) => new(approvals, [], soak, byHand);

    private static ApprovalEvent.Approved Approved(
        string by, string release = "shop-3", string digest = "sha256:3", string? email = null, string? group = null) =>
        new(release, digest, by, email is null ? [] : [email], group is null ? [] : [group], "looks good");

    private static ApprovalState Given(params ApprovalEvent[] said) => said.Aggregate(ApprovalState.Empty, (state, e) =>
        ApprovalState.Evolve(state, new Recorded<ApprovalEvent>(e, 1, state.Version + 1, Now.AddMinutes(-1), "someone")));
}
