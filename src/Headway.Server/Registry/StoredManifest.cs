namespace Headway.Server.Registry;

/// <summary>A manifest of a repository, with its bytes as they came.</summary>
/// <param name="Actor">The token that pushed it first.</param>
public sealed record StoredManifest(
    string Digest, string MediaType, byte[] Content, DateTimeOffset PushedAt, string Actor)
{
    /// <summary>Of its own, or the media type of its configuration.</summary>
    public string? ArtifactType { get; init; }

    /// <summary>Digest of the manifest that it says something about.</summary>
    public string? Subject { get; init; }
}

/// <param name="Size">In bytes.</param>
public sealed record ManifestHead(string Digest, string MediaType, long Size, DateTimeOffset PushedAt);

/// <param name="MovedAt">When it came to point at this digest.</param>
/// <param name="Fixed">Made by Headway for a release: never moves, is never deleted by hand.</param>
public sealed record StoredTag(string Name, string Digest, DateTimeOffset MovedAt, string Actor, bool Fixed);

/// <summary>What is to be kept as a manifest.</summary>
/// <param name="Digest">That the sender says it has; null when only tags name it.</param>
/// <param name="Tags">That are to point at it.</param>
public sealed record ManifestPush(
    string Repository, string MediaType, byte[] Content, string? Digest, IReadOnlyList<string> Tags)
{
    /// <summary>The tags are a release's: they never move from now on.</summary>
    public bool OfRelease { get; init; }
}
