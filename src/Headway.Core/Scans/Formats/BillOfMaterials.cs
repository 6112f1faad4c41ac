using System.Collections.Immutable;
using System.Text.Json;

namespace Headway.Core.Scans.Formats;

/// <summary>A part that a bill of materials names.</summary>
/// <param name="Kind">Type of its package URL: `npm`, `nuget`.</param>
public sealed record Part(string Kind, string Name, string Version);

/// <summary>
/// Compares what a release is made of with advisories that came later, in the OSV format, which every public database of
/// vulnerabilities exports.
/// </summary>
public static class BillOfMaterials
{
    private const int MostParts = 50_000;
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 64 };

    /// <summary>Parts with a package URL in a CycloneDX document; empty when it is none.</summary>
    public static ImmutableArray<Part> PartsOf(ReadOnlyMemory<byte> file)
    {
        try
        {
            using var document = JsonDocument.Parse(file, Options);
            var root = document.RootElement;
            if (root.Text("bomFormat") is not "CycloneDX") return [];
            return
            [
                .. root.Each("components").Take(MostParts).Select(component => component.Text("purl"))
                    .Where(purl => Purl.KindOf(purl) is not null)
                    .Select(purl => new Part(Purl.KindOf(purl)!, Purl.NameOf(purl)!, Purl.VersionOf(purl) ?? "")).Distinct(),
            ];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    /// <summary>
    /// An osv-scanner result with what is affected, to be kept and read like any other; null when the file holds no advisory.
    /// </summary>
    public static byte[]? Compare(ImmutableArray<Part> parts, ReadOnlyMemory<byte> advisories)
    {
        var known = Advisories(advisories);
        if (known.Count == 0) return null;
        var affected = from part in parts
                       let hits = known.Where(advisory => advisory.Affects(part.Kind, part.Name, part.Version)).ToList()
                       where hits.Count > 0
                       select new
                       {
                           package = new { name = part.Name, version = part.Version, ecosystem = EcosystemOf(part.Kind) },
                           vulnerabilities = hits.Select(hit => hit.Whole),
                       };
        return JsonSerializer.SerializeToUtf8Bytes(
            new { results = new[] { new { source = new { path = "bill of materials", type = "sbom" }, packages = affected } } }, Wire.Json);
    }

    private static List<OsvAdvisory> Advisories(ReadOnlyMemory<byte> file)
    {
        try
        {
            using var document = JsonDocument.Parse(file, Options);
            var root = document.RootElement.Clone();
            IEnumerable<JsonElement> each = root.ValueKind is JsonValueKind.Array ? root.EnumerateArray() : [root];
            return [.. each.Select(OsvAdvisory.Of).OfType<OsvAdvisory>()];
        }
        catch (JsonException)
        {
            return Lines(file);
        }
    }

    private static List<OsvAdvisory> Lines(ReadOnlyMemory<byte> file)
    {
        var found = new List<OsvAdvisory>();
        foreach (var range in System.Text.Encoding.UTF8.GetString(file.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            try
            {
                using var document = JsonDocument.Parse(range, Options);
                if (OsvAdvisory.Of(document.RootElement.Clone()) is { } advisory) found.Add(advisory);
            }
            catch (JsonException)
            {
                return [];
            }
        return found;
    }

    private static string EcosystemOf(string kind) => kind switch
    {
        "nuget" => "NuGet", "pypi" => "PyPI", "maven" => "Maven", "golang" => "Go", "cargo" => "crates.io",
        "gem" => "RubyGems", "composer" => "Packagist", "deb" => "Debian", _ => kind,
    };
}
