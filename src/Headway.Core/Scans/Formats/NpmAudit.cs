using System.Text.Json;

namespace Headway.Core.Scans.Formats;

/// <summary>
/// `npm audit --json` of npm 7 and newer. An advisory is told once for its own package; packages that only depend on it
/// name it by a string and are not findings of their own.
/// </summary>
internal static class NpmAudit
{
    public static ScanReading Read(JsonElement root)
    {
        var list = new FindingList();
        if (root.At("auditReportVersion") is null)
            return list.Reading("npm audit", "npm audit failed: " + (root.At("error").Text("summary") is { Length: > 0 } summary
                ? summary : root.Text("message") ?? root.At("error").Text("code") ?? "it does not say why."));
        foreach (var entry in ((JsonElement?)root).Entries("vulnerabilities"))
            foreach (var via in entry.Value.Each("via").Where(each => each.ValueKind is JsonValueKind.Object))
                ReadOne(entry.Value, via, list);
        return list.Reading("npm audit");
    }

    private static void ReadOne(JsonElement vulnerable, JsonElement via, FindingList list)
    {
        var name = via.Text("dependency") ?? via.Text("name") ?? vulnerable.Text("name") ?? "?";
        var id = via.Text("url") is { } address ? Vulnerability.OfAddress(address)
            : $"npm-{((JsonElement?)via).Number("source")}";
        var severity = Severities.OfWord(via.Text("severity"));
        list.AddPackage("npm audit", [id], new(name, via.Text("range") ?? "", Purl.Of("npm", name, ""), Fix(vulnerable)),
            severity, via.Text("title") ?? id);
    }

    /// <summary>`true` means that an update within the allowed range mends it.</summary>
    private static string? Fix(JsonElement vulnerable) => vulnerable.At("fixAvailable") switch
    {
        { ValueKind: JsonValueKind.True } => "npm audit fix",
        { ValueKind: JsonValueKind.Object } fix => $"{fix.Text("name")} {fix.Text("version")}",
        _ => null,
    };
}
