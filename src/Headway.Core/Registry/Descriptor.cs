using System.Collections.Immutable;

namespace Headway.Core.Registry;

/// <summary>How one document names another content, as the OCI image specification writes it.</summary>
/// <param name="Size">In bytes.</param>
public sealed record Descriptor(string MediaType, string Digest, long Size)
{
    public string? ArtifactType { get; init; }

    public ImmutableSortedDictionary<string, string>? Annotations { get; init; }

    /// <summary>Where else the content is; a layer that has them need not be here.</summary>
    public ImmutableArray<string>? Urls { get; init; }
}
