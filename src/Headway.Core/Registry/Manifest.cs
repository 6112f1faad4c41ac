using System.Collections.Immutable;

namespace Headway.Core.Registry;

/// <summary>What the registry needs to know of a manifest; the bytes stay as they came.</summary>
/// <param name="ArtifactType">As the referrers list shows it: of its own, or the media type of the configuration.</param>
/// <param name="Blobs">Configuration and layers that must be in the same repository.</param>
/// <param name="Manifests">What a list names; they must be in the same repository.</param>
/// <param name="Subject">Digest of the manifest that this one says something about; it may be missing.</param>
public sealed record Manifest(
    string MediaType, string? ArtifactType, ImmutableArray<Descriptor> Blobs, ImmutableArray<Descriptor> Manifests,
    string? Subject)
{
    /// <summary>A larger one is refused with 413.</summary>
    public const int LargestBytes = 4 * 1024 * 1024;

    /// <summary>Descriptors of one manifest.</summary>
    public const int MostDescriptors = 10_000;

    public ImmutableSortedDictionary<string, string> Annotations { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;
}
