using System.Collections.Immutable;
using System.Text.Json;

namespace Headway.Server.Registry;

/// <param name="Bytes">Of its blobs; those that other repositories have too are on disk once.</param>
public sealed record RepositoryView(string Name, long Tags, long Manifests, long Bytes, DateTimeOffset Since);

/// <param name="Moves">Whether the tag may come to point at something else.</param>
/// <param name="Why">What keeps it from moving, or null.</param>
public sealed record TagView(
    string Name, string Digest, DateTimeOffset MovedAt, string Actor, string? Why)
{
    public bool Moves => Why is null;
}

public sealed record ManifestView(
    string Repository, string Digest, string MediaType, long Size, DateTimeOffset PushedAt)
{
    public required string Actor { get; init; }
    public string? ArtifactType { get; init; }
    public string? Subject { get; init; }
    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>Why it cannot be deleted now, or null.</summary>
    public string? InUse { get; init; }

    /// <summary>Descriptors of what speaks of it.</summary>
    public ImmutableArray<JsonElement> Referrers { get; init; } = [];

    public JsonElement Content { get; init; }
}
