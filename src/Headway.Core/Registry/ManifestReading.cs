using System.Collections.Immutable;
using System.Text.Json;

namespace Headway.Core.Registry;

/// <summary>Reads a manifest as far as the registry must understand it; unknown fields are left alone.</summary>
public static class ManifestReading
{
    private const int Deepest = 64;

    /// <summary>The manifest, or why the bytes are none of that media type, in a sentence.</summary>
    public static (Manifest? Manifest, string? Problem) Read(string mediaType, ReadOnlyMemory<byte> bytes)
    {
        if (!MediaTypes.IsManifest(mediaType))
            return (null, $"`{Short(mediaType)}` is no media type of a manifest that this registry takes: "
                + $"{MediaTypes.Image}, {MediaTypes.Index}, {MediaTypes.DockerImage} or {MediaTypes.DockerList}.");
        try
        {
            using var document = JsonDocument.Parse(bytes, new() { MaxDepth = Deepest });
            return (Read(mediaType, document.RootElement), null);
        }
        catch (JsonException wrong)
        {
            return (null, $"The manifest is no JSON: {wrong.Message}");
        }
        catch (ManifestProblemException wrong)
        {
            return (null, wrong.Message);
        }
    }

    private static Manifest Read(string mediaType, JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object) throw new ManifestProblemException("The manifest is no JSON object.");
        if (!root.TryGetProperty("schemaVersion", out var schema) || schema.ValueKind != JsonValueKind.Number
            || !schema.TryGetInt32(out var version) || version != 2)
            throw new ManifestProblemException("`schemaVersion` of the manifest is not 2.");
        if (Text(root, "mediaType") is { } own && own != mediaType)
            throw new ManifestProblemException(
                $"The manifest says that it is `{Short(own)}`, and was sent as `{mediaType}`.");
        var subject = root.TryGetProperty("subject", out var named) && named.ValueKind != JsonValueKind.Null
            ? DescriptorReading.Read(named, "subject") : null;
        var (artifactType, annotations) = (Text(root, "artifactType"), DescriptorReading.Annotations(root));
        if (MediaTypes.IsList(mediaType))
        {
            if (root.TryGetProperty("layers", out _) || root.TryGetProperty("config", out _))
                throw new ManifestProblemException("A list of manifests has no `config` and no `layers`.");
            return new(mediaType, artifactType, [], DescriptorReading.Many(root, "manifests", isNeeded: true),
                subject?.Digest) { Annotations = annotations };
        }
        if (root.TryGetProperty("manifests", out _))
            throw new ManifestProblemException("An image manifest has no `manifests`; a list has.");
        if (!root.TryGetProperty("config", out var config))
            throw new ManifestProblemException("The manifest has no `config`.");
        var configuration = DescriptorReading.Read(config, "config");
        var layers = DescriptorReading.Many(root, "layers", isNeeded: false).Where(layer => !IsElsewhere(layer));
        return new(mediaType, artifactType is { Length: > 0 } ? artifactType : configuration.MediaType,
            [configuration, .. layers], [], subject?.Digest) { Annotations = annotations };
    }

    /// <summary>Only layers that say where they are instead, or that are not to be given away, may be missing.</summary>
    private static bool IsElsewhere(Descriptor layer) => MediaTypes.MayLieElsewhere(layer.MediaType);

    private static string? Text(JsonElement element, string name) => DescriptorReading.Text(element, name);

    private static string Short(string text) => text.Length > 100 ? text[..100] : text;
}
