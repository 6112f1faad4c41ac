using System.Collections.Immutable;
using System.Text.Json;

namespace Headway.Core.Scans.Formats;

/// <summary>
/// CycloneDX 1.4 and newer with `vulnerabilities`, whose `analysis` is VEX. A bill of materials without that list says
/// what is inside, and not whether it is vulnerable.
/// </summary>
internal static class CycloneDx
{
    public static ScanReading Read(JsonElement root)
    {
        var list = new FindingList();
        if (root.At("vulnerabilities") is not { ValueKind: JsonValueKind.Array })
            return list.Reading("CycloneDX", "It is a bill of materials without a list of vulnerabilities.");
        var components = root.Each("components").Append(root.At("metadata").At("component") ?? default)
            .Where(each => each.ValueKind is JsonValueKind.Object && each.Text("bom-ref") is not null)
            .GroupBy(each => each.Text("bom-ref")!).ToDictionary(same => same.Key, same => same.First());
        var tool = ToolOf(root);
        foreach (var vulnerability in root.Each("vulnerabilities")) ReadOne(tool, components, vulnerability, list);
        return list.Reading("CycloneDX");
    }

    private static void ReadOne(
        string tool, Dictionary<string, JsonElement> components, JsonElement vulnerability, FindingList list)
    {
        ImmutableArray<string> ids =
        [
            .. new[] { vulnerability.Text("id") }.Concat(vulnerability.Each("references").Select(each => each.Text("id")))
                .OfType<string>().Distinct(),
        ];
        var severity = SeverityOf(vulnerability);
        var message = vulnerability.Text("description") ?? vulnerability.Text("detail") ?? ids.FirstOrDefault() ?? "";
        foreach (var affected in vulnerability.Each("affects"))
        {
            var reference = affected.Text("ref") ?? "";
            var component = components.TryGetValue(reference, out var known) ? known : default;
            var purl = component.Text("purl") ?? (reference.StartsWith("pkg:", StringComparison.Ordinal) ? reference : null);
            var (name, version) = (Purl.NameOf(purl) ?? component.Text("name") ?? reference, component.Text("version")
                ?? Purl.VersionOf(purl) ?? "");
            list.AddPackage(tool, ids, new(name, version, purl, Fixed(affected, vulnerability)), severity, message,
                Settled(vulnerability));
        }
    }

    private static Severity SeverityOf(JsonElement vulnerability)
    {
        var ratings = vulnerability.Each("ratings").Select(rating => Severities.OfWord(rating.Text("severity")) is var word
            && word is not Severity.Unknown ? word
            : ((JsonElement?)rating).Number("score") is { } score and <= 10 ? Severities.OfScore(score) : word).ToList();
        return ratings.Where(each => each is not Severity.Unknown).OrderDescending().Cast<Severity?>().FirstOrDefault()
            ?? Severity.Unknown;
    }

    /// <summary>States of `analysis` that need no action; `exploitable` and `in_triage` do.</summary>
    private static string? Settled(JsonElement vulnerability)
    {
        var analysis = vulnerability.At("analysis");
        return analysis.Text("state") is "not_affected" or "false_positive" or "resolved" or "resolved_with_pedigree"
            ? $"VEX: {analysis.Text("state")}" + ((analysis.Text("justification") ?? analysis.Text("detail")) is { } why
                ? $", {why}" : "") : null;
    }

    private static string? Fixed(JsonElement affected, JsonElement vulnerability) =>
        affected.Each("versions").FirstOrDefault(each => each.Text("status") is "unaffected") is
            { ValueKind: JsonValueKind.Object } free ? free.Text("version") ?? free.Text("range")
        : vulnerability.Text("recommendation");

    private static string ToolOf(JsonElement root)
    {
        var tools = root.At("metadata").At("tools");
        var first = tools is { ValueKind: JsonValueKind.Array } old ? old.EnumerateArray().FirstOrDefault()
            : tools.Each("components").FirstOrDefault();
        return first.Text("name") ?? "CycloneDX";
    }
}

/// <summary>Package URLs: `pkg:npm/%40scope/name@1.2.3?qualifier#path`.</summary>
internal static class Purl
{
    public static string? NameOf(string? purl)
    {
        if (purl is null || Core(purl) is not { } core) return null;
        var slash = core.IndexOf('/');
        var name = slash < 0 ? core : core[(slash + 1)..];
        var at = name.LastIndexOf('@');
        return Json.Plain(Uri.UnescapeDataString(at > 0 ? name[..at] : name));
    }

    public static string? VersionOf(string? purl) => purl is not null && Core(purl) is { } core
        && core.LastIndexOf('@') is > 0 and var at ? Json.Plain(Uri.UnescapeDataString(core[(at + 1)..])) : null;

    /// <summary>`npm`, `nuget`, `pypi`.</summary>
    public static string? KindOf(string? purl) => purl is not null && Core(purl) is { } core && core.IndexOf('/') is > 0
        and var slash ? core[..slash].ToLowerInvariant() : null;

    public static string Of(string kind, string name, string version) =>
        $"pkg:{kind}/{name.Replace("@", "%40", StringComparison.Ordinal)}" + (version.Length > 0 ? $"@{version}" : "");

    private static string? Core(string purl) =>
        purl.StartsWith("pkg:", StringComparison.Ordinal) ? purl[4..].Split('?', '#')[0] : null;
}
