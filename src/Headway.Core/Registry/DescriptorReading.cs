using System.Collections.Immutable;
using System.Text.Json;

namespace Headway.Core.Registry;

/// <summary>Reads descriptors out of a manifest, or says which part of it is wrong.</summary>
internal static class DescriptorReading
{
    public static ImmutableArray<Descriptor> Many(JsonElement root, string name, bool isNeeded)
    {
        if (!root.TryGetProperty(name, out var list) || list.ValueKind == JsonValueKind.Null)
            return isNeeded ? throw new ManifestProblemException($"The manifest has no `{name}`.") : [];
        if (list.ValueKind != JsonValueKind.Array)
            throw new ManifestProblemException($"`{name}` of the manifest is no list.");
        if (list.GetArrayLength() > Manifest.MostDescriptors)
            throw new ManifestProblemException(
                $"`{name}` of the manifest has {list.GetArrayLength()} entries; {Manifest.MostDescriptors} are allowed.");
        return [.. list.EnumerateArray().Select((one, at) => Read(one, $"{name}[{at}]"))];
    }

    public static Descriptor Read(JsonElement element, string where)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw new ManifestProblemException($"`{where}` of the manifest is no descriptor.");
        if (Text(element, "digest") is not { } digest || !ContentDigest.IsOne(digest))
            throw new ManifestProblemException($"`{where}.digest` of the manifest is no sha256 or sha512 digest.");
        if (!element.TryGetProperty("size", out var size) || size.ValueKind != JsonValueKind.Number
            || !size.TryGetInt64(out var bytes) || bytes < 0)
            throw new ManifestProblemException($"`{where}.size` of the manifest is no number of bytes.");
        return new(Text(element, "mediaType") ?? "", digest, bytes)
        {
            ArtifactType = Text(element, "artifactType"), Annotations = Annotations(element),
        };
    }

    public static ImmutableSortedDictionary<string, string> Annotations(JsonElement element)
    {
        if (!element.TryGetProperty("annotations", out var annotations)
            || annotations.ValueKind == JsonValueKind.Null) return ImmutableSortedDictionary<string, string>.Empty;
        if (annotations.ValueKind != JsonValueKind.Object)
            throw new ManifestProblemException("`annotations` of the manifest is no object.");
        var read = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var one in annotations.EnumerateObject())
            read[one.Name] = one.Value.ValueKind == JsonValueKind.String ? one.Value.GetString()!
                : throw new ManifestProblemException($"The annotation `{one.Name}` of the manifest is no text.");
        return read.ToImmutable();
    }

    public static string? Text(JsonElement element, string name)
    {
        if (!element.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        return value.ValueKind == JsonValueKind.String ? value.GetString()
            : throw new ManifestProblemException($"`{name}` in the manifest is no text.");
    }
}

/// <summary>What is wrong with a manifest, in a sentence.</summary>
internal sealed class ManifestProblemException(string says) : Exception(says);
