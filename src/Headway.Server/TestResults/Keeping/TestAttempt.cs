using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Headway.Core.Pipelines;
using Headway.Core.TestResults;

namespace Headway.Server.TestResults.Keeping;

/// <summary>Which attempt of which job a report is of.</summary>
/// <param name="Job">As it is written; shards of one job share their history.</param>
/// <param name="Cell">The job of the run: itself, or one shard of it.</param>
/// <param name="Code">
/// What was tested: the key of everything that the job could see, where it has one, else the commit. With the same key two
/// commits are the same code.
/// </param>
/// <param name="Counts">
/// Of the branch itself. What merge requests and other branches report says nothing about it: they are of unfinished work, or
/// of strangers.
/// </param>
public sealed record TestAttempt(
    string Service, string Job, string Cell, string Run, int Attempt, string Code, string Branch, bool Counts)
{
    public string Commit { get; init; } = Code;

    public static TestAttempt Of(RunState run, JobState job)
    {
        var spec = run.Spec.Jobs.First(each => each.Name == job.Name);
        return new(run.Service, spec.Shard?.Job ?? job.Name, job.Name, run.Id, job.Attempt,
            job.Key ?? run.Commit.Sha,
            run.Trigger?.Branch ?? "", run.Trigger is not ({ Kind: TriggerKind.MergeRequest } or { ChecksOnly: true })) { Commit = run.Commit.Sha };
    }
}

/// <summary>What people see of one attempt: failures first with their output, then what was slow.</summary>
public sealed record AttemptSummary(
    string Job, int Attempt, int Files, int Passed, int Failed, int Skipped, string Says)
{
    public const int MostSlow = 20;

    public ImmutableArray<TestCase> FailedTests { get; init; } = [];
    public ImmutableArray<TestCase> PassedOnlyWhenRepeated { get; init; } = [];
    public ImmutableArray<TestCase> Slowest { get; init; } = [];
    public ImmutableArray<string> Problems { get; init; } = [];
    public LineCoverage? Coverage { get; init; }

    [JsonIgnore]
    public int Total => Passed + Failed + Skipped;

    public static AttemptSummary Of(TestAttempt at, TestReport report, string says, Coverage? coverage) =>
        new(at.Cell, at.Attempt, report.Files, report.Passed, report.Failed, report.Skipped, says)
        {
            FailedTests = [.. report.FailedTests.Take(TestTally.MostTexts)],
            PassedOnlyWhenRepeated = [.. report.Tests.Where(test => test.PassedOnlyWhenRepeated).Take(TestTally.MostTexts)],
            Slowest =
            [
                .. report.Tests.Where(test => test.Milliseconds is not null).OrderByDescending(test => test.Milliseconds)
                    .Take(MostSlow).Select(test => test with { Message = null, Output = null }),
            ],
            Problems = report.Problems, Coverage = coverage?.Total,
        };
}

/// <summary>One line of the history of a test.</summary>
public sealed record TestSeen(string Run, int Attempt, string Code, DateTimeOffset At, TestOutcome Outcome, double? Milliseconds)
{
    public bool PassedOnlyWhenRepeated { get; init; }
}
