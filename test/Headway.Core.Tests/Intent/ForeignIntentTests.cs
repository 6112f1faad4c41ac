using System.Collections.Immutable;
using System.Globalization;
using Headway.Core.Environments;
using Headway.Core.Intent;
using Xunit;

namespace Headway.Core.Tests.Intent;

public sealed class ForeignIntentTests
{
    private static readonly LaneState Lane = LaneState.Empty("shop", "production") with
    {
        Current = "shop-2", Newest = 2, Good = ["shop-1", "shop-2"],
    };

    private static readonly Hold Turned = new("shop-3", "It fails.", default);

    [Fact]
    public void A_newer_release_goes_through_the_gates_and_an_older_good_one_comes_back()
    {
        Assert.Equal([new IntentAsk.Want("shop-3")], Decide(Lane, Says("shop-2"), Says("shop-3")));
        Assert.Equal([new IntentAsk.GoBack("shop-1")], Decide(Lane, Says("shop-2"), Says("shop-1")));
        // It was good here, and users have an older one now: that is the way forward.
        Assert.Equal([new IntentAsk.Want("shop-2")], Decide(Lane with { Current = "shop-1" }, Says("shop-1"), Says("shop-2")));
        Assert.Empty(Decide(Lane, Says("shop-1"), Says("shop-2")));
        Assert.Empty(Decide(Lane, Says("shop-2"), Says("shop-3"), trying: "shop-3"));
    }

    [Fact]
    public void A_hold_beats_a_commit_that_wants_what_is_held_unless_it_takes_the_hold_out()
    {
        var held = Lane with { Hold = Turned };
        var before = Says("shop-2") with { Hold = new("shop-3", "It fails.") };
        var against = Assert.IsType<IntentAsk.Against>(Assert.Single(Decide(held, before, before with { Release = "shop-3" })));
        Assert.StartsWith("shop-3 is held: It fails.", against.Says);
        Assert.Equal([new IntentAsk.Lift()], Decide(held, before, Says("shop-3")));
        Assert.Equal([new IntentAsk.Lift(), new IntentAsk.Want("shop-4")], Decide(held, before, Says("shop-4")));
        Assert.IsType<IntentAsk.Against>(Assert.Single(Decide(Lane with { Hold = new(null, "A holiday.", default) },
            Says("shop-2") with { Hold = new(null, "A holiday.") }, Says("shop-3") with { Hold = new(null, "A holiday.") })));
    }

    [Fact]
    public void A_hold_that_the_file_never_had_is_not_lifted_by_a_commit_about_something_else() =>
        Assert.Empty(Decide(Lane with { Hold = Turned }, Says("shop-2"), Says("shop-2")));

    [Fact]
    public void What_is_not_known_or_not_meant_is_a_problem()
    {
        Assert.Equal("There is no release `shop-99` of shop.", Problem(Says("shop-99")));
        Assert.Equal("The digest of shop-3 is sha256:3, and the file says sha256:4.", Problem(Says("shop-3") with { Digest = "sha256:4" }));
        // Who changes the release alone does not speak of the digest that was there before.
        Assert.Equal([new IntentAsk.Want("shop-3")],
            Decide(Lane, Says("shop-2") with { Digest = "sha256:2" }, Says("shop-3") with { Digest = "sha256:2" }));
    }

    private static string Problem(LaneIntent now) =>
        Assert.IsType<IntentAsk.Problem>(Assert.Single(Decide(Lane, Says("shop-2"), now))).Says;

    private static ImmutableArray<IntentAsk> Decide(LaneState lane, LaneIntent before, LaneIntent now, string? trying = null) =>
        ForeignIntent.Decide(lane, before, now, trying, release =>
            int.Parse(release["shop-".Length..], CultureInfo.InvariantCulture) is < 10 and var number ? new(number, $"sha256:{number}") : null);

    private static LaneIntent Says(string release) => new(release, null, null);
}
