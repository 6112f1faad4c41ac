using System.Text.Json;

namespace Headway.Core.Scans.Formats;

/// <summary>`grype -o json`.</summary>
internal static class Grype
{
    public static ScanReading Read(JsonElement root)
    {
        var list = new FindingList();
        foreach (var match in root.Each("matches"))
        {
            var (vulnerability, artifact) = (match.At("vulnerability"), match.At("artifact"));
            if (vulnerability.Text("id") is not { } id) continue;
            var related = match.Each("relatedVulnerabilities").Select(each => each.Text("id")).OfType<string>();
            var fix = vulnerability.At("fix");
            list.AddPackage("grype", [id, .. related], new(artifact.Text("name") ?? "?", artifact.Text("version") ?? "",
                artifact.Text("purl"), fix.Texts("versions") is [var first, ..] ? first : null),
                Severities.OfWord(vulnerability.Text("severity")), vulnerability.Text("description") ?? id);
        }
        return list.Reading("Grype");
    }
}
