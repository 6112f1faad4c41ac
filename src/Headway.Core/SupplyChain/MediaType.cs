namespace Headway.Core.SupplyChain;

/// <summary>Types of what a release is made of, and of what is said about it.</summary>
public static class MediaType
{
    public const string Manifest = "application/vnd.oci.image.manifest.v1+json";
    public const string Index = "application/vnd.oci.image.index.v1+json";
    public const string Empty = "application/vnd.oci.empty.v1+json";
    public const string ImageConfig = "application/vnd.oci.image.config.v1+json";

    /// <summary>The release itself.</summary>
    public const string Release = "application/vnd.headway.release.v1+json";

    public const string ReleaseConfig = "application/vnd.headway.release.config.v1+json";

    /// <summary>The artifact as nodes unpack it.</summary>
    public const string Tar = "application/vnd.oci.image.layer.v1.tar";

    /// <summary>The artifact is an image in a registry, named by digest: <see cref="ImageReference"/>.</summary>
    public const string Image = "application/vnd.headway.image.v1+json";

    /// <summary>Files that jobs wrote, one a layer.</summary>
    public const string Results = "application/vnd.headway.results.v1";

    public const string Bundle = "application/vnd.dev.sigstore.bundle.v0.3+json";
    public const string SimpleSigning = "application/vnd.dev.cosign.simplesigning.v1+json";
    public const string Dsse = "application/vnd.dsse.envelope.v1+json";
    public const string InToto = "application/vnd.in-toto+json";
}
