using System.Collections.Immutable;
using Headway.Core.Evidence;
using Headway.Core.Judging;
using Headway.Core.Judging.Signals;
using Xunit;

namespace Headway.Core.Tests.Judging.Signals;

public class AllSignalsTests
{
    [Theory]
    [InlineData(VerdictKind.Promote)]
    [InlineData(VerdictKind.KeepWatching)]
    [InlineData(VerdictKind.Hold)]
    [InlineData(VerdictKind.NoEvidence)]
    [InlineData(VerdictKind.Inconclusive)]
    public void Harm_in_one_signal_takes_the_release_back_whatever_users_show(VerdictKind users)
    {
        var verdict = Of(users, Signal(VerdictKind.Promote), Signal(VerdictKind.Rollback, name: "queue"));
        Assert.Equal(VerdictKind.Rollback, verdict.Kind);
        Assert.Equal(("queue says so.", "signal: queue"), (verdict.Says, verdict.Evidence.Method));
        Assert.Equal(2, verdict.Signals.Length);
    }

    [Fact]
    public void Harm_to_users_is_told_as_such_even_when_a_signal_is_bad_too() =>
        Assert.Equal("Users say so.", Of(VerdictKind.Rollback, Signal(VerdictKind.Rollback)).Says);

    [Theory]
    [InlineData(Trust.Observe, VerdictKind.Promote, false)]
    [InlineData(Trust.Pause, VerdictKind.Hold, true)]
    [InlineData(Trust.Auto, VerdictKind.Rollback, false)]
    public void A_bad_signal_may_do_what_it_is_trusted_with(Trust trust, VerdictKind kind, bool asks)
    {
        var verdict = Of(VerdictKind.Promote, Signal(VerdictKind.Rollback, trust));
        Assert.Equal((kind, asks), (verdict.Kind, verdict.Asks));
    }

    [Theory]
    [InlineData(VerdictKind.SourceDown)]
    [InlineData(VerdictKind.NoEvidence)]
    [InlineData(VerdictKind.Inconclusive)]
    [InlineData(VerdictKind.KeepWatching)]
    public void Passing_needs_every_signal_that_is_trusted(VerdictKind kind)
    {
        var verdict = Of(VerdictKind.Promote, Signal(VerdictKind.Promote, name: "memory"), Signal(kind, name: "queue"));
        Assert.Equal((kind, "queue says so."), (verdict.Kind, verdict.Says));
        Assert.Equal(VerdictKind.Promote, Of(VerdictKind.Promote, Signal(kind, Trust.Observe)).Kind);
        Assert.Equal(VerdictKind.KeepWatching, Of(VerdictKind.KeepWatching, Signal(kind)).Kind);
        Assert.Equal(kind is VerdictKind.SourceDown or VerdictKind.NoEvidence,
            Of(VerdictKind.KeepWatching, Signal(kind)).Says.Contains("memory says so.", StringComparison.Ordinal));
    }

    [Fact]
    public void Time_that_is_up_for_users_does_not_let_pass_what_no_signal_has_seen()
    {
        Assert.Equal(VerdictKind.SourceDown, Of(VerdictKind.Inconclusive, Signal(VerdictKind.SourceDown)).Kind);
        Assert.Equal(VerdictKind.KeepWatching, Of(VerdictKind.Inconclusive, Signal(VerdictKind.KeepWatching)).Kind);
        Assert.Equal(VerdictKind.Inconclusive, Of(VerdictKind.Inconclusive, Signal(VerdictKind.Promote)).Kind);
    }

    [Fact]
    public void A_signal_that_may_only_pause_never_ends_in_what_a_policy_may_take_back()
    {
        var verdict = Of(VerdictKind.Promote, Signal(VerdictKind.Inconclusive, Trust.Pause));
        Assert.Equal((VerdictKind.Hold, true), (verdict.Kind, verdict.Asks));
    }

    [Theory]
    [InlineData(VerdictKind.SourceDown)]
    [InlineData(VerdictKind.NoEvidence)]
    public void What_may_be_missing_lets_the_rest_decide_and_is_named(VerdictKind kind)
    {
        var verdict = Of(VerdictKind.Promote, Signal(kind, name: "queue") with { MayBeMissing = true });
        Assert.Equal(VerdictKind.Promote, verdict.Kind);
        Assert.Contains("allowed to be missing: queue", verdict.Says);
        Assert.Equal(VerdictKind.Inconclusive,
            Of(VerdictKind.Promote, Signal(VerdictKind.Inconclusive) with { MayBeMissing = true }).Kind);
    }

    [Fact]
    public void Where_no_user_came_a_count_of_served_requests_stands_in_and_a_gauge_does_not()
    {
        var journey = Signal(VerdictKind.Promote, name: "journey") with { StandsForUsers = true };
        var verdict = Of(VerdictKind.NoEvidence, journey);
        Assert.Equal(VerdictKind.Promote, verdict.Kind);
        Assert.Contains("stands in for users", verdict.Says);
        Assert.Equal(VerdictKind.Promote, Of(VerdictKind.KeepWatching, journey).Kind);
        Assert.Equal(VerdictKind.NoEvidence, Of(VerdictKind.NoEvidence, Signal(VerdictKind.Promote)).Kind);
        Assert.Equal(VerdictKind.NoEvidence,
            Of(VerdictKind.NoEvidence, journey, Signal(VerdictKind.NoEvidence, name: "traces")).Kind);
    }

    [Fact]
    public void Nothing_stands_in_for_users_of_whom_some_have_failed_or_are_being_watched()
    {
        var journey = Signal(VerdictKind.Promote) with { StandsForUsers = true };
        var users = Users(VerdictKind.NoEvidence);
        Assert.Equal(VerdictKind.NoEvidence, AllSignals.Of(
            users with { Evidence = users.Evidence with { CandidateTrialFailures = 1 } }, [journey]).Kind);
        Assert.Equal(VerdictKind.NoEvidence,
            AllSignals.Of(users with { Evidence = users.Evidence with { LogE = 1 } }, [journey]).Kind);
        var watched = Users(VerdictKind.KeepWatching);
        Assert.Equal(VerdictKind.KeepWatching, AllSignals.Of(
            watched with { Evidence = watched.Evidence with { ClockSeconds = 3 } }, [journey]).Kind);
    }

    private static Verdict Of(VerdictKind users, params ImmutableArray<SignalSummary> signals) =>
        AllSignals.Of(Users(users), signals);

    private static Verdict Users(VerdictKind kind) => new(kind, "Users say so.", EvidenceSummary.Empty);

    private static SignalSummary Signal(VerdictKind kind, Trust trust = Trust.Auto, string name = "memory") =>
        new(name, "instances", trust, kind, $"{name} says so.", 0, 1);
}
