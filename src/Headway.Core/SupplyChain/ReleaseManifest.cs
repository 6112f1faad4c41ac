using System.Collections.Immutable;

namespace Headway.Core.SupplyChain;

/// <summary>A release, and what is said about it, as manifests of a registry.</summary>
public static class ReleaseManifest
{
    /// <summary>Annotation of the layer that refers to an image.</summary>
    public const string ImageDigest = "headway.image.digest";

    /// <param name="artifact">The tar, or the reference to an image.</param>
    public static OciManifest Of(ReleaseConfig config, OciDescriptor artifact) =>
        OciManifest.Of(MediaType.Release, OciDescriptor.Of(MediaType.ReleaseConfig, config.Bytes()), [artifact]) with
        {
            Annotations = ImmutableSortedDictionary<string, string>.Empty
                .Add(Annotation.Revision, config.Commit.Sha)
                .Add(Annotation.Title, config.Service)
                .Add(Annotation.Version, config.Release),
        };

    /// <summary>One signed statement about a manifest, in the layout that cosign calls a bundle.</summary>
    public static OciManifest Attached(OciDescriptor subject, byte[] bundle, string predicateType, DateTimeOffset at) =>
        OciManifest.Of(MediaType.Bundle, OciDescriptor.Of(MediaType.Empty, OciManifest.EmptyConfig),
            [OciDescriptor.Of(MediaType.Bundle, bundle)]) with
        {
            Subject = subject,
            Annotations = ImmutableSortedDictionary<string, string>.Empty
                .Add(Annotation.BundleContent, "dsse-envelope")
                .Add(Annotation.BundlePredicate, predicateType)
                .Add(Annotation.Created, at.UtcDateTime.ToString(
                    "yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture)),
        };

    /// <summary>Files about a release; each is named, by digest, in a signed statement.</summary>
    public static OciManifest Files(OciDescriptor subject, ImmutableArray<OciDescriptor> files) =>
        OciManifest.Of(MediaType.Results, OciDescriptor.Of(MediaType.Empty, OciManifest.EmptyConfig), files) with
        {
            Subject = subject,
        };

    /// <summary>The tag under which cosign before version 3 looks for signatures (`sig`) and attestations (`att`).</summary>
    public static string CosignTag(string digest, string suffix) => $"{digest.Replace(':', '-')}.{suffix}";
}
