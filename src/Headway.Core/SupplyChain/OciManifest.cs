using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Headway.Core.SupplyChain;

/// <summary>A manifest of the OCI image specification 1.1.</summary>
public sealed record OciManifest(
    int SchemaVersion, string MediaType, string? ArtifactType, OciDescriptor Config, ImmutableArray<OciDescriptor> Layers)
{
    public OciDescriptor? Subject { get; init; }
    public ImmutableSortedDictionary<string, string>? Annotations { get; init; }

    /// <summary>What stands for an empty configuration: `{}`.</summary>
    public static readonly byte[] EmptyConfig = "{}"u8.ToArray();

    public static OciManifest Of(
        string artifactType, OciDescriptor config, ImmutableArray<OciDescriptor> layers) =>
        new(2, SupplyChain.MediaType.Manifest, artifactType, config, layers);

    /// <summary>The bytes that are stored, and that the digest is of.</summary>
    public byte[] Bytes() => JsonSerializer.SerializeToUtf8Bytes(this, Wire.Json);

    public static OciManifest? Read(byte[] bytes)
    {
        try
        {
            return JsonSerializer.Deserialize<OciManifest>(bytes, Wire.Json) is
                { Config: not null, Layers.IsDefault: false } read ? read : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <param name="Digest">`sha256:...`</param>
public sealed record OciDescriptor(string MediaType, string Digest, long Size)
{
    public string? ArtifactType { get; init; }
    public ImmutableSortedDictionary<string, string>? Annotations { get; init; }

    public static OciDescriptor Of(string mediaType, byte[] bytes) => new(mediaType, DigestOf(bytes), bytes.Length);

    public static string DigestOf(byte[] bytes) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";

    public static string DigestOf(string text) => DigestOf(Encoding.UTF8.GetBytes(text));
}

/// <summary>Names of annotations.</summary>
public static class Annotation
{
    public const string Title = "org.opencontainers.image.title";
    public const string Created = "org.opencontainers.image.created";
    public const string Revision = "org.opencontainers.image.revision";
    public const string Version = "org.opencontainers.image.version";
    public const string BundleContent = "dev.sigstore.bundle.content";
    public const string BundlePredicate = "dev.sigstore.bundle.predicateType";
    public const string CosignSignature = "dev.cosignproject.cosign/signature";
}
