using System.Collections.Immutable;
using Headway.Core.Targets;

namespace Headway.Core.TestResults;

/// <summary>
/// How a job with test reports ends. The command and its reports must agree before anything is excused: a failure that the
/// reports do not explain completely stays a failure.
/// </summary>
public static class JobJudgement
{
    public const int MostRetries = 1;

    /// <summary>From here on a shell says that a signal ended the command: it crashed, whatever its reports say.</summary>
    private const int FirstSignalCode = 128;

    public static JobVerdict Of(JobEvidence job)
    {
        var command = job.Command;
        if (command.Outcome is not (Outcome.Succeeded or Outcome.Failed)) return new(command.Outcome, command.Says, []);
        var failed = job.Report.FailedTests.Select(test => test.Name).ToImmutableArray();
        var blocking = failed.Where(test => job.Quarantines.Holding(test) is null).ToImmutableArray();
        var excused = failed.RemoveRange(blocking);
        var says = new Sentences(command.Says, job.Report.Says());
        if (job.Report.Failed == 0 && command.Outcome is Outcome.Succeeded) return Passed(job, says);
        if (job.Report.Failed == 0)
            return Fails(says.And("No test in the reports failed: the command failed outside of its tests."));
        if (command.Outcome is Outcome.Succeeded)
            says.And($"The command ended with 0 although {(job.Report.Failed == 1 ? "a test" : "tests")} failed.");
        foreach (var test in excused) says.And(Excused(job, test));
        foreach (var test in blocking) says.And(job.Quarantines.NoLongerHolding(test));
        if (Unexplained(job) is { } reason) return Fails(says.And(reason));
        if (blocking.IsEmpty) return Quarantined(job, says) with { Excused = excused };
        return Retried(job, blocking, says);
    }

    private static JobVerdict Passed(JobEvidence job, Sentences says)
    {
        var passed = job.Report.Tests.Where(test => test.Outcome is TestOutcome.Passed).Select(test => test.Name).ToHashSet();
        var missing = job.FailedBefore.Where(test => !passed.Contains(test) && job.Quarantines.Holding(test) is null).ToList();
        if (missing.Count > 0)
            return Fails(says.And($"{TestReport.Names(missing)} failed before and did not run this time."));
        if (job.Retries > 0) says.And($"{TestReport.Names(job.FailedBefore)} passed at the second attempt.");
        return new(Outcome.Succeeded, says.ToString(), []);
    }

    /// <summary>Why the failures that are listed do not explain the end of the command; null when they do.</summary>
    private static string? Unexplained(JobEvidence job)
    {
        if (!job.Report.IsComplete || !job.Report.KnowsAllFailures) return "An incomplete report excuses nothing.";
        if (job.Command.Outcome is Outcome.Succeeded) return null;
        if (job.Command.ExitCode is not { } code) return "The command did not end by itself, which no test explains.";
        return code >= FirstSignalCode ? $"Exit code {code} is a crash, which no test explains." : null;
    }

    private static JobVerdict Quarantined(JobEvidence job, Sentences says)
    {
        // Tests that a retry was made for have to be there and pass, whatever else is excused.
        var end = Passed(job, says);
        if (end.Outcome is Outcome.Failed || job.Command.Outcome is Outcome.Succeeded) return end;
        if (job.Command.KeepsArtifact)
            return Fails(says.And("A job that keeps an artifact is not excused by a quarantine: its command did not finish. "
                + "Test in a job of its own."));
        // Tools leave out files that they could not load: what is missing may be what failed.
        if (job.Missing is not { } missing)
            return Fails(says.And("A quarantine counts once the job has passed on the branch: which tests it has is not known."));
        if (!missing.IsEmpty)
            return Fails(says.And($"{TestReport.Names(missing)} ran in the last job that passed and not in this one, "
                + "so the quarantine does not count."));
        return new(Outcome.Succeeded, says.And("Only quarantined tests failed, so the job passes.").ToString(), []);
    }

    private static JobVerdict Retried(JobEvidence job, ImmutableArray<string> blocking, Sentences says)
    {
        foreach (var test in blocking)
            if (job.Habits.GetValueOrDefault(test) is { Kind: TestHabitKind.Worse or TestHabitKind.Broken } habit)
                says.And($"{test} is flaky and this is more: it {habit.Says}.");
        if (!blocking.All(test => job.Habits.GetValueOrDefault(test)?.MayBeRetried is true)) return Fails(says);
        if (job.Retries >= MostRetries)
            return Fails(says.And($"{TestReport.Names(blocking)} known to be flaky, failed at the second attempt too."));
        return new(Outcome.Failed, says.And($"{TestReport.Names(blocking)} known to be flaky: tried once more.").ToString(), blocking);
    }

    private static string Excused(JobEvidence job, string test)
    {
        var quarantine = job.Quarantines.Holding(test)!;
        var says = $"{test} is in quarantine until {quarantine.UntilText} ({quarantine.Owner}: {quarantine.Why}).";
        return job.Habits.GetValueOrDefault(test) is { Kind: TestHabitKind.Worse } habit
            ? $"{says} Look at it: it {habit.Says}." : says;
    }

    private static JobVerdict Fails(Sentences says) => new(Outcome.Failed, says.ToString(), []);

    private sealed class Sentences(params ReadOnlySpan<string> first)
    {
        private const int Most = 12;
        private readonly List<string> _all = [.. first];

        public Sentences And(string? sentence)
        {
            if (sentence is not null && _all.Count < Most) _all.Add(sentence);
            return this;
        }

        public override string ToString() => string.Join(' ', _all.Where(each => each.Length > 0));
    }
}
