using System.Collections.Immutable;
using Headway.Core.Pipelines;
using Headway.Core.SupplyChain;
using Headway.Server.Artifacts;

namespace Headway.Server.SupplyChain;

/// <summary>Looks at what was uploaded with an artifact before anything is made of it.</summary>
public sealed class HandedFilesReading(ReleaseShelf shelf, ReleaseFinding finding, TrustBook trust)
{
    private const int MostSignatures = 20;
    private const long LargestEnvelope = 16L << 20;

    public async Task<(HandedFiles? Files, string? Problem)> ReadAsync(
        HandoverRequest asked, HandedOver handed, CancellationToken stop)
    {
        var (artifact, missing) = await ArtifactAsync(asked, handed.Service, stop);
        if (artifact is null) return (null, missing);
        (string, object)? bill = null;
        if (asked.Bill is { } given)
        {
            var (bytes, problem) = await shelf.BytesAsync(given, JobResult.LargestBytes, stop);
            bill = BillMaking.Read(bytes);
            if (bill is null)
                return (null, $"The bill of materials {problem ?? "is neither CycloneDX nor SPDX as JSON"}.");
        }
        var envelopes = ImmutableArray.CreateBuilder<DsseEnvelope>();
        foreach (var digest in asked.Signatures.Take(MostSignatures).Prepend(asked.Provenance).OfType<string>())
        {
            var (bytes, problem) = await shelf.BytesAsync(digest, LargestEnvelope, stop);
            if (bytes is null || SignedWords.EnvelopeIn(bytes) is not { } envelope || SignedWords.StatementIn(envelope) is null)
                return (null, $"The signed file {digest} {problem ?? "is no statement of in-toto in a DSSE envelope or a bundle of sigstore"}.");
            envelopes.Add(envelope);
        }
        var (provenance, refused) = await ProvenanceAsync(asked, handed, envelopes.ToImmutable(), stop);
        return refused is null
            ? (new(artifact, bill, envelopes.ToImmutable(), asked.Results, provenance!), null) : (null, refused);
    }

    private async Task<(OciDescriptor?, string?)> ArtifactAsync(
        HandoverRequest asked, string service, CancellationToken stop)
    {
        if (asked.Artifact is { } digest)
            return await shelf.TakeAsync(service, MediaType.Tar, digest, stop) is { } tar ? (tar, null)
                : (null, $"The artifact {digest} was not uploaded.");
        if (asked.Image is not { } image || !Digest.IsOne(image.Digest))
            return (null, "Name the artifact: a file that was uploaded, or an image by digest (NAME@sha256:...).");
        if (ImageNames.Inside(image.Name) is { } repository
            && shelf.Manifest(repository, image.Digest) is null)
            return (null, $"There is no image {image.Digest} in the repository {repository} of the registry here.");
        var bytes = image.Bytes();
        var kept = await shelf.KeepAsync(service, MediaType.Image, bytes, stop);
        return (kept with
        {
            Annotations = ImmutableSortedDictionary<string, string>.Empty
                .Add(ReleaseManifest.ImageDigest, image.Digest).Add(Annotation.Title, image.Name),
        }, null);
    }

    /// <summary>Of the envelopes, and of what lies beside an image of ours.</summary>
    private async Task<(HandedProvenance?, string?)> ProvenanceAsync(
        HandoverRequest asked, HandedOver handed, ImmutableArray<DsseEnvelope> envelopes, CancellationToken stop)
    {
        var found = ImmutableArray.CreateBuilder<FoundAttachment>();
        foreach (var envelope in envelopes)
            found.Add(new("handed over", MediaType.Dsse,
                System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(envelope, Core.Wire.Json)));
        if (asked.Image is { } image && ImageNames.Inside(image.Name) is { } repository)
            await finding.AttachedAsync(repository, image.Digest, found, stop);
        var said = found.Select(each => SignedWords.Read(each, handed.Service, trust.Keys))
            .Where(word => word.Kind == PredicateType.Provenance && word.Statement is not null).ToList();
        var good = said.Find(word => word.Signer is not null && word.IsAbout(handed.ArtifactDigest)
            && word.Statement!.Read<Provenance>() is { } read && BuildProvenance.CommitOf(read) == handed.Commit.Sha);
        var builder = (good ?? said.FirstOrDefault())?.Statement!.Read<Provenance>()?.RunDetails?.Builder?.Id;
        if (good is null && handed.Spec.Supply?.ProvenanceRequired == true)
            return (null, said.Count == 0
                ? $"{handed.Service} asks for provenance (`supply: {{ provenance: required }}`), and none was handed over."
                : "The provenance that was handed over is not signed by a key that is trusted here, or is not about this artifact "
                    + "and commit. `headway trust list` shows the keys.");
        return (new(said.Count > 0, good?.Signer?.Name, builder), null);
    }
}
