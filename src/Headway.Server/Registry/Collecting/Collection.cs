using System.Collections.Immutable;
using Headway.Core.Registry;
using Headway.Server.Artifacts;
using Headway.Server.Registry.Index;

namespace Headway.Server.Registry.Collecting;

/// <summary>
/// Takes away what no rule keeps: tags and manifests by the rules, links to blobs that no manifest names, then the files
/// of blobs that are in no repository any more. Pushes go on meanwhile: a repository is looked at and changed in one
/// turn, what is younger than the grace period stays, and a link and its file are never half there.
/// </summary>
public sealed class Collection(RegistryWorld world, InUse inUse, IEnumerable<BlobKeeper> keepers, Uploads uploads)
{
    private readonly SemaphoreSlim oneAtATime = new(1, 1);

    /// <param name="isRehearsal">Says what would go, and takes nothing.</param>
    public async Task<CollectionReport> RunAsync(bool isRehearsal, string actor, CancellationToken stop)
    {
        await oneAtATime.WaitAsync(stop);
        try
        {
            var work = new Work(isRehearsal, actor, world.Time.GetUtcNow(), inUse.Digests());
            var forgotten = isRehearsal ? 0 : uploads.ForgetOld();
            foreach (var name in world.Index.Read(session => BlobRows.Names(session, "")))
                await OneAsync(work, name, stop);
            await FilesAsync(work, stop);
            return work.Report with { Uploads = forgotten };
        }
        finally
        {
            oneAtATime.Release();
        }
    }

    private async Task OneAsync(Work work, string name, CancellationToken stop)
    {
        using var turn = await world.TurnAsync(name, stop);
        if (world.Index.Read(session => BlobRows.Repository(session, name)) is not { } id) return;
        var contents = world.Index.Read(session => CollectingRows.Contents(session, id, name));
        var decision = Retention.Decide(
            contents, world.Rules.Now.RetentionOf(name), new(work.Now, world.Limits.Grace, work.InUse));
        var tags = decision.Tags.Where(fate => fate.Goes).ToImmutableArray();
        var manifests = decision.Manifests.Where(fate => fate.Goes).ToImmutableArray();
        foreach (var tag in tags) work.Note(name, "tag", tag.Name, tag.Why, 0);
        foreach (var manifest in manifests) work.Note(name, "manifest", manifest.Name, manifest.Why, 0);
        var gone = manifests.Select(fate => fate.Name).ToHashSet(StringComparer.Ordinal);
        if (!work.IsRehearsal && tags.Length + manifests.Length > 0)
            await TakeAsync(name, id, contents, tags, gone, work.Actor, stop);
        await LinksAsync(work, name, id, contents, gone, stop);
    }

    private async Task TakeAsync(string name, long id, RepositoryContents contents, ImmutableArray<Fate> tags,
        HashSet<string> gone, string actor, CancellationToken stop)
    {
        await world.Record.NoteAsync(
            name, new RegistryEvent.Collected([.. tags.Select(tag => tag.Name)], [.. gone]), actor, stop);
        await world.Index.WriteAsync(session =>
        {
            foreach (var fate in tags)
                if (TagRows.Find(session, id, fate.Name) is { } tag)
                    TagRows.Delete(session, id, tag, tag.Fixed || world.Rules.Now.IsFixed(name, fate.Name));
            foreach (var digest in gone) ManifestRows.Delete(session, id, digest);
            return true;
        }, stop);
    }

    private async Task LinksAsync(Work work, string name, long id, RepositoryContents contents,
        HashSet<string> gone, CancellationToken stop)
    {
        var used = contents.Manifests.Where(manifest => !gone.Contains(manifest.Digest))
            .SelectMany(manifest => manifest.Uses).ToHashSet(StringComparer.Ordinal);
        var before = Moments.Of(work.Now - world.Limits.Grace);
        foreach (var (digest, size) in world.Index.Read(session => CollectingRows.OldLinks(session, id, before)))
        {
            if (used.Contains(digest) || work.InUse.ContainsKey(digest)) continue;
            work.Note(name, "blob", digest, "no manifest of the repository names it", size);
            if (work.IsRehearsal) work.Loosen(digest, size);
            else await world.Index.WriteAsync(
                session => CollectingRows.UnlinkOld(session, id, digest, before), stop);
        }
    }

    private async Task FilesAsync(Work work, CancellationToken stop)
    {
        var needed = new HashSet<string>(work.InUse.Keys, StringComparer.Ordinal);
        foreach (var keeper in keepers) needed.UnionWith(keeper.Digests());
        var before = work.Now - world.Limits.Grace;
        foreach (var (digest, size) in world.Index.Read(s => CollectingRows.Unlinked(s, Moments.Of(before))))
        {
            if (needed.Contains(digest)) continue;
            // In the turn of the writer, so that no link to it can come into being in between.
            var isGone = work.IsRehearsal || await world.Index.WriteAsync(session =>
            {
                if (CollectingRows.IsLinked(session, digest) || !world.Files.DeleteOlder(digest, before)) return false;
                CollectingRows.Forget(session, digest);
                return true;
            }, stop);
            if (isGone) work.Freed(size);
        }
        if (work.IsRehearsal)
            foreach (var (digest, size, links) in work.Loose)
                if (!needed.Contains(digest)
                    && world.Index.Read(session => BlobRows.Holders(session, digest)).Count <= links) work.Freed(size);
    }
}
