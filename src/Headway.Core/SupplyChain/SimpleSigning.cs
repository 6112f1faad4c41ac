using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace Headway.Core.SupplyChain;

/// <summary>
/// The older way in which cosign signs an image: a small document that names its digest, signed as it is. podman, skopeo and
/// admission controllers of clusters read it.
/// </summary>
public static class SimpleSigning
{
    private const string Type = "cosign container image signature";

    /// <param name="name">Of the repository, for example `localhost/shop`.</param>
    public static byte[] Payload(string name, string manifestDigest) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        Critical = new Critical(new(name), new(manifestDigest), Type),
        Optional = new { creator = "Headway" },
    }, Lower);

    /// <summary>The digest that a payload is about, or null when it is no such payload.</summary>
    public static string? DigestIn(byte[] payload)
    {
        try
        {
            return JsonSerializer.Deserialize<Document>(payload, Lower) is { Critical: { Type: Type } critical }
                ? critical.Image?.DockerManifestDigest : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>What cosign writes as the configuration of its signatures: an image without anything.</summary>
    public static byte[] Config(IEnumerable<string> layers) => Encoding.UTF8.GetBytes(
        """{"architecture":"","created":"0001-01-01T00:00:00Z","history":[{"created":"0001-01-01T00:00:00Z"}],"os":"","""
        + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":["
        + string.Join(',', layers.Select(layer => $"\"{layer}\"")) + "]},\"config\":{}}");

    /// <summary>The manifest behind the tag `sha256-DIGEST.sig`.</summary>
    public static OciManifest Manifest(byte[] payload, byte[] signature)
    {
        var layer = OciDescriptor.Of(MediaType.SimpleSigning, payload) with
        {
            Annotations = ImmutableSortedDictionary<string, string>.Empty
                .Add(Annotation.CosignSignature, Convert.ToBase64String(signature)),
        };
        return new(2, MediaType.Manifest, null, OciDescriptor.Of(MediaType.ImageConfig, Config([layer.Digest])), [layer]);
    }

    private static readonly JsonSerializerOptions Lower = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower,
    };

    private sealed record Document(Critical? Critical);

    private sealed record Critical(Identity Identity, Image Image, string Type);

    private sealed record Identity(string DockerReference);

    private sealed record Image(string DockerManifestDigest);
}
