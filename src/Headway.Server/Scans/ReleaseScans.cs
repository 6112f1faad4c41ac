using System.Collections.Immutable;
using Headway.Core.Pipelines;
using Headway.Core.Releases;
using Headway.Core.Scans;
using Headway.Core.Waiting;
using Headway.Server.Journal;
using Headway.Server.Storage;

namespace Headway.Server.Scans;

/// <summary>What is known of the findings of releases, and what they keep out.</summary>
public sealed class ReleaseScans(Ledger ledger, ScanReadings readings, IEventStore store, TimeProvider time)
{
    public async Task<Triage> TriageAsync(string service, CancellationToken stop) =>
        Triage.Fold(await store.LoadAsync<ScanEvent>(ScanEvent.StreamOf(service), stop));

    /// <summary>Results that its jobs wrote, and those that were added since.</summary>
    public async Task<ScanResults> ResultsAsync(Release release, Triage triage, CancellationToken stop)
    {
        var sources = ImmutableArray.CreateBuilder<ScanSource>();
        var missing = ImmutableArray.CreateBuilder<string>();
        if (RunOf(release) is { } run)
            foreach (var job in run.Jobs)
            {
                var results = job.Results.Where(result => result.Kind is ResultKind.Scan).ToList();
                var wanted = run.Spec.Jobs.FirstOrDefault(spec => spec.Name == job.Name)?.Scans;
                if (results.Count == 0 && wanted is not null)
                    missing.Add($"Job {job.Name} wrote no file that matches {wanted}.");
                foreach (var result in results)
                    sources.Add(new($"job {job.Name}, {result.Path}", await readings.OfAsync(result.Digest, stop)));
            }
        foreach (var added in triage.Added.Where(added => added.Release == release.Id))
            sources.Add(new($"added later, {added.Result.Path}", await readings.OfAsync(added.Result.Digest, stop)));
        return new(release.Id, sources.ToImmutable(), missing.ToImmutable());
    }

    /// <summary>How a release stands before an environment; without a policy everything is shown and nothing kept out.</summary>
    public async Task<ScanDecision> DecideAsync(Release release, string environment, CancellationToken stop)
    {
        var triage = await TriageAsync(release.Service, stop);
        var results = await ResultsAsync(release, triage, stop);
        var current = ledger.Lane(release.Service, environment).Current;
        // A release is not compared with itself: what it has would count as known.
        var known = current is not null && current != release.Id && ledger.Release(current) is { } stable
            ? (await ResultsAsync(stable, triage, stop)).Findings.Select(finding => finding.Fingerprint).ToImmutableHashSet()
            : null;
        return ScanGate.Decide(PolicyOf(release, environment), results, known, triage, time.GetUtcNow());
    }

    /// <summary>The gate before every promotion.</summary>
    public async Task<Wait?> GateAsync(Release release, string environment, CancellationToken stop)
    {
        if (PolicyOf(release, environment) == ScanPolicy.ShowOnly) return null;
        var decision = await DecideAsync(release, environment, stop);
        return !decision.Blocks ? null : new(WaitKind.Gate, $"{release.Service}/{environment}", decision.Says!,
            $"A release without them, or `headway scans {release.Service}` and a triage of what it shows.", null, null);
    }

    public RunState? RunOf(Release release) => ledger.Run($"{release.Service}-{release.Number}");

    private static ScanPolicy PolicyOf(Release release, string environment) =>
        release.Spec.Environments.FirstOrDefault(each => each.Name == environment)?.Scans ?? release.Spec.Scans
        ?? ScanPolicy.ShowOnly;
}
