using System.Collections.Immutable;
using Headway.Core.Releases;
using Headway.Core.SupplyChain;

namespace Headway.Server.SupplyChain;

/// <summary>Looks up what lies in the registry about a release. It believes nothing; who decides does.</summary>
public sealed class ReleaseFinding(ReleaseShelf shelf)
{
    public async Task<FoundRelease> FindAsync(string service, string manifestDigest, CancellationToken stop)
    {
        var bytes = shelf.Manifest(service, manifestDigest);
        var manifest = bytes is null ? null : OciManifest.Read(bytes);
        var config = manifest is null ? null
            : (await shelf.BytesAsync(manifest.Config.Digest, FoundAttachment.LargestBytes, stop)).Bytes;
        var attached = ImmutableArray.CreateBuilder<FoundAttachment>();
        await AttachedAsync(service, manifestDigest, attached, stop);
        var artifact = default(string);
        if (manifest is { Layers: [var layer] })
        {
            var image = layer.MediaType == MediaType.Image ? await ImageAsync(layer, stop) : null;
            artifact = layer.MediaType == MediaType.Image ? image?.Digest
                : await shelf.LengthAsync(layer.Digest, stop) is null ? null : layer.Digest;
            // What was said about an image where it was built lies beside the image.
            if (image is not null && ImageNames.Inside(image.Name) is { } repository)
            {
                artifact = shelf.Manifest(repository, image.Digest) is null ? null : image.Digest;
                await AttachedAsync(repository, image.Digest, attached, stop);
            }
        }
        return new(bytes, config, artifact, attached.ToImmutable());
    }

    /// <summary>Referrers of any layout that is known, and what older cosigns tagged.</summary>
    public async Task AttachedAsync(
        string repository, string digest, ImmutableArray<FoundAttachment>.Builder into, CancellationToken stop)
    {
        var referrers = shelf.Referrers(repository, digest);
        foreach (var referrer in referrers.Take(FoundAttachment.Most)) await ReadAsync(repository, referrer, into, stop);
        foreach (var suffix in (string[])["sig", "att"])
            if (shelf.Tagged(repository, ReleaseManifest.CosignTag(digest, suffix)) is { } tagged)
                await ReadAsync(repository, tagged, into, stop);
    }

    private async Task ReadAsync(
        string repository, string digest, ImmutableArray<FoundAttachment>.Builder into, CancellationToken stop)
    {
        var bytes = shelf.Manifest(repository, digest);
        if (bytes is null || OciManifest.Read(bytes) is not { } manifest)
        {
            into.Add(new(digest, MediaType.Manifest, null, null, "is not here, or was altered"));
            return;
        }
        // Files that a statement names by digest are no statements themselves.
        if (manifest.ArtifactType == MediaType.Results) return;
        foreach (var layer in manifest.Layers.Take(FoundAttachment.Most - into.Count))
        {
            if (!FoundAttachment.IsSigned(layer.MediaType)) continue;
            var left = FoundAttachment.MostBytes - into.Sum(each => (long?)each.Content?.Length ?? 0);
            var (content, problem) = await shelf.BytesAsync(layer.Digest, Math.Min(FoundAttachment.LargestBytes, left), stop);
            into.Add(new(layer.Digest, layer.MediaType, content, FoundAttachment.SignatureOf(layer), problem));
        }
    }

    private async Task<ImageReference?> ImageAsync(OciDescriptor layer, CancellationToken stop) =>
        (await shelf.BytesAsync(layer.Digest, FoundAttachment.LargestBytes, stop)).Bytes is { } bytes
            ? ImageReference.Read(bytes) : null;
}

/// <summary>Names of images, of which some are in the registry inside.</summary>
internal static class ImageNames
{
    public const string Here = "localhost/";

    /// <summary>The repository of the registry inside, or null when the image is elsewhere.</summary>
    public static string? Inside(string name) => name.StartsWith(Here, StringComparison.Ordinal) ? name[Here.Length..] : null;
}
