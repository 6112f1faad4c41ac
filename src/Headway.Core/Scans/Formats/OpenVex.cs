using System.Collections.Immutable;
using System.Text.Json;

namespace Headway.Core.Scans.Formats;

/// <summary>OpenVEX 0.2: statements about vulnerabilities of products; no findings by itself.</summary>
internal static class OpenVex
{
    public static ScanReading Read(JsonElement root) => new("OpenVEX", [], null)
    {
        Statements = [.. root.Each("statements").Take(ScanReading.MostFindings).Select(Statement).OfType<VexStatement>()],
    };

    private static VexStatement? Statement(JsonElement statement)
    {
        var vulnerability = statement.At("vulnerability");
        var name = vulnerability.Text() ?? vulnerability.Text("name");
        if (name is null || statement.Text("status") is not { } status) return null;
        var products = statement.Each("products").SelectMany(Products).Where(each => each is not null).Select(each => each!).Take(500);
        return new([name, .. vulnerability.Texts("aliases")], [.. products], status,
            statement.Text("justification") ?? statement.Text("impact_statement") ?? statement.Text("action_statement"));
    }

    /// <summary>Where parts of a product are named, the statement is about those parts.</summary>
    private static IEnumerable<string?> Products(JsonElement product)
    {
        ImmutableArray<string?> parts = [.. product.Each("subcomponents").Select(Id)];
        return parts.IsEmpty ? [Id(product)] : parts;
    }

    private static string? Id(JsonElement element) => element.ValueKind is JsonValueKind.String
        ? ((JsonElement?)element).Text() : element.Text("@id") ?? element.At("identifiers").Text("purl");
}
