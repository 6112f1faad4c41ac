using System.Collections.Immutable;
using System.Security.Cryptography;
using Headway.Core.Registry;
using Headway.Server.Registry.Index;
using Headway.Server.Storage;

namespace Headway.Server.Registry;

/// <summary>Manifests, tags and referrers of repositories.</summary>
public sealed class RegistryManifests(RegistryWorld world)
{
    private const int MostTagsAtOnce = 50;

    /// <summary>
    /// Keeps the manifest and points the tags at it, all or nothing. Throws <see cref="RegistryRefusedException"/>: it
    /// is no manifest, names what is not in the repository, has another digest, or a tag of it must not move.
    /// </summary>
    public async Task<StoredManifest> PutAsync(ManifestPush push, string actor, CancellationToken stop)
    {
        RegistryBlobs.CheckName(push.Repository);
        var read = Check(push);
        var manifest = new StoredManifest(DigestOf(push), push.MediaType, push.Content, world.Time.GetUtcNow(), actor)
        {
            ArtifactType = read.ArtifactType, Subject = read.Subject,
        };
        using var turn = await world.TurnAsync(push.Repository, stop);
        var isNews = world.Index.Read(session => CheckAgainst(session, push, manifest, read));
        if (isNews)
            await world.Record.NoteAsync(push.Repository,
                new RegistryEvent.ManifestPushed(
                    manifest.Digest, manifest.MediaType, manifest.Content.Length, [.. push.Tags])
                {
                    Subject = manifest.Subject,
                }, actor, stop);
        await world.Index.WriteAsync(session => Keep(session, push, manifest, read), stop);
        return manifest;
    }

    /// <param name="reference">A digest or a tag.</param>
    public StoredManifest? Find(string repository, string reference) => world.Index.Read(session =>
        Resolve(session, repository, reference) is (var id, { } digest) ? ManifestRows.Find(session, id, digest) : null);

    public ManifestHead? Head(string repository, string reference) => world.Index.Read(session =>
        Resolve(session, repository, reference) is (var id, { } digest) ? ManifestRows.Head(session, id, digest) : null);

    /// <summary>Names of tags in order, after the given one; null when there is no such repository.</summary>
    public IReadOnlyList<string>? Tags(string repository, string after, int most) => world.Index.Read(session =>
        BlobRows.Repository(session, repository) is { } id ? TagRows.Names(session, id, after, most) : null);

    public IReadOnlyList<StoredTag>? TagsWithDigests(string repository, string after, int most) =>
        world.Index.Read(session => BlobRows.Repository(session, repository) is { } id
            ? TagRows.List(session, id, after, most) : null);

    /// <summary>
    /// Descriptors, as JSON, of the manifests that say something about the subject, in order of digest; of one artifact
    /// type only when it is given. Empty when there are none, also when the subject or repository is not here.
    /// </summary>
    public IReadOnlyList<(string Digest, string Json)> Referrers(
        string repository, string subject, string? artifactType = null, string after = "") =>
        world.Index.Read(session => BlobRows.Repository(session, repository) is { } id
            ? ManifestRows.Referrers(session, id, subject, artifactType, after) : []);

    /// <summary>Digests of those that this actor pushed, however many others there are.</summary>
    public IReadOnlyList<string> ReferrersBy(string actor, string repository, string subject) =>
        world.Index.Read(session => BlobRows.Repository(session, repository) is { } id
            ? ManifestRows.ReferrersBy(session, actor, id, subject) : []);

    /// <summary>Names in order, after the given one, of those that may be seen.</summary>
    public IReadOnlyList<string> Repositories(string after, Func<string, bool> maySee, int most) =>
        world.Index.Read(session => BlobRows.Names(session, after).Where(maySee).Take(most).ToList());

    internal static RegistryRefusedException Unknown(string repository, string reference) => new(
        RefusedFor.ManifestUnknown, $"{repository} has no manifest `{reference}`.", [reference]);

    private static (long Repository, string? Digest)? Resolve(SqliteSession session, string repository, string reference)
    {
        if (BlobRows.Repository(session, repository) is not { } id) return null;
        return (id, ContentDigest.IsOne(reference) ? reference
            : TagName.IsOne(reference) ? TagRows.Find(session, id, reference)?.Digest : null);
    }

    private static Manifest Check(ManifestPush push)
    {
        if (push.Content.Length > Manifest.LargestBytes)
            throw new RegistryRefusedException(RefusedFor.ManifestTooLarge,
                $"The manifest has {push.Content.Length} bytes; at most {Manifest.LargestBytes} are allowed.");
        if (push.Tags.Count > MostTagsAtOnce)
            throw new RegistryRefusedException(RefusedFor.TagInvalid, $"At most {MostTagsAtOnce} tags at once.");
        if (push.Tags.FirstOrDefault(tag => !TagName.IsOne(tag)) is { } wrong)
            throw new RegistryRefusedException(RefusedFor.TagInvalid, TagName.WhyRefused(wrong), [wrong]);
        var (manifest, problem) = ManifestReading.Read(push.MediaType, push.Content);
        return manifest ?? throw new RegistryRefusedException(RefusedFor.ManifestInvalid, problem!);
    }

    private static string DigestOf(ManifestPush push)
    {
        var algorithm = push.Digest is null ? ContentDigest.Sha256 : ContentDigest.AlgorithmOf(push.Digest)
            ?? throw new RegistryRefusedException(RefusedFor.DigestInvalid,
                "The manifest was sent for a digest that is none: sha256: and 64, or sha512: and 128 hexadecimal digits.");
        var actual = ContentDigest.Of(algorithm, algorithm == ContentDigest.Sha512
            ? SHA512.HashData(push.Content) : SHA256.HashData(push.Content));
        return push.Digest is null || push.Digest == actual ? actual
            : throw new RegistryRefusedException(RefusedFor.DigestInvalid,
                $"The manifest was sent as {push.Digest}, and its bytes are {actual}.", [push.Digest]);
    }

    /// <summary>True when keeping it changes anything.</summary>
    private bool CheckAgainst(SqliteSession session, ManifestPush push, StoredManifest manifest, Manifest read)
    {
        var id = BlobRows.Repository(session, push.Repository);
        string[] missing =
        [
            .. read.Blobs.Where(blob => id is not { } at || BlobRows.Find(session, at, blob.Digest) is null)
                .Concat(read.Manifests.Where(child => id is not { } at
                    || ManifestRows.Id(session, at, child.Digest) is null))
                .Select(named => named.Digest).Distinct(),
        ];
        if (missing.Length > 0)
            throw new RegistryRefusedException(RefusedFor.ManifestBlobUnknown,
                $"The manifest names {missing[0]}" + (missing.Length > 1 ? $" and {missing.Length - 1} more" : "")
                + $", which {push.Repository} does not have. Push what it names first.", [.. missing.Take(20)]);
        if (id is not { } repository) return true;
        var isNew = ManifestRows.Id(session, repository, manifest.Digest) is null;
        foreach (var name in push.Tags) isNew |= CheckTag(session, repository, push, manifest, name);
        if (push.Tags.Count > 0 && TagRows.Count(session, repository) >= world.Limits.MostTags)
            throw new RegistryRefusedException(RefusedFor.TooMany,
                $"{push.Repository} has {world.Limits.MostTags} tags, which is the limit.");
        return isNew;
    }

    private bool CheckTag(
        SqliteSession session, long repository, ManifestPush push, StoredManifest manifest, string name)
    {
        var there = TagRows.Find(session, repository, name);
        if (there?.Digest == manifest.Digest) return push.OfRelease && !there.Fixed;
        var before = there?.Digest ?? TagRows.Retired(session, repository, name);
        if (before is null || before == manifest.Digest) return true;
        if (there is { Fixed: true })
            throw new RegistryRefusedException(RefusedFor.TagFixed,
                $"{push.Repository}:{name} was made for a release and points at {before}; it never moves.", [name]);
        if (push.OfRelease || world.Rules.Now.IsFixed(push.Repository, name))
            throw new RegistryRefusedException(RefusedFor.TagFixed,
                $"{push.Repository}:{name} {(there is null ? "was" : "is")} {before}, and tags of this kind never move. "
                + "Push under another tag, or change the rules: headway registry rules.", [name]);
        return true;
    }

    private bool Keep(SqliteSession session, ManifestPush push, StoredManifest manifest, Manifest read)
    {
        var id = BlobRows.NeedRepository(session, push.Repository, world.Now, world.Limits.MostRepositories);
        ManifestRows.Put(session, id, manifest, read);
        foreach (var name in push.Tags)
            if (TagRows.Find(session, id, name) is not { } there || there.Digest != manifest.Digest
                || (push.OfRelease && !there.Fixed))
                TagRows.Put(session, id, new(name, manifest.Digest, manifest.PushedAt, manifest.Actor, push.OfRelease));
        return true;
    }
}
