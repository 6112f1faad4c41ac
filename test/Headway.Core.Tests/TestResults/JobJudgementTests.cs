using System.Collections.Immutable;
using Headway.Core.Targets;
using Headway.Core.TestResults;
using Xunit;

namespace Headway.Core.Tests.TestResults;

public sealed class JobJudgementTests
{
    private static readonly DateOnly Today = new(2026, 3, 1);
    private static readonly Quarantine Held = new("pay", "team-a", new(2026, 3, 14), "slow network");

    [Fact]
    public void Only_flaky_tests_failed_so_the_job_is_tried_once_more_and_not_twice()
    {
        var job = Job(failed: ["pay"], habits: TestHabitKind.Flaky);
        Assert.Equal(["pay"], JobJudgement.Of(job).Retry);
        var again = JobJudgement.Of(job with { Retries = 1 });
        Assert.Empty(again.Retry);
        Assert.Contains("failed at the second attempt too", again.Says);
    }

    [Theory]
    [InlineData(TestHabitKind.Steady)]
    [InlineData(TestHabitKind.Suspected)]
    [InlineData(TestHabitKind.New)]
    [InlineData(TestHabitKind.Broken)]
    [InlineData(TestHabitKind.Worse)]
    public void Whatever_is_not_known_to_be_flaky_fails_the_job_at_once(TestHabitKind kind)
    {
        var verdict = JobJudgement.Of(Job(failed: ["pay"], habits: kind));
        Assert.Equal((Outcome.Failed, 0), (verdict.Outcome, verdict.Retry.Length));
    }

    [Fact]
    public void A_failure_beside_a_flaky_one_is_never_tried_again()
    {
        var job = Job(failed: ["pay", "cart"], habits: TestHabitKind.Flaky);
        Assert.Equal(2, JobJudgement.Of(job).Retry.Length);
        Assert.Empty(JobJudgement.Of(job with { Habits = job.Habits.Remove("cart") }).Retry);
    }

    [Fact]
    public void A_test_that_failed_has_to_pass_in_the_second_attempt_and_not_to_be_gone()
    {
        var gone = Job(failed: [], exit: 0) with { Retries = 1, FailedBefore = ["pay"] };
        Assert.Contains("did not run this time", JobJudgement.Of(gone).Says);
        Assert.Equal(Outcome.Failed, JobJudgement.Of(gone).Outcome);
        var passed = gone with { Report = gone.Report with { Tests = [new("pay", TestOutcome.Passed)] } };
        Assert.Equal(Outcome.Succeeded, JobJudgement.Of(passed).Outcome);
    }

    [Fact]
    public void A_quarantine_excuses_what_it_names_when_everything_else_is_as_it_was()
    {
        var job = Quarantined(["pay"]);
        var verdict = JobJudgement.Of(job);
        Assert.Equal(Outcome.Succeeded, verdict.Outcome);
        Assert.Contains("pay is in quarantine until 2026-03-14 (team-a: slow network)", verdict.Says);
    }

    [Fact]
    public void A_quarantine_excuses_nothing_when_anything_speaks_for_a_failure_that_it_does_not_name()
    {
        var job = Quarantined(["pay"]);
        foreach (var (worse, says) in new (JobEvidence, string)[]
        {
            (Quarantined(["pay", "cart"]), "2 of 3 tests failed"),
            (job with { Missing = ["cart"] }, "cart ran in the last job that passed"),
            (job with { Missing = null }, "once the job has passed on the branch"),
            (job with { Report = job.Report with { Problems = ["It ends early."] } }, "An incomplete report excuses nothing"),
            (job with { Command = job.Command with { ExitCode = 139 } }, "Exit code 139 is a crash"),
            (job with { Command = job.Command with { ExitCode = null } }, "did not end by itself"),
            (job with { Command = job.Command with { KeepsArtifact = true } }, "did not finish"),
            (job with { Quarantines = new([Held], new(2026, 3, 15)) }, "The quarantine of pay (owner team-a) ended on 2026-03-14"),
            (job with { Quarantines = new([Held], new(2026, 1, 1)) }, "more than 60 days ahead"),
        })
        {
            var verdict = JobJudgement.Of(worse);
            Assert.Equal(Outcome.Failed, verdict.Outcome);
            Assert.Contains(says, verdict.Says);
        }
    }

    [Fact]
    public void A_quarantined_test_that_became_worse_is_pointed_at()
    {
        var job = Quarantined(["pay"]);
        var worse = job with { Habits = Habits(["pay"], TestHabitKind.Worse) };
        Assert.Contains("Look at it: it failed", JobJudgement.Of(worse).Says);
    }

    private static JobEvidence Quarantined(ImmutableArray<string> failed) =>
        Job(failed) with { Quarantines = new([Held], Today), Missing = [] };

    private static JobEvidence Job(ImmutableArray<string> failed, TestHabitKind habits = TestHabitKind.Steady, int exit = 1) => new(
        new(exit == 0 ? Outcome.Succeeded : Outcome.Failed, exit, exit == 0 ? "Done." : "Exit code 1.", false),
        new(1, 3 - failed.Length, failed.Length, 0, [.. failed.Select(name => new TestCase(name, TestOutcome.Failed))], []),
        new([], Today), Habits(failed, habits), []);

    private static ImmutableDictionary<string, TestHabit> Habits(ImmutableArray<string> tests, TestHabitKind kind) =>
        tests.ToImmutableDictionary(test => test, _ => new TestHabit(kind, 40, 3, 0.07, null, "failed 3 of 40 times"));
}
