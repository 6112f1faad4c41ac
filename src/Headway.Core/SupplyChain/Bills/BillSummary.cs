using System.Collections.Immutable;
using System.Text.Json;

namespace Headway.Core.SupplyChain.Bills;

/// <summary>A bill of materials in one line.</summary>
/// <param name="Kinds">How many components of each kind of package, for example npm: 12.</param>
public sealed record BillSummary(int Components, ImmutableSortedDictionary<string, int> Kinds)
{
    public string Says => Components == 0 ? "It names no component."
        : $"It names {Components} component{(Components == 1 ? "" : "s")}: "
            + string.Join(", ", Kinds.Select(kind => $"{kind.Value} {kind.Key}")) + ".";

    /// <param name="bill">CycloneDX as JSON.</param>
    public static BillSummary Of(JsonElement bill)
    {
        if (bill.ValueKind is not JsonValueKind.Object || !bill.TryGetProperty("components", out var components)
            || components.ValueKind is not JsonValueKind.Array)
            return new(0, ImmutableSortedDictionary<string, int>.Empty);
        var kinds = components.EnumerateArray().GroupBy(KindOf, StringComparer.Ordinal)
            .ToImmutableSortedDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);
        return new(components.GetArrayLength(), kinds);
    }

    /// <summary>`npm` of `pkg:npm/left-pad@1.3.0`.</summary>
    private static string KindOf(JsonElement component) =>
        component.ValueKind is JsonValueKind.Object && component.TryGetProperty("purl", out var purl)
            && purl.ValueKind is JsonValueKind.String && purl.GetString() is { } text
            && text.StartsWith("pkg:", StringComparison.Ordinal) && text.IndexOf('/') is var slash and > 4
            ? text[4..slash] : "other";
}
