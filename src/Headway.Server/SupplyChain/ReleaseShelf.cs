using System.Collections.Immutable;
using Headway.Core.SupplyChain;
using Headway.Server.Artifacts;
using Headway.Server.Registry;

namespace Headway.Server.SupplyChain;

/// <summary>
/// Where releases lie: the repository of their service in the registry inside. Everything else here asks this alone for
/// manifests, blobs and referrers. What it returns was hashed while it was read, so nothing that changed since it was stored
/// is taken for what it was.
/// </summary>
public sealed class ReleaseShelf(RegistryStore registry, BlobStore files)
{
    /// <summary>Who pushed what the server made itself.</summary>
    public const string Actor = "headway";

    /// <summary>So many referrers by others are looked through.</summary>
    private const int MostLookedThrough = 5000;

    /// <summary>Keeps the bytes and says how they are referred to.</summary>
    public async Task<OciDescriptor> KeepAsync(string service, string mediaType, byte[] bytes, CancellationToken stop)
    {
        var descriptor = OciDescriptor.Of(mediaType, bytes);
        if (await registry.Blobs.FindForPushAsync(service, descriptor.Digest, stop) is null)
            await registry.Blobs.WriteAsync(service, new MemoryStream(bytes), stop);
        return descriptor;
    }

    /// <summary>A blob that was received already, as one of the service; null when it is not whole.</summary>
    public async Task<OciDescriptor?> TakeAsync(string service, string mediaType, string digest, CancellationToken stop) =>
        await LengthAsync(digest, stop) is { } length && await registry.Blobs.LinkAsync(service, digest, stop)
            ? new(mediaType, digest, length) : null;

    /// <summary>
    /// Keeps a manifest whose blobs are there; a tag that is given never moves from then on. Throws
    /// <see cref="RegistryRefusedException"/> when the tag points at something else already.
    /// </summary>
    public async Task<OciDescriptor> KeepAsync(string service, OciManifest manifest, string? tag, CancellationToken stop)
    {
        var bytes = manifest.Bytes();
        await registry.Manifests.PutAsync(
            new(service, manifest.MediaType, bytes, null, tag is null ? [] : [tag]) { OfRelease = tag is not null },
            Actor, stop);
        return OciDescriptor.Of(manifest.MediaType, bytes) with
        {
            ArtifactType = manifest.ArtifactType, Annotations = manifest.Annotations,
        };
    }

    /// <summary>The bytes of a manifest, or null when they are not there as they were.</summary>
    public byte[]? Manifest(string repository, string digest) =>
        registry.Manifests.Find(repository, digest) is { Content: var bytes } && OciDescriptor.DigestOf(bytes) == digest
            ? bytes : null;

    /// <summary>What a tag points at, or null.</summary>
    public string? Tagged(string repository, string tag) => registry.Manifests.Head(repository, tag)?.Digest;

    /// <summary>Digests of the manifests that refer to this one; those of the server come first, however many others there are.</summary>
    public ImmutableArray<string> Referrers(string repository, string digest) =>
        [.. registry.Manifests.ReferrersBy(Actor, repository, digest)
            .Union(registry.Manifests.Referrers(repository, digest).Take(MostLookedThrough).Select(each => each.Digest))];

    /// <summary>All of a blob, or why not.</summary>
    public async Task<(byte[]? Bytes, string? Problem)> BytesAsync(string digest, long most, CancellationToken stop)
    {
        try
        {
            await using var content = await files.OpenAsync(digest, stop);
            if (content.Length > most) return (null, $"is larger than {most >> 20} MB");
            var bytes = new byte[content.Length];
            await content.ReadExactlyAsync(bytes, stop);
            return (bytes, null);
        }
        catch (BlobCorruptException)
        {
            return (null, "was altered: its bytes are not those that were stored");
        }
        catch (Exception e) when (e is BlobMissingException or DigestInvalidException)
        {
            return (null, "is not here");
        }
    }

    /// <summary>How long a blob is, after all of it was read and hashed; null when it is not here as it was.</summary>
    public async Task<long?> LengthAsync(string digest, CancellationToken stop)
    {
        try
        {
            await using var content = await files.OpenAsync(digest, stop);
            return content.Length;
        }
        catch (Exception e) when (e is BlobMissingException or BlobCorruptException or DigestInvalidException)
        {
            return null;
        }
    }

    /// <summary>Throws as <see cref="BlobStore.OpenAsync"/> does.</summary>
    public Task<Stream> OpenAsync(string digest, CancellationToken stop) => files.OpenAsync(digest, stop);
}
