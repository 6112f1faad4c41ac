using System.Collections.Immutable;

namespace Headway.Core.Registry;

/// <summary>
/// Who changed what in a repository. The stream is `registry/NAME`, and the actor is the token. An event is kept before
/// what it tells is done, so a crash between the two leaves a push on record that nobody can see, never the reverse.
/// </summary>
public abstract record RegistryEvent
{
    private RegistryEvent() { }

    /// <param name="Tags">That point at it from now on; none when it was pushed by digest.</param>
    /// <param name="Size">Of the manifest, in bytes.</param>
    public sealed record ManifestPushed(string Digest, string MediaType, long Size, ImmutableArray<string> Tags)
        : RegistryEvent
    {
        /// <summary>What it was pushed to say something about.</summary>
        public string? Subject { get; init; }
    }

    public sealed record TagDeleted(string Tag, string Digest) : RegistryEvent;

    /// <summary>With every tag that pointed at it.</summary>
    public sealed record ManifestDeleted(string Digest, ImmutableArray<string> Tags) : RegistryEvent;

    public sealed record BlobDeleted(string Digest) : RegistryEvent;

    /// <summary>A collection took these by the rules.</summary>
    public sealed record Collected(ImmutableArray<string> Tags, ImmutableArray<string> Manifests) : RegistryEvent;
}
