using System.Collections.Immutable;
using Headway.Core.Nodes;
using Headway.Core.Pipelines;
using Headway.Core.Targets;
using Headway.Core.TestResults;
using Headway.Server.Artifacts;
using Headway.Server.TestResults.Keeping;
using Headway.Server.TestResults.Reading;

namespace Headway.Server.TestResults;

/// <summary>Reads what a job reported when it has ended, keeps it, and says how the job ends because of it.</summary>
public sealed class JobReports(BlobStore blobs, TestHistory history, QuarantineBook quarantines)
{
    /// <summary>Of one attempt, all files together; what comes after it is not read, and the report is incomplete.</summary>
    public const long MostBytes = 256L << 20;

    public async Task<JobVerdict> JudgeAsync(JobEnded ended, CancellationToken stop)
    {
        var verdict = new JobVerdict(ended.End.Outcome, ended.End.Says, []);
        var (spec, at) = (ended.Spec, ended.At);
        if (ended.End.Outcome is not (Outcome.Succeeded or Outcome.Failed)) return verdict;
        if (spec.Reports is null && spec.Coverage is null) return verdict;
        var report = await ReportAsync(ended, stop);
        var coverage = spec.Coverage is null ? null : await CoverageAsync(ended, stop);
        // Kept first: what is decided counts this attempt too.
        history.Keep(at, report);
        if (spec.Reports is not null) verdict = Judged(ended, report);
        if (spec.Coverage is { } gate && verdict.Outcome is Outcome.Succeeded)
        {
            var (passes, says) = CoverageGate.Of(gate, coverage!, history.CoverageBefore(at), ended.Run.Trigger?.Changed);
            verdict = verdict with
            {
                Outcome = passes ? Outcome.Succeeded : Outcome.Failed, Says = $"{verdict.Says} {says}",
            };
        }
        history.Conclude(at, AttemptSummary.Of(at, report, verdict.Says, coverage), coverage, verdict.Outcome is Outcome.Succeeded);
        return verdict;
    }

    private JobVerdict Judged(JobEnded ended, TestReport report)
    {
        var (spec, at) = (ended.Spec, ended.At);
        var end = new CommandEnd(ended.End.Outcome, ended.End.ExitCode, ended.End.Says, spec.Artifact is not null);
        if (report.Files == 0)
        {
            var says = $"{end.Says} No test report matches {spec.Reports}.";
            return ended.Job.FlakyRetries > 0 && end.Outcome is Outcome.Succeeded
                ? new(Outcome.Failed, $"{says} The first attempt had one, with failed tests.", []) : new(end.Outcome, says, []);
        }
        var list = ended.Run.Spec.Tests.Quarantine.IsDefault ? [] : ended.Run.Spec.Tests.Quarantine;
        return JobJudgement.Of(new(end, report, new([.. quarantines.Of(at.Service), .. list], quarantines.Today),
            report.FailedTests.Take(TestTally.MostTexts).ToImmutableDictionary(
                test => test.Name, test => FlakyRule.Of(history.Observations(at.Service, at.Job, test.Name, at.Run))),
            report.Failed == 0 ? null : Missing(ended, report))
        {
            Retries = ended.Job.FlakyRetries,
            FailedBefore = ended.Job.FlakyTests.IsDefault ? [] : ended.Job.FlakyTests,
        });
    }

    /// <summary>Of a shard only what its plan gave it can be missing; a test of no known file or class always is.</summary>
    private ImmutableArray<string>? Missing(JobEnded ended, TestReport report)
    {
        if (history.LastPassed(ended.At) is not { } last) return null;
        var here = report.Tests.Select(test => test.Name).ToHashSet(StringComparer.Ordinal);
        var part = ended.Spec.Shard is { } shard ? history.PartOf(ended.Run.Id, shard)?.ToHashSet(StringComparer.Ordinal) : null;
        return
        [
            .. last.Where(place => !here.Contains(place.Test) && (part is null || place.Unit is null || part.Contains(place.Unit)))
                .Select(place => place.Test).Distinct().Take(TestTally.MostTexts),
        ];
    }

    private async Task<TestReport> ReportAsync(JobEnded ended, CancellationToken stop)
    {
        var tally = new TestTally();
        var files = 0;
        await EachAsync(ended, ResultKind.Tests, tally.Problem, async (result, content) =>
        {
            files++;
            await ReportReading.ReadAsync(result.Path, content, tally, stop);
        }, stop);
        if (ended.End.ResultsNotKept > 0)
            tally.Problem($"{ended.End.ResultsNotKept} result files were too large or too many to be kept.");
        return tally.Report(files);
    }

    private async Task<Coverage> CoverageAsync(JobEnded ended, CancellationToken stop)
    {
        var hits = new LineHits();
        await EachAsync(ended, ResultKind.Coverage, hits.Problem,
            (result, content) => CoverageReading.ReadAsync(result.Path, content, hits, stop), stop);
        return hits.Made();
    }

    private async Task EachAsync(
        JobEnded ended, ResultKind kind, Action<string> problem, Func<JobResult, Stream, Task> read, CancellationToken stop)
    {
        var left = MostBytes;
        foreach (var result in ended.Results.Where(each => each.Kind == kind).OrderBy(each => each.Path, StringComparer.Ordinal))
        {
            left -= result.Length;
            if (left < 0)
            {
                problem($"The files have more than {MostBytes >> 20} MB together: {result.Path} and those after it were not read.");
                return;
            }
            try
            {
                await using var content = await blobs.OpenAsync(result.Digest, stop);
                await read(result, content);
            }
            catch (Exception e) when (e is BlobMissingException or BlobCorruptException)
            {
                problem($"{result.Path} is lost: {e.Message}");
            }
        }
    }
}

/// <summary>A job whose runner has said how it ended.</summary>
public sealed record JobEnded(RunState Run, JobState Job, JobEnd End, ImmutableArray<JobResult> Results)
{
    public JobSpec Spec => Run.Spec.Jobs.First(each => each.Name == Job.Name);
    public TestAttempt At => TestAttempt.Of(Run, Job);
}
