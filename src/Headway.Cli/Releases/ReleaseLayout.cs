using System.Collections.Immutable;
using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text.Json;
using Headway.Core;
using Headway.Core.Releases;
using Headway.Core.SupplyChain;

namespace Headway.Cli.Releases;

/// <summary>
/// An exported release: an image layout in a tar, read once from front to back. Every blob is hashed; nothing that its name
/// or the index says of it is believed.
/// </summary>
internal sealed class ReleaseLayout
{
    private const long MostKept = 512L << 20;
    private const int MostEntries = 10_000;
    private const string Blobs = "blobs/sha256/";
    private readonly Dictionary<string, byte[]> _kept = [];
    private readonly HashSet<string> _whole = [];
    private readonly List<string> _altered = [];
    private byte[]? _index;
    private long _bytes;

    private ReleaseLayout() { }

    public static async Task<ReleaseLayout> ReadAsync(string file, CancellationToken stop)
    {
        var layout = new ReleaseLayout();
        try
        {
            await using var stream = File.OpenRead(file);
            await using var tar = new TarReader(stream);
            for (var entries = 0; await tar.GetNextEntryAsync(copyData: false, stop) is { } entry;)
            {
                if (++entries > MostEntries) throw new CliException(ExitCode.No, $"{file} has more than {MostEntries} entries.");
                await layout.TakeAsync(entry, stop);
            }
        }
        catch (Exception e) when (e is FormatException or InvalidDataException or EndOfStreamException)
        {
            throw new CliException(ExitCode.No, $"{file} is no exported release, or is cut off: {e.Message}");
        }
        if (layout._index is null) throw new CliException(ExitCode.No, $"{file} is no exported release: it has no index.json.");
        return layout;
    }

    /// <summary>What the file says it is; its manifest is signed, so the signature covers all of it.</summary>
    public WantedRelease Wanted(string? manifestDigest)
    {
        var digest = manifestDigest ?? MainDigest();
        var manifest = Manifest(digest);
        var config = manifest is null ? null
            : _kept.GetValueOrDefault(manifest.Config.Digest) is { } bytes ? ReleaseConfig.Read(bytes) : null;
        var artifact = manifest?.Layers is [var layer, ..]
            ? layer.Annotations?.GetValueOrDefault(ReleaseManifest.ImageDigest) ?? layer.Digest : "";
        return new(config?.Release ?? "the release in the file", config?.Service ?? "", config?.Commit.Sha ?? "", digest,
            artifact, config?.Origin, SupplyRules.None);
    }

    public FoundRelease Found()
    {
        var digest = MainDigest();
        var manifest = Manifest(digest);
        var attached = ImmutableArray.CreateBuilder<FoundAttachment>();
        foreach (var other in Listed().Where(each => each != digest).Take(FoundAttachment.Most))
            if (Manifest(other) is not { } referrer)
                attached.Add(new(other, MediaType.Manifest, null, null, "is not in the file, or was altered"));
            else foreach (var layer in referrer.Layers.Where(layer => FoundAttachment.IsSigned(layer.MediaType)))
                attached.Add(new(layer.Digest, layer.MediaType, _kept.GetValueOrDefault(layer.Digest),
                    FoundAttachment.SignatureOf(layer), "is not in the file, or was altered"));
        return new(_kept.GetValueOrDefault(digest), manifest is null ? null : _kept.GetValueOrDefault(manifest.Config.Digest),
            ArtifactOf(manifest), attached.ToImmutable());
    }

    /// <summary>
    /// Files that hold other bytes than their names say. Not all that is in an export is signed one by one (reports are not),
    /// but nothing in it may have been changed without being told.
    /// </summary>
    public IEnumerable<ReleaseCheck> Altered() => _altered.Select(name => new ReleaseCheck(
        "file", CheckResult.Failed, $"{name} holds other bytes than its name says: the file was altered, or damaged."));

    private string? ArtifactOf(OciManifest? manifest)
    {
        if (manifest?.Layers is not [var layer, ..] || !_whole.Contains(layer.Digest)) return null;
        return layer.MediaType == MediaType.Image
            ? _kept.GetValueOrDefault(layer.Digest) is { } bytes ? ImageReference.Read(bytes)?.Digest : null
            : layer.Digest;
    }

    private string MainDigest() => Listed().FirstOrDefault(digest =>
        Manifest(digest) is { ArtifactType: MediaType.Release }) ?? Listed().FirstOrDefault() ?? "";

    private OciManifest? Manifest(string digest) =>
        _kept.GetValueOrDefault(digest) is { } bytes ? OciManifest.Read(bytes) : null;

    private IEnumerable<string> Listed()
    {
        try
        {
            return JsonSerializer.Deserialize<Index>(_index!, Wire.Json) is { Manifests.IsDefault: false } index
                ? index.Manifests.Select(each => each.Digest).OfType<string>() : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private async Task TakeAsync(TarEntry entry, CancellationToken stop)
    {
        if (entry.DataStream is not { } data) return;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var keeps = entry.Length <= FoundAttachment.LargestBytes && _bytes + entry.Length <= MostKept;
        using var kept = keeps ? new MemoryStream() : null;
        var buffer = new byte[128 * 1024];
        while (await data.ReadAsync(buffer, stop) is var read and > 0)
        {
            hash.AppendData(buffer, 0, read);
            kept?.Write(buffer, 0, read);
        }
        var digest = $"sha256:{Convert.ToHexStringLower(hash.GetHashAndReset())}";
        _whole.Add(digest);
        if (entry.Name.TrimStart('.', '/') is var name && name.StartsWith(Blobs, StringComparison.Ordinal)
            && $"sha256:{name[Blobs.Length..]}" != digest) _altered.Add(name);
        _bytes += kept?.Length ?? 0;
        if (kept is null) return;
        if (entry.Name is "index.json") _index = kept.ToArray();
        else _kept[digest] = kept.ToArray();
    }

    private sealed record Index(ImmutableArray<Listing> Manifests);

    private sealed record Listing(string? Digest);
}
