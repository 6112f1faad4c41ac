using System.Security.Cryptography;
using System.Text;
using Headway.Core.Nodes;
using Headway.Core.Pipelines;

namespace Headway.Node.Jobs.Caches;

/// <summary>Gives a job the caches that it asks for, and keeps what has changed when it has succeeded.</summary>
internal sealed class JobCaches(CacheStore store, JobOrder order, JobFolder folder, Sandbox sandbox)
{
    private readonly List<(JobCache Cache, string Key)> _changed = [];

    public async Task RestoreAsync(JobLog log, CancellationToken stop)
    {
        foreach (var cache in (order.Room ?? JobRoom.Plain).Caches)
        {
            var key = await KeyAsync(cache, stop);
            var found = store.Find(order.Service, cache.Name, key);
            if (found is not { Exact: true } || cache.Key.IsEmpty) _changed.Add((cache, key));
            log.Note(found is null ? $"Cache {cache.Name}: there is nothing yet." : await RestoreAsync(cache, found, stop));
        }
    }

    /// <summary>Of what is not on the branch, nothing: whatever is kept is read by jobs that may do more.</summary>
    public async Task KeepAsync(JobLog log, CancellationToken stop)
    {
        if (order.Trust is JobTrust.Fork || order.LeavesNothing) return;
        foreach (var (cache, key) in _changed)
        {
            var path = Path.Combine(RootOf(cache), InRoot(cache));
            if (!Directory.Exists(path) && !File.Exists(path))
            {
                log.Note($"Cache {cache.Name}: the job left nothing in {cache.Path} to keep.");
                continue;
            }
            try
            {
                var packer = new ArtifactPacker(RootOf(cache), sandbox.Uid);
                var kept = await store.KeepAsync(order.Service, cache.Name, key,
                    tar => packer.PackAsync(InRoot(cache), [], tar, stop), stop);
                if (!kept) log.Note($"Cache {cache.Name} was not kept: it is too large.");
            }
            catch (Exception e) when (e is BadTreeException or IOException)
            {
                log.Note($"Cache {cache.Name} was not kept: {e.Message}");
            }
        }
    }

    private async Task<string> RestoreAsync(JobCache cache, CacheFound found, CancellationToken stop)
    {
        await using var tar = await CacheStore.OpenAsync(found, stop);
        if (tar is null) return $"Cache {cache.Name}: what was kept is damaged, and is not used.";
        try
        {
            await new SourceUnpacker(RootOf(cache), sandbox.Uid, sandbox.Limits.DiskBytes).UnpackAsync(tar, stop);
        }
        catch (BadTreeException e)
        {
            return $"Cache {cache.Name} could not be used whole: {e.Message}";
        }
        return $"Cache {cache.Name}: {tar.Length >> 20} MB "
            + (found.Exact ? "of the same key." : "of an earlier key; what is missing is fetched anew.");
    }

    /// <summary>Of the files as they were committed; two systems do not share what was built for one of them.</summary>
    private async Task<string> KeyAsync(JobCache cache, CancellationToken stop)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(hash, System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier);
        Add(hash, cache.Path);
        Add(hash, order.Room?.Image ?? "");
        foreach (var file in Files(cache).Order(StringComparer.Ordinal))
        {
            Add(hash, Path.GetRelativePath(folder.Source, file));
            await using var content = File.OpenRead(file);
            hash.AppendData(await SHA256.HashDataAsync(content, stop));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..32];
    }

    private IEnumerable<string> Files(JobCache cache)
    {
        if (cache.Key.IsEmpty) return [];
        return FolderWalk.Directories(folder.Source).SelectMany(Directory.EnumerateFiles)
            .Where(file => PathPattern.AnyMatches(cache.Key, Path.GetRelativePath(folder.Source, file))
                && Posix.Look(file).IsRegular);
    }

    private string RootOf(JobCache cache) => IsAtHome(cache) ? folder.Home : folder.Source;

    private static string InRoot(JobCache cache) => IsAtHome(cache) ? cache.Path[2..] : cache.Path;

    private static bool IsAtHome(JobCache cache) => cache.Path.StartsWith("~/", StringComparison.Ordinal);

    private static void Add(IncrementalHash hash, string text) => hash.AppendData(Encoding.UTF8.GetBytes(text + "\0"));
}
