using System.Collections.Immutable;
using Headway.Core.Releases;
using Headway.Core.Scans;
using Headway.Server.Journal;

namespace Headway.Server.Scans;

/// <summary>Everything about the scans of a service, for `headway scans` and the page.</summary>
/// <param name="Changes">Changes in which there was something to tell, the newest last.</param>
public sealed record ScansView(
    string Service, ImmutableArray<ReleaseScansView> Releases, ImmutableArray<TriageView> Triage,
    ImmutableArray<ScanEvent.ChangeScanned> Changes);

/// <param name="Environment">Where it runs, or where it would go next.</param>
/// <param name="IsOut">It runs there.</param>
public sealed record ReleaseScansView(
    string Release, string Environment, bool IsOut, ScanDecision Decision, ImmutableArray<string> Sources);

public sealed record TriageView(TriageEntry Entry, bool HasExpired);

public sealed record TriageAsked(string Subject, TriageKind Kind, string Why, DateTimeOffset? Until);

public sealed record TriageWithdrawAsked(string Subject, string Why);

/// <summary>Puts the view together: the releases that are out, and the newest one before every environment.</summary>
public sealed class ScanViews(Ledger ledger, ReleaseScans scans, TimeProvider time)
{
    public async Task<ScansView> OfAsync(ServiceView service, Release? only, CancellationToken stop)
    {
        var triage = await scans.TriageAsync(service.Name, stop);
        var views = ImmutableArray.CreateBuilder<ReleaseScansView>();
        foreach (var environment in (only?.Spec.Environments ?? service.Environments).Select(each => each.Name))
        {
            var current = ledger.Lane(service.Name, environment).Current;
            var releases = only is not null ? [only]
                : new[] { service.Newest, current is null ? null : ledger.Release(current) }.OfType<Release>().DistinctBy(r => r.Id);
            foreach (var release in releases)
                views.Add(new(release.Id, environment, release.Id == current,
                    await scans.DecideAsync(release, environment, stop),
                    [.. (await scans.ResultsAsync(release, triage, stop)).Sources.Select(Says)]));
        }
        var now = time.GetUtcNow();
        return new(service.Name, views.ToImmutable(),
            [.. triage.Entries.Select(entry => new TriageView(entry, entry.HasExpired(now)))], triage.Changes);
    }

    private static string Says(ScanSource source) => $"{source.From}: {source.Reading.Format}, "
        + (source.Reading.NotScanned is { } not ? $"could not be scanned: {not}"
            : source.Reading.Statements.IsEmpty ? $"{source.Reading.Findings.Length} findings"
            : $"{source.Reading.Statements.Length} statements");
}
