using Headway.Core.Registry;
using Headway.Server.Registry.Index;

namespace Headway.Server.Registry;

/// <summary>
/// What people delete. Nothing that a lane needs and nothing that was made for a release goes this way.
/// </summary>
public sealed class RegistryDeletions(RegistryWorld world, InUse inUse)
{
    /// <summary>The manifest stays, and can be had by its digest.</summary>
    public async Task TagAsync(string repository, string name, string actor, CancellationToken stop)
    {
        using var turn = await world.TurnAsync(repository, stop);
        var (id, tag) = world.Index.Read(session => BlobRows.Repository(session, repository) is { } at
            ? (at, TagRows.Find(session, at, name)) : (0, null));
        if (tag is null) throw RegistryManifests.Unknown(repository, name);
        RefuseFixed(tag);
        await world.Record.NoteAsync(repository, new RegistryEvent.TagDeleted(name, tag.Digest), actor, stop);
        var retire = world.Rules.Now.IsFixed(repository, name);
        await world.Index.WriteAsync(session =>
        {
            TagRows.Delete(session, id, tag, retire);
            return true;
        }, stop);
    }

    /// <summary>With every tag that points at it.</summary>
    public async Task ManifestAsync(string repository, string digest, string actor, CancellationToken stop)
    {
        using var turn = await world.TurnAsync(repository, stop);
        var (id, tags, uses) = world.Index.Read(session =>
            BlobRows.Repository(session, repository) is { } at && ManifestRows.Id(session, at, digest) is not null
                ? (at, TagRows.Of(session, at, digest), ManifestRows.Uses(session, at, digest))
                : throw RegistryManifests.Unknown(repository, digest));
        foreach (var tag in tags) RefuseFixed(tag);
        inUse.Refuse([digest, .. uses]);
        await world.Record.NoteAsync(
            repository, new RegistryEvent.ManifestDeleted(digest, [.. tags.Select(tag => tag.Name)]), actor, stop);
        await world.Index.WriteAsync(session =>
        {
            foreach (var tag in tags)
                TagRows.Delete(session, id, tag, world.Rules.Now.IsFixed(repository, tag.Name));
            ManifestRows.Delete(session, id, digest);
            return true;
        }, stop);
    }

    /// <summary>From this repository; the bytes go with the next collection when nothing else has them.</summary>
    public async Task BlobAsync(string repository, string digest, string actor, CancellationToken stop)
    {
        using var turn = await world.TurnAsync(repository, stop);
        var (id, release) = world.Index.Read(session => BlobRows.Repository(session, repository) is { } at
            && BlobRows.Find(session, at, digest) is not null ? (at, BlobRows.FixedUser(session, at, digest))
                : throw RegistryBlobs.Unknown(repository, digest));
        if (release is not null)
            throw new RegistryRefusedException(RefusedFor.InUse,
                $"The blob is part of {repository}:{release}, which was made for a release.", [digest]);
        inUse.Refuse([digest]);
        await world.Record.NoteAsync(repository, new RegistryEvent.BlobDeleted(digest), actor, stop);
        await world.Index.WriteAsync(session => BlobRows.Unlink(session, id, digest), stop);
    }

    private static void RefuseFixed(StoredTag tag)
    {
        if (tag.Fixed)
            throw new RegistryRefusedException(RefusedFor.InUse,
                $"The tag {tag.Name} was made for a release, and is kept with it.", [tag.Name]);
    }
}
