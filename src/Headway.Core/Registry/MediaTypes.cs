namespace Headway.Core.Registry;

/// <summary>Which documents the registry knows as manifests.</summary>
public static class MediaTypes
{
    public const string Image = "application/vnd.oci.image.manifest.v1+json";
    public const string Index = "application/vnd.oci.image.index.v1+json";
    public const string DockerImage = "application/vnd.docker.distribution.manifest.v2+json";
    public const string DockerList = "application/vnd.docker.distribution.manifest.list.v2+json";

    /// <summary>The configuration of an artifact that has none: two bytes, `{}`.</summary>
    public const string Empty = "application/vnd.oci.empty.v1+json";

    /// <summary>Layers that may lie elsewhere, from the time before it was thought better of.</summary>
    private const string ForeignDocker = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";
    private const string ForeignOci = "application/vnd.oci.image.layer.nondistributable.v1.tar";

    public static bool IsManifest(string mediaType) => IsImage(mediaType) || IsList(mediaType);

    public static bool IsImage(string mediaType) => mediaType is Image or DockerImage;

    public static bool IsList(string mediaType) => mediaType is Index or DockerList;

    public static bool MayLieElsewhere(string mediaType) =>
        mediaType == ForeignDocker || mediaType.StartsWith(ForeignOci, StringComparison.Ordinal);
}
