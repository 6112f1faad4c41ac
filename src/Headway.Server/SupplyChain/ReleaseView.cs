using System.Collections.Immutable;
using Headway.Core.Pipelines;
using Headway.Core.Releases;
using Headway.Core.SupplyChain;
using Headway.Core.SupplyChain.Bills;
using Headway.Server.Journal;

namespace Headway.Server.SupplyChain;

/// <summary>A release with what is said about it and where it runs.</summary>
/// <param name="Places">Environments whose users it serves, or is being tried in.</param>
public sealed record ReleaseView(
    Release Release, ImmutableArray<ReleaseJob> Jobs, BillSummary? Bill, ImmutableArray<ReleaseWord> Said,
    ImmutableArray<ReleasePlace> Places, Verification Verification);

public sealed record ReleaseJob(string Name, JobPhase Phase, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt);

/// <param name="Signer">Null: nobody who is trusted.</param>
public sealed record ReleaseWord(string Kind, string? Signer, string Digest, string? Problem);

public sealed record ReleasePlace(string Environment, bool IsCurrent);

/// <summary>Makes views of releases.</summary>
public sealed class ReleaseViews(Ledger ledger, ReleaseFinding finding, ReleaseGate gate, TrustBook trust)
{
    public async Task<ReleaseView> OfAsync(Release release, CancellationToken stop)
    {
        var words = await WordsAsync(release, stop);
        var bill = words.FirstOrDefault(word => word.Kind == PredicateType.BillOfMaterials && word.Signer is not null);
        return new(release,
            [.. (ledger.Run($"{release.Service}-{release.Number}")?.Jobs ?? []).Select(job =>
                new ReleaseJob(job.Name, job.Phase, job.StartedAt, job.EndedAt))],
            bill?.Statement is { } statement ? BillSummary.Of(statement.Predicate) : null,
            [.. words.Select(word => new ReleaseWord(word.Kind, word.Signer?.Name, word.Digest, word.Problem))],
            [.. ledger.Lanes.Where(lane => lane.Service == release.Service && Runs(lane.Open, lane.Current, release.Id))
                .Select(lane => new ReleasePlace(lane.Environment, lane.Current == release.Id))],
            await gate.VerifyAsync(release, stop));
    }

    /// <summary>What is said about a release's manifest by those who are trusted, of one kind; the newest.</summary>
    public async Task<Statement?> StatementAsync(Release release, string kind, CancellationToken stop) =>
        (await WordsAsync(release, stop)).LastOrDefault(word => word is { Signer: not null, Statement: not null }
            && word.Kind == kind
            && (word.IsAbout(release.ManifestDigest ?? "") || word.IsAbout(release.ArtifactDigest)))?.Statement;

    private async Task<ImmutableArray<SignedWord>> WordsAsync(Release release, CancellationToken stop) =>
        release.ManifestDigest is not { } manifest ? []
            : [.. (await finding.FindAsync(release.Service, manifest, stop)).Attached
                .Select(each => SignedWords.Read(each, release.Service, trust.Keys))];

    private bool Runs(string? open, string? current, string release) =>
        current == release || (open is not null && ledger.Rollout(open)?.Candidate == release);
}
