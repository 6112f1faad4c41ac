using System.Collections.Concurrent;
using System.Collections.Immutable;
using Headway.Core.Pipelines;
using Headway.Core.Readiness;
using Headway.Core.Releases;
using Headway.Core.Services;
using Headway.Server.Journal;
using Headway.Server.Scans;
using Headway.Server.Sources;
using Headway.Server.Telemetry;

namespace Headway.Server.Readiness;

/// <summary>Finds what the checklists ask about, in the record and in what was heard of a service.</summary>
public sealed class ReadinessFinding(Ledger ledger, TelemetryCoverage coverage, ReleaseScans scans, SourceMirrors mirrors)
{
    private const int NumbersLookedAt = 60;
    private const int LargestRunbook = 4 << 20;

    private static readonly ImmutableArray<string> SchemaPaths =
        ["**/migrations/**", "**/migrate/**", "**/migration/**", "**/*.sql", "**/changelog/**/*.xml", "**/schema.prisma"];

    private readonly ConcurrentDictionary<string, bool> _runbooks = new();

    /// <summary>What is in memory; a runbook in the repository counts as there until somebody has looked.</summary>
    public ReadinessFacts Of(Release release)
    {
        var environments = release.Spec.Environments;
        var runs = Runs(release);
        var last = ledger.Lane(release.Service, environments[^1].Name);
        var there = environments.Reverse().Select(each => ledger.Lane(release.Service, each.Name)).FirstOrDefault(lane => lane.Current is not null);
        return new(release.Spec, [.. runs.Select(Found)], there is null ? null : Seen(coverage.Lane(release.Service, there.Environment, there.Current!)),
            new(ScanReports(scans.RunOf(release)), 0, 0), last.Good.Length)
        {
            HasRunbook = release.Spec.Runbook is null ? null : _runbooks.GetValueOrDefault(release.Id, true),
            Tried = [.. environments.Where(each => ledger.Lane(release.Service, each.Name).Current is not null).Select(each => each.Name)],
        };
    }

    /// <summary>The same after the findings of scans and the repository were looked at.</summary>
    public async Task<ReadinessFacts> LookAsync(Release release, CancellationToken stop)
    {
        await RunbookAsync(release, stop);
        var facts = Of(release);
        var open = (await scans.DecideAsync(release, release.Spec.Environments[^1].Name, stop)).Findings
            .Where(each => each.Standing is not (Core.Scans.Standing.Triaged or Core.Scans.Standing.Settled)).ToList();
        int Count(params Core.Scans.Severity[] severities) => open.Count(each => severities.Contains(each.Finding.Severity));
        return facts with
        {
            Findings = facts.Findings with
            {
                Critical = Count(Core.Scans.Severity.Critical), High = Count(Core.Scans.Severity.High, Core.Scans.Severity.Unknown),
            },
        };
    }

    private async Task RunbookAsync(Release release, CancellationToken stop)
    {
        if (release.Spec.Runbook is not { } runbook || _runbooks.ContainsKey(release.Id)) return;
        if (Uri.IsWellFormedUriString(runbook, UriKind.Absolute))
        {
            _runbooks[release.Id] = true;
            return;
        }
        if (ledger.Service(release.Service) is not { } service) return;
        try
        {
            _runbooks[release.Id] = await mirrors.Of(service.Source, service.Branch).ReadAsync(release.Commit.Sha, runbook, LargestRunbook, stop) is not null;
        }
        catch (GitFailedException)
        {
            // The repository cannot be asked now: nothing is known, and it is asked again.
        }
    }

    /// <summary>Releases have the numbers of their runs, so that earlier ones are found without looking at all.</summary>
    private List<RunState> Runs(Release release) =>
        [.. Enumerable.Range(0, NumbersLookedAt).Select(back => ledger.Run($"{release.Service}-{release.Number - back}")).OfType<RunState>()
            .Where(run => run is { IsOpen: false, Outcome: RunOutcome.Succeeded or RunOutcome.Failed } && (run.Trigger?.MayRelease ?? true))
            .Take(Checklists.RunsLookedAt)];

    private static RunFound Found(RunState run) => new(run.Id, run.Outcome is RunOutcome.Succeeded,
        run.Jobs.Sum(job => job.Results.Count(result => result.Kind is ResultKind.Tests)),
        run.Jobs.Any(job => job.Phase is JobPhase.Failed && job.Results.Any(result => result.Kind is ResultKind.Tests)),
        [.. (run.Trigger?.Changed ?? []).Where(path => PathPattern.AnyMatches(SchemaPaths, path))]);

    private static int ScanReports(RunState? run) => run?.Jobs.Sum(job => job.Results.Count(result => result.Kind is ResultKind.Scan)) ?? 0;

    private static SeenRelease Seen(LaneCoverage lane) => new(lane.Release, lane.Requests,
        [.. lane.Metrics ? ["metrics"] : (string[])[], .. lane.Traces ? ["traces"] : (string[])[], .. lane.Logs ? ["logs"] : (string[])[]]);
}
