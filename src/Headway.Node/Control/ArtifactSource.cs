using System.Collections.Immutable;
using System.Security.Cryptography;
using Headway.Core.Nodes;
using Headway.Node.Instances;

namespace Headway.Node.Control;

/// <summary>
/// Where the artifact of a digest is: its folder, or why there is none yet, or why there never will be.
/// </summary>
internal sealed record ArtifactSeen(string? Folder, string? Failure);

/// <summary>
/// Unpacked artifacts by digest: downloaded once, checked against the digest before a byte is unpacked, moved into
/// place whole. Asked on every turn; the first question starts the download.
/// </summary>
internal sealed class ArtifactSource(string root, ServerLink server, long limitBytes, Problems problems)
{
    private const int KeptUnused = 5;
    private const string Aside = "aside";
    private static readonly TimeSpan AsideFor = TimeSpan.FromHours(1);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ArtifactSeen> _known = [];
    private readonly HashSet<string> _busy = [];

    public ArtifactSeen Ask(string digest, CancellationToken stop)
    {
        lock (_lock)
        {
            if (_known.TryGetValue(digest, out var seen)) return seen;
            if (!IsDigest(digest)) return new(null, $"`{digest}` is not a digest of the form sha256:hex.");
            var folder = FolderOf(digest);
            if (Directory.Exists(folder)) return _known[digest] = new(folder, null);
            if (_busy.Add(digest)) _ = GetAsync(digest, folder, stop);
            return new(null, null);
        }
    }

    /// <summary>What was found changed at the last look.</summary>
    public ImmutableArray<ArtifactAltered> Altered { get; private set; } = [];

    /// <summary>Looks at the files of what is in use; reads all of them, so not on a turn of the loop.</summary>
    public void Look(IEnumerable<string> digests)
    {
        var altered = ImmutableArray.CreateBuilder<ArtifactAltered>();
        foreach (var digest in digests.Distinct().Where(IsDigest).Order(StringComparer.Ordinal))
            try
            {
                if (ArtifactSeal.Altered(FolderOf(digest)) is { Count: > 0 } paths) altered.Add(new(digest, [.. paths]));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It is being put in place or deleted: it is looked at again.
            }
        Altered = altered.ToImmutable();
    }

    /// <summary>
    /// Fetches an altered artifact anew. What runs goes on with the old files, which are moved aside; what is started from now on waits for the
    /// new ones.
    /// </summary>
    public void Renew(string digest)
    {
        lock (_lock)
        {
            if (Altered.All(each => each.Digest != digest) || _busy.Contains(digest)) return;
            var aside = Directory.CreateDirectory(Path.Combine(root, Aside)).FullName;
            Directory.Move(FolderOf(digest), Path.Combine(aside, Guid.NewGuid().ToString("n")));
            _known.Remove(digest);
            Altered = Altered.RemoveAll(each => each.Digest == digest);
        }
    }

    /// <summary>
    /// Deletes what nothing refers to any more, but for the newest few: a rollback must not have to wait for a
    /// download.
    /// </summary>
    public void KeepOnly(IReadOnlySet<string> digests)
    {
        lock (_lock)
        {
            var unused = (Directory.Exists(root) ? new DirectoryInfo(root).GetDirectories() : [])
                .Where(folder => !digests.Contains(DigestOf(folder)) && !_busy.Contains(DigestOf(folder)))
                .OrderByDescending(folder => folder.CreationTimeUtc);
            // What has no digest for a name is the rest of a download that was cut off.
            var whole = unused.ToLookup(folder => IsDigest(DigestOf(folder)));
            foreach (var folder in whole[true].Skip(KeptUnused).Concat(_busy.Count == 0 ? whole[false].Where(each => each.Name != Aside) : []))
            {
                _known.Remove(DigestOf(folder));
                TarUnpacking.Delete(folder.FullName);
                File.Delete(ArtifactSeal.PathOf(folder.FullName));
            }
            // Whoever still ran from it has been replaced since.
            foreach (var old in Directory.Exists(Path.Combine(root, Aside)) ? new DirectoryInfo(Path.Combine(root, Aside)).GetDirectories() : [])
                if (DateTime.UtcNow - old.CreationTimeUtc > AsideFor) TarUnpacking.Delete(old.FullName);
            foreach (var failed in _known.Keys.Where(digest => !digests.Contains(digest)).ToList())
                _known.Remove(failed);
        }
    }

    private async Task GetAsync(string digest, string folder, CancellationToken stop)
    {
        var backoff = new Backoff(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(15));
        var subject = $"artifact {digest}";
        ArtifactSeen? seen = null;
        for (var mismatches = 0; seen is null && !stop.IsCancellationRequested;)
            try
            {
                await Task.Yield();
                await DownloadAndUnpackAsync(digest, folder, stop);
                seen = new(folder, null);
            }
            catch (UnsafeArtifactException e)
            {
                seen = new(null, e.Message);
            }
            catch (InvalidDataException e) when (++mismatches >= 3)
            {
                seen = new(null, e.Message);
            }
            catch (ServerRefusedException e) when (e.Status is System.Net.HttpStatusCode.NotFound)
            {
                seen = new(null, $"The server has no artifact {digest}.");
            }
            catch (Exception e) when (!stop.IsCancellationRequested)
            {
                problems.Say(subject, $"Artifact {digest} could not be fetched yet: {e.Message}");
                await Task.Delay(backoff.Next(), CancellationToken.None);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        problems.Say(subject, null);
        lock (_lock)
        {
            _busy.Remove(digest);
            if (seen is not null) _known[digest] = seen;
        }
    }

    private async Task DownloadAndUnpackAsync(string digest, string folder, CancellationToken stop)
    {
        OpenFolder.Make(root);
        var temporary = Path.Combine(root, $".{Guid.NewGuid():n}");
        try
        {
            await using var tar = new FileStream(temporary + ".tar", FileMode.CreateNew, FileAccess.ReadWrite,
                FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
            await server.DownloadAsync(digest, new LimitedStream(tar, limitBytes), stop);
            tar.Position = 0;
            var found = "sha256:" + Convert.ToHexStringLower(await SHA256.HashDataAsync(tar, stop));
            if (found != digest)
                throw new InvalidDataException(
                    $"Artifact {digest} came with other content ({found}, {tar.Length} bytes), three times; it is "
                    + "damaged at the server or on the way.");
            tar.Position = 0;
            TarUnpacking.Unpack(tar, temporary);
            ArtifactSeal.Write(temporary, ArtifactSeal.PathOf(folder));
            LinuxCalls.SyncFileSystem((int)tar.SafeFileHandle.DangerousGetHandle());
            Directory.Move(temporary, folder);
            LinuxCalls.SyncFolder(root);
        }
        finally
        {
            TarUnpacking.Delete(temporary);
        }
    }

    private static string DigestOf(DirectoryInfo folder) => folder.Name.Replace('-', ':');

    private string FolderOf(string digest) => Path.Combine(root, digest.Replace(':', '-'));

    private static bool IsDigest(string digest) =>
        digest.Length == 71 && digest.StartsWith("sha256:", StringComparison.Ordinal)
        && digest.AsSpan(7).ToString().All(char.IsAsciiHexDigitLower);
}
