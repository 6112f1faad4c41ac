using System.Text.Json;
using Headway.Server.Registry.Index;

namespace Headway.Server.Registry;

/// <summary>Repositories as people see them.</summary>
public sealed class RegistryShowing(RegistryWorld world, RegistryManifests manifests, InUse inUse)
{
    private const int MostReferrers = 1_000;

    public IReadOnlyList<RepositoryView> Repositories() => world.Index.Read(CollectingRows.Repositories);

    public IReadOnlyList<TagView>? Tags(string repository, string after, int most) =>
        manifests.TagsWithDigests(repository, after, most)?.Select(tag => new TagView(
            tag.Name, tag.Digest, tag.MovedAt, tag.Actor, tag.Fixed ? "made for a release"
                : world.Rules.Now.IsFixed(repository, tag.Name) ? "tags of this kind never move" : null)).ToArray();

    public ManifestView? Manifest(string repository, string reference)
    {
        if (manifests.Find(repository, reference) is not { } found) return null;
        var (tags, uses) = world.Index.Read(session => BlobRows.Repository(session, repository) is { } id
            ? (TagRows.Of(session, id, found.Digest), ManifestRows.Uses(session, id, found.Digest)) : ([], []));
        var held = inUse.Digests();
        return new(repository, found.Digest, found.MediaType, found.Content.Length, found.PushedAt)
        {
            Actor = found.Actor, ArtifactType = found.ArtifactType, Subject = found.Subject,
            Tags = [.. tags.Select(tag => tag.Name)],
            InUse = uses.Prepend(found.Digest).Select(digest => held.GetValueOrDefault(digest))
                .FirstOrDefault(why => why is not null),
            Referrers = [.. manifests.Referrers(repository, found.Digest).Take(MostReferrers)
                .Select(one => JsonSerializer.Deserialize<JsonElement>(one.Json))],
            Content = JsonSerializer.Deserialize<JsonElement>(found.Content),
        };
    }
}
