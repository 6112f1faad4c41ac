using System.Collections.Immutable;
using Headway.Core.Pipelines;
using Headway.Core.TestResults;
using Headway.Server.TestResults.Keeping;

namespace Headway.Server.TestResults;

/// <summary>Tests of one run: the newest attempt of each job first, those before it after.</summary>
public sealed record RunTests(string Run, string Says, ImmutableArray<AttemptSummary> Attempts);

/// <param name="Suggestion">What to do about it; null when there is nothing.</param>
public sealed record TestHabitView(string Job, string Test, TestHabit Habit, Quarantine? Quarantine, string? Suggestion);

public sealed record TestHistoryView(TestHabitView Test, ImmutableArray<TestSeen> Seen);

public sealed record QuarantineView(Quarantine Quarantine, bool Holds, string From);

/// <summary>What people and programs see about tests.</summary>
public sealed class TestViews(TestHistory history, QuarantineBook quarantines)
{
    /// <summary>More tests that ever failed are not looked at one by one.</summary>
    private const int MostLookedAt = 500;

    public RunTests OfRun(RunState state)
    {
        var run = state.Id;
        ImmutableArray<AttemptSummary> attempts = [.. history.SummariesOf(run), .. state.Jobs.Select(Reused).OfType<AttemptSummary>()];
        var newest = attempts.GroupBy(each => each.Job).Select(job => job.First()).ToList();
        var failed = newest.SelectMany(each => each.FailedTests.Select(test => test.Name)).ToList();
        var (passed, failures) = (newest.Sum(each => each.Passed), newest.Sum(each => each.Failed));
        var says = attempts.IsEmpty ? $"No job of {run} has reported tests."
            : failures == 0 ? $"{passed} tests passed."
            : $"{failures} of {passed + failures} tests failed: {TestReport.Names(failed)}.";
        return new(run, says, [.. attempts.OrderByDescending(each => newest.Contains(each)).ThenByDescending(each => each.Failed)]);
    }

    /// <summary>Of a job that did not run since the result of an earlier one stands for it.</summary>
    private AttemptSummary? Reused(JobState job) =>
        job.Reuses is { } from && history.SummariesOf(from.Run).FirstOrDefault(each => each.Job == from.Job) is { } found
            ? found with { Job = job.Name, Says = $"{job.Says} {found.Says}" } : null;

    /// <summary>Tests that are not steady, the worst first.</summary>
    public ImmutableArray<TestHabitView> Unsteady(string service, ImmutableArray<Quarantine> written) =>
    [
        .. history.EverFailed(service, MostLookedAt).Select(each => Of(service, each.Job, each.Test, written))
            .Where(view => view.Habit.Kind is not TestHabitKind.Steady)
            .OrderByDescending(view => view.Habit.Kind).ThenByDescending(view => view.Habit.Rate),
    ];

    public TestHistoryView? HistoryOf(string service, string name, ImmutableArray<Quarantine> written) =>
        history.Named(service, name) is [var (job, test), ..]
            ? new(Of(service, job, test, written), history.SeenOf(service, job, test)) : null;

    public ImmutableArray<QuarantineView> Quarantines(string service, ImmutableArray<Quarantine> written) =>
    [
        .. quarantines.Of(service).Select(each => new QuarantineView(each, each.HoldsOn(quarantines.Today), each.By ?? "a person"))
            .Concat(written.Select(each => new QuarantineView(each, each.HoldsOn(quarantines.Today), "headway.yaml")))
            .OrderByDescending(each => each.Holds).ThenBy(each => each.Quarantine.Until),
    ];

    private TestHabitView Of(string service, string job, string test, ImmutableArray<Quarantine> written)
    {
        var habit = FlakyRule.Of(history.Observations(service, job, test, null));
        var held = new QuarantineList([.. quarantines.Of(service), .. written], quarantines.Today).Holding(test);
        return new(job, test, habit, held, held is null ? Suggested(service, test, habit) : null);
    }

    private string? Suggested(string service, string test, TestHabit habit) => habit.Kind switch
    {
        TestHabitKind.Flaky or TestHabitKind.Broken or TestHabitKind.New =>
            $"Repair it, or until then: headway tests quarantine {service} '{test}' --owner TEAM "
                + $"--until {quarantines.Today.AddDays(14):yyyy-MM-dd} --why 'flaky: {habit.Failures} of {habit.Attempts} failed'",
        TestHabitKind.Worse => $"It changed at {habit.Since}: look there before anything else.",
        TestHabitKind.Suspected => "Restart a job in which it failed: if it passes on the same commit, that is the proof.",
        _ => null,
    };
}
