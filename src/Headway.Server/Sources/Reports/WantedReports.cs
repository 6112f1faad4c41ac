using System.Collections.Immutable;
using Headway.Core.Pipelines;
using Headway.Core.Rollouts;
using Headway.Server.Journal;
using Headway.Server.Pipelines;
using Headway.Server.Sources.Hosts;

namespace Headway.Server.Sources.Reports;

/// <summary>
/// What the host of a service's repository should say of its commits now. It follows from the record alone, so whatever
/// was not sent before a server died is sent after it, and only the last state counts.
/// </summary>
public sealed class WantedReports(RunBook runs, Ledger ledger, SourceOptions options, TimeProvider time)
{
    /// <summary>Older ones are not told any more, whether they were or not.</summary>
    public const int MostRuns = 30;

    public static readonly TimeSpan MostAge = TimeSpan.FromDays(7);

    public ImmutableArray<RunState> RunsOf(string service) =>
    [
        .. runs.Of(service).Take(MostRuns).Where(run => time.GetUtcNow() - run.StartedAt < MostAge),
    ];

    /// <summary>One for each commit and context: the newest run or rollout speaks.</summary>
    public ImmutableArray<CommitReport> Of(WatchedService service)
    {
        var recent = RunsOf(service.Name);
        var refused = service.RefusedBeside.Reverse().Select(each => Refused(service.Name, each.Commit.Sha, each.Says));
        if (service is { Refused: { } says, Tip: { } tip }) refused = refused.Prepend(Refused(service.Name, tip, says));
        return [.. recent.Select(Of).Concat(refused).Concat(recent.SelectMany(Rollouts))
            .DistinctBy(report => (report.Commit, report.Context))];
    }

    private CommitReport Of(RunState run)
    {
        var (state, says) = run.Outcome switch
        {
            null => (ReportState.Pending, $"Run {run.Id} builds and tests it."),
            RunOutcome.Succeeded => (ReportState.Succeeded, run.Says ?? "It passed."),
            RunOutcome.Failed => (ReportState.Failed, run.Says ?? "It failed."),
            _ => (ReportState.Stopped, run.Says ?? "It was stopped."),
        };
        var context = run.Trigger?.Verifies is { } tried ? $"headway/{run.Service}/{tried.Environment}/verify"
            : run.Trigger?.Provisions is { } made ? $"headway/{run.Service}/{made.Environment}/{made.Act.ToString().ToLowerInvariant()}"
            // The same commit may be pushed to a branch as well: what that gives must not cover a required check.
            : run.Trigger?.MergeRequest is not null ? $"headway/{run.Service}#merge"
            : $"headway/{run.Service}";
        return new(CommitOf(run), context, state, says, LinkTo(run.Id));
    }

    private IEnumerable<CommitReport> Rollouts(RunState run) => run.Release is not { } release ? []
        : ledger.Rollouts.Where(rollout => rollout.Candidate == release.Id).Select(rollout =>
        {
            var (state, says) = StateOf(rollout);
            return new CommitReport(CommitOf(run), $"headway/{run.Service}/{rollout.Environment}", state, says,
                LinkTo(run.Id));
        });

    private static (ReportState State, string Says) StateOf(RolloutState rollout) => rollout switch
    {
        { End: RolloutEnd.Completed } => (ReportState.Succeeded, $"Deployed to {rollout.Environment}."),
        { End: not null } => (ReportState.Failed,
            $"Not deployed to {rollout.Environment}: {rollout.CauseSays ?? rollout.EndSays}"),
        { Phase: RolloutPhase.GoingBack } => (ReportState.Failed,
            $"Rolled back in {rollout.Environment}: {rollout.CauseSays}"),
        { Promoted: true } => (ReportState.Succeeded, $"Deployed to {rollout.Environment}."),
        _ => (ReportState.Pending, $"Being rolled out to {rollout.Environment}."),
    };

    private static CommitReport Refused(string service, string commit, string says) =>
        new(commit, $"headway/{service}", ReportState.Failed, says.ReplaceLineEndings(" "), null);

    /// <summary>What the host knows: the head of a merge request, not the merge that was made here.</summary>
    private static string CommitOf(RunState run) => run.Trigger?.MergeRequest?.Head ?? run.Commit.Sha;

    private string? LinkTo(string run) => options.PublicUrl is { } url ? $"{url.TrimEnd('/')}/?run={run}" : null;
}
