using System.Collections.Immutable;
using System.Formats.Tar;
using System.Text.Json;
using Headway.Core;
using Headway.Core.Releases;
using Headway.Core.SupplyChain;

namespace Headway.Server.SupplyChain;

/// <summary>
/// A release and everything that is said about it in one file, an image layout of OCI in a tar: it can be verified with the
/// public key alone, and copied by skopeo into another registry.
/// </summary>
public sealed class ReleaseExport(ReleaseShelf shelf)
{
    /// <summary>False when the manifest is gone; nothing was written then.</summary>
    public async Task<bool> WriteAsync(Release release, Stream output, CancellationToken stop)
    {
        var service = release.Service;
        if (release.ManifestDigest is not { } digest || shelf.Manifest(service, digest) is not { } main)
            return false;
        var manifests = new List<(OciDescriptor Descriptor, byte[] Bytes)>
        {
            (Described(main, release.Id), main),
        };
        foreach (var referrer in shelf.Referrers(service, digest).Take(FoundAttachment.Most))
            if (shelf.Manifest(service, referrer) is { } bytes) manifests.Add((Described(bytes, null), bytes));
        var signature = ReleaseManifest.CosignTag(digest, "sig");
        if (shelf.Tagged(service, signature) is { } tagged && shelf.Manifest(service, tagged) is { } simple) manifests.Add((Described(simple, signature), simple));
        await using var tar = new TarWriter(output, TarEntryFormat.Ustar, leaveOpen: true);
        await FileAsync(tar, "oci-layout", """{"imageLayoutVersion":"1.0.0"}"""u8.ToArray(), stop);
        await FileAsync(tar, "index.json", Index([.. manifests.Select(each => each.Descriptor)]), stop);
        var written = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (descriptor, bytes) in manifests)
            if (written.Add(descriptor.Digest)) await FileAsync(tar, PathOf(descriptor.Digest), bytes, stop);
        foreach (var (_, bytes) in manifests.AsEnumerable().Reverse())
            if (OciManifest.Read(bytes) is { } manifest)
                foreach (var blob in manifest.Layers.Prepend(manifest.Config))
                    if (written.Add(blob.Digest)) await BlobAsync(tar, blob.Digest, stop);
        return true;
    }

    public static string PathOf(string digest) => $"blobs/{digest.Replace(':', '/')}";

    private static byte[] Index(ImmutableArray<OciDescriptor> manifests) => JsonSerializer.SerializeToUtf8Bytes(
        new { schemaVersion = 2, mediaType = MediaType.Index, manifests }, Wire.Json);

    private static OciDescriptor Described(byte[] bytes, string? name)
    {
        var read = OciManifest.Read(bytes);
        var annotations = read?.Subject is null ? null : read.Annotations;
        if (name is not null)
            annotations = ImmutableSortedDictionary<string, string>.Empty.Add("org.opencontainers.image.ref.name", name);
        return OciDescriptor.Of(MediaType.Manifest, bytes) with
        {
            ArtifactType = read?.ArtifactType, Annotations = annotations,
        };
    }

    private async Task BlobAsync(TarWriter tar, string digest, CancellationToken stop)
    {
        await using var content = await shelf.OpenAsync(digest, stop);
        await tar.WriteEntryAsync(Entry(PathOf(digest), content), stop);
    }

    private static Task FileAsync(TarWriter tar, string path, byte[] bytes, CancellationToken stop) =>
        tar.WriteEntryAsync(Entry(path, new MemoryStream(bytes)), stop);

    private static UstarTarEntry Entry(string path, Stream content) => new(TarEntryType.RegularFile, path)
    {
        DataStream = content, ModificationTime = DateTimeOffset.UnixEpoch,
        Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
    };
}
