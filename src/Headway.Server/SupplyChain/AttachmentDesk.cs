using System.Collections.Immutable;
using Headway.Core.Pipelines;
using Headway.Core.SupplyChain;
using Headway.Server.Artifacts;
using Headway.Server.Registry;

namespace Headway.Server.SupplyChain;

/// <summary>Signs what the server has to say about one manifest, and lays it beside it.</summary>
/// <param name="at">The time that is written on it.</param>
internal sealed class AttachmentDesk(
    ReleaseShelf shelf, ArtifactSigner signer, string service, OciDescriptor manifest, DateTimeOffset at)
{
    /// <summary>
    /// The signature itself, in both layouts of cosign: as a bundle that refers to the manifest, and under the tag where
    /// podman, skopeo and older cosigns look.
    /// </summary>
    public async Task SignAsync(CancellationToken stop)
    {
        await SayAsync(PredicateType.Signature, new { }, [], stop);
        var payload = SimpleSigning.Payload($"localhost/{service}", manifest.Digest);
        var simple = SimpleSigning.Manifest(payload, signer.SignSimply(payload));
        await shelf.KeepAsync(service, MediaType.SimpleSigning, payload, stop);
        await shelf.KeepAsync(service, MediaType.ImageConfig, SimpleSigning.Config([simple.Layers[0].Digest]), stop);
        try
        {
            await shelf.KeepAsync(service, simple, ReleaseManifest.CosignTag(manifest.Digest, "sig"), stop);
        }
        catch (RegistryRefusedException e) when (e.Why is RefusedFor.TagFixed)
        {
            // Signed before a kill, or tagged by somebody else: the bundle says the same, and cannot be crowded out.
        }
    }

    /// <param name="others">Digests that it is about besides the manifest.</param>
    public Task SayAsync(string predicateType, object predicate, string[] others, CancellationToken stop)
    {
        ImmutableArray<ResourceDescriptor> subject = [ResourceDescriptor.Of($"localhost/{service}", manifest.Digest),
            .. others.Select(digest => ResourceDescriptor.Of("artifact", digest))];
        return AttachAsync(signer.Key, signer.Sign(Statement.Of(subject, predicateType, predicate)), predicateType, stop);
    }

    /// <summary>An envelope of somebody else, as it came: what it is worth is decided when it is read.</summary>
    public Task AttachAsync(DsseEnvelope envelope, CancellationToken stop) =>
        AttachAsync(null, envelope, SignedWords.StatementIn(envelope)?.PredicateType ?? "", stop);

    /// <summary>Files that were received already; those that are gone meanwhile are left out.</summary>
    public async Task FilesAsync(IEnumerable<JobResult> results, CancellationToken stop)
    {
        var files = ImmutableArray.CreateBuilder<OciDescriptor>();
        foreach (var result in results.DistinctBy(each => (each.Path, each.Digest)))
            if (await shelf.TakeAsync(service, "application/octet-stream", result.Digest, stop) is { } file)
                files.Add(file with
                {
                    Annotations = ImmutableSortedDictionary<string, string>.Empty.Add(Annotation.Title, result.Path),
                });
        if (files.Count == 0) return;
        await EmptyAsync(stop);
        await shelf.KeepAsync(service, ReleaseManifest.Files(Subject, files.ToImmutable()), null, stop);
    }

    /// <summary>Without annotations, which would make every referrer longer.</summary>
    private OciDescriptor Subject => new(manifest.MediaType, manifest.Digest, manifest.Size);

    private async Task AttachAsync(
        VerifyingKey? key, DsseEnvelope envelope, string predicateType, CancellationToken stop)
    {
        var bundle = new SigstoreBundle(
            MediaType.Bundle, new(key is null ? null : new KeyHint(key.Hint)), envelope).Bytes();
        await shelf.KeepAsync(service, MediaType.Bundle, bundle, stop);
        await EmptyAsync(stop);
        await shelf.KeepAsync(service, ReleaseManifest.Attached(Subject, bundle, predicateType, at), null, stop);
    }

    private Task<OciDescriptor> EmptyAsync(CancellationToken stop) =>
        shelf.KeepAsync(service, MediaType.Empty, OciManifest.EmptyConfig, stop);
}
