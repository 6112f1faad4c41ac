using System.Collections.Immutable;
using Headway.Core.Pipelines;
using Headway.Core.Releases;
using Headway.Core.Services;
using Headway.Core.SupplyChain;
using Headway.Server.Pipelines;
using Headway.Server.Sources;
using Headway.Server.Specs;

namespace Headway.Server.SupplyChain;

/// <summary>What another CI hands over; files are named by the digests of their uploads.</summary>
/// <param name="Artifact">Digest of a tar that was uploaded, or null when it is an image.</param>
/// <param name="Image">An image by digest; `localhost/NAME` is one of the registry inside.</param>
/// <param name="BuiltBy">Address of the build.</param>
/// <param name="Spec">Text of headway.yaml; null: that of the commit.</param>
/// <param name="Provenance">Envelope or bundle with SLSA provenance.</param>
/// <param name="Signatures">Envelopes or bundles with whatever else is said about the artifact.</param>
/// <param name="Bill">CycloneDX or SPDX as JSON.</param>
public sealed record HandoverRequest(
    string Service, string Commit, string BuiltBy, string? Artifact = null, ImageReference? Image = null,
    string? Spec = null, string? Provenance = null, string? Bill = null)
{
    public ImmutableArray<string> Signatures { get; init; } = [];
    public ImmutableArray<JobResult> Results { get; init; } = [];
}

/// <summary>What came with an artifact, looked at.</summary>
public sealed record HandedFiles(
    OciDescriptor Artifact, (string Type, object Bill)? Bill, ImmutableArray<DsseEnvelope> Envelopes,
    ImmutableArray<JobResult> Results, HandedProvenance Provenance);

/// <param name="Rule">Null when it is a release.</param>
public sealed record HandoverAnswer(Release? Release, bool IsNew, int Status = 0, string? Rule = null, string? Says = null)
{
    public static HandoverAnswer No(int status, string rule, string says) => new(null, false, status, rule, says);
}

/// <summary>
/// The way in from another CI. What is handed over becomes a release like any other, marked as built elsewhere, and passes
/// the same gate; what the gate would refuse is refused here already.
/// </summary>
public sealed class ReleaseHandover(
    HandedCommits commits, HandedFilesReading reading, RunBook runs, ReleaseMaking making)
{
    public async Task<HandoverAnswer> TakeAsync(HandoverRequest asked, string actor, CancellationToken stop)
    {
        if (asked.BuiltBy is not { Length: > 0 and <= 500 } || asked.BuiltBy.Any(char.IsControl))
            return HandoverAnswer.No(400, "builtBy", "Say where it was built: the address of the build, up to 500 characters.");
        if (asked.Results.Length > JobResult.Most)
            return HandoverAnswer.No(400, "results", $"At most {JobResult.Most} results may come with an artifact.");
        var (commit, problem) = await commits.FindAsync(asked, stop);
        if (commit is null) return problem!;
        var digest = asked.Artifact ?? asked.Image?.Digest ?? "";
        var handed = new HandedOver(
            asked.Service, commit.Commit, commit.Spec, digest, new(asked.BuiltBy), actor, commit.Branch);
        if (handed.Known(runs.All) is { } known) return new(known, false);
        var (files, says) = await reading.ReadAsync(asked, handed, stop);
        if (files is null) return HandoverAnswer.No(422, "files", says!);
        var made = false;
        var release = await runs.HandOverAsync(handed, actor, (run, end) =>
        {
            made = true;
            return making.OfHandoverAsync(run, handed, files, end);
        }, stop);
        return new(release, made);
    }
}
