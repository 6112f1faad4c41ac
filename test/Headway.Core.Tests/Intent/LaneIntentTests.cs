using Headway.Core.Environments;
using Headway.Core.Intent;
using Headway.Core.Rollouts;
using Xunit;

namespace Headway.Core.Tests.Intent;

public sealed class LaneIntentTests
{
    [Fact]
    public void A_promotion_is_written_before_it_starts_and_a_way_back_once_it_has_been_gone()
    {
        var (lane, file) = (LaneState.Empty("shop", "production"), (string?)null);
        Assert.Null(LaneIntent.Of(lane, Digest));
        (lane, file) = Written(Then(lane, new LaneEvent.PromotionDecided("shop-1", 1, "It passed.")), file, "Promote shop-1 in production");
        Assert.Equal("release: shop-1\ndigest: sha256:shop-1\n", file);
        Assert.Equal("c1", lane.Queued!.Commit);
        lane = Then(lane, new LaneEvent.RolloutOpened("r1", null, "shop-1"));
        Assert.Null(LaneIntent.Of(lane, Digest));
        lane = Then(lane, new LaneEvent.RolloutClosed("r1", RolloutEnd.Completed, "shop-1"));
        Assert.Equal(file, LaneFile.With(file, LaneIntent.Of(lane, Digest)!));

        (lane, file) = Written(Then(lane, new LaneEvent.PromotionDecided("shop-2", 2, "It passed.")), file, "Promote shop-2 in production");
        lane = Then(lane, new LaneEvent.RolloutOpened("r2", "shop-1", "shop-2"), new LaneEvent.RolloutClosed("r2", RolloutEnd.RolledBack, "shop-1"),
            new LaneEvent.HoldPlaced("shop-2", "shop-2: \"it\" fails."));
        var intent = LaneIntent.Of(lane, Digest)!;
        var commit = IntentCommit.Of(lane, intent, new("shop-2", null, null));
        Assert.Equal("Revert \"Promote shop-2 in production\"", commit.Subject);
        Assert.Equal("This reverts commit c2.\n\nshop-2: \"it\" fails.", commit.Why);
        Assert.Equal("c1", lane.Came["shop-1"].Commit);
        Assert.Equal("release: shop-1\ndigest: sha256:shop-1\nhold:\n  release: shop-2\n  why: \"shop-2: \\\"it\\\" fails.\"\n",
            LaneFile.With(file, intent));
    }

    [Fact]
    public void A_hold_and_its_end_are_commits_of_whoever_wanted_them()
    {
        var lane = Then(LaneState.Empty("shop", "production") with { Current = "shop-1" }, new LaneEvent.HoldPlaced(null, "A holiday."));
        var held = LaneIntent.Of(lane, Digest)!;
        Assert.Equal(new("Hold shop in production", "A holiday.", "ann"), IntentCommit.Of(lane, held, new("shop-1", null, null)));
        lane = Then(lane, new LaneEvent.HoldLifted("We are back."));
        Assert.Equal("Lift the hold of shop in production", IntentCommit.Of(lane, LaneIntent.Of(lane, Digest)!, held).Subject);
    }

    [Fact]
    public void What_people_have_put_into_the_file_stays()
    {
        const string file = "# ours since 2025\nrelease: shop-1 # old\nhold:\n  why: x\n\n# limits\nconfig:\n  A: 1\n  # why\n  B: 2\n";
        Assert.Equal("release: shop-2\n# ours since 2025\n# limits\nconfig:\n  A: 1\n  # why\n  B: 2\n",
            LaneFile.With(file, new("shop-2", null, null)));
    }

    [Fact]
    public void A_hold_that_is_lifted_wants_the_release_again_and_asks_for_a_commit()
    {
        var lane = Then(LaneState.Empty("shop", "production") with { Current = "shop-1", Newest = 2, Hold = new("shop-2", "It fails.", default) },
            new LaneEvent.HoldLifted("Try again."));
        Assert.Equal(("shop-2", "ann", null), (lane.Queued!.Release, lane.Queued.By, lane.Queued.Commit));
        Assert.Equal("shop-2", LaneIntent.Of(lane, Digest)!.Release);
    }

    [Fact]
    public void A_rollback_that_a_person_asks_for_reverts_the_commit_that_brought_the_release_in_their_name()
    {
        var (lane, file) = (LaneState.Empty("shop", "production"), (string?)null);
        foreach (var release in new[] { 1, 2 })
        {
            (lane, file) = Written(Then(lane, new LaneEvent.PromotionDecided($"shop-{release}", release, "It passed.")), file,
                $"Promote shop-{release} in production");
            lane = Then(lane, new LaneEvent.RolloutOpened($"r{release}", lane.Current, $"shop-{release}"),
                new LaneEvent.ReleasePromoted($"r{release}", $"shop-{release}"),
                new LaneEvent.RolloutClosed($"r{release}", RolloutEnd.Completed, $"shop-{release}"));
        }
        // A hold and its end are commits too; neither brought anything here.
        lane = Then(lane, new LaneEvent.HoldPlaced(null, "A holiday."), new LaneEvent.IntentRecorded("shop-2", "c3", "Hold shop in production"),
            new LaneEvent.HoldLifted("Over."), new LaneEvent.IntentRecorded("shop-2", "c4", "Lift the hold of shop in production"),
            new LaneEvent.RollbackRequested("shop-1", "Users complain."), new LaneEvent.RolloutOpened("r3", "shop-2", "shop-1"),
            new LaneEvent.ReleasePromoted("r3", "shop-1"), new LaneEvent.RolloutClosed("r3", RolloutEnd.Completed, "shop-1"));
        Assert.Equal(new("Revert \"Promote shop-2 in production\"", "This reverts commit c2.\n\nUsers complain.", "ann"),
            IntentCommit.Of(lane, LaneIntent.Of(lane, Digest)!, new("shop-2", null, null)));
        lane = Then(lane, new LaneEvent.IntentRecorded("shop-1", "c5", "Revert \"Promote shop-2 in production\""));
        Assert.Equal("c5", lane.Came["shop-1"].Commit);
    }

    private static (LaneState Lane, string File) Written(LaneState lane, string? file, string subject)
    {
        var intent = LaneIntent.Of(lane, Digest)!;
        Assert.Equal(subject, IntentCommit.Of(lane, intent, null).Subject);
        var commit = lane.Recorded is null ? "c1" : "c2";
        return (Then(lane, new LaneEvent.IntentRecorded(intent.Release, commit, subject)), LaneFile.With(file, intent));
    }

    private static string Digest(string release) => $"sha256:{release}";

    private static LaneState Then(LaneState lane, params LaneEvent[] events) => events.Aggregate(lane, (l, e) =>
        LaneEvolution.Evolve(l, new Recorded<LaneEvent>(e, l.Position + 1, l.Version + 1, default, "ann")));
}
