using System.Text.Json;

namespace Headway.Core.Scans.Formats;

/// <summary>`trivy --format json`, schema version 2: vulnerabilities, misconfigurations and secrets.</summary>
internal static class Trivy
{
    public static ScanReading Read(JsonElement root)
    {
        var list = new FindingList();
        foreach (var result in root.Each("Results"))
        {
            var target = result.Text("Target") ?? "";
            foreach (var each in result.Each("Vulnerabilities")) ReadVulnerability(each, list);
            foreach (var each in result.Each("Misconfigurations").Where(each => each.Text("Status") is null or "FAIL"))
                ReadCode(each, target, each.At("CauseMetadata").Line("StartLine"), "ID", list);
            foreach (var each in result.Each("Secrets"))
                ReadCode(each, target, ((JsonElement?)each).Line("StartLine"), "RuleID", list);
        }
        return list.Reading("Trivy");
    }

    private static void ReadVulnerability(JsonElement each, FindingList list)
    {
        if (each.Text("VulnerabilityID") is not { } id) return;
        list.AddPackage("trivy", [id, .. ((JsonElement?)each).Texts("VendorIDs")], new(each.Text("PkgName") ?? "?",
            each.Text("InstalledVersion") ?? "", each.At("PkgIdentifier").Text("PURL"), each.Text("FixedVersion")),
            Severities.OfWord(each.Text("Severity")), each.Text("Title") ?? id);
    }

    private static void ReadCode(JsonElement each, string target, int? line, string key, FindingList list)
    {
        var (rule, message) = (each.Text(key) ?? "no rule", each.Text("Message") ?? each.Text("Title") ?? "");
        list.AddCode(new("trivy", rule, Severities.OfWord(each.Text("Severity")), message,
            Fingerprint.OfCode("trivy", rule, target, null, message)) { Place = new(target, line) });
    }
}
