using System.Collections.Immutable;

namespace Headway.Core.Registry;

/// <summary>A repository as a retention decision sees it.</summary>
public sealed record RepositoryContents(
    string Name, ImmutableArray<HeldTag> Tags, ImmutableArray<HeldManifest> Manifests);

/// <param name="MovedAt">When it came to point at this digest.</param>
public sealed record HeldTag(string Name, string Digest, DateTimeOffset MovedAt);

/// <param name="SeenAt">When it was last pushed.</param>
/// <param name="Uses">Digests of the blobs and manifests that it names.</param>
public sealed record HeldManifest(
    string Digest, DateTimeOffset SeenAt, string? Subject, ImmutableArray<string> Uses);

/// <summary>What stays and what goes, each with its reason.</summary>
public sealed record RetentionDecision(ImmutableArray<Fate> Tags, ImmutableArray<Fate> Manifests);

/// <param name="Name">Of the tag, or the digest of the manifest.</param>
public sealed record Fate(string Name, bool Goes, string Why);
