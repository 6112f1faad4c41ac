using System.Collections.Immutable;
using System.Text.Json;

namespace Headway.Core.Scans.Formats;

/// <summary>The JSON of osv-scanner: packages by source, each with OSV advisories.</summary>
internal static class OsvScanner
{
    public static ScanReading Read(JsonElement root)
    {
        var list = new FindingList();
        foreach (var source in root.Each("results"))
            foreach (var package in source.Each("packages"))
                ReadPackage(package, list);
        return list.Reading("OSV");
    }

    private static void ReadPackage(JsonElement package, FindingList list)
    {
        var at = package.At("package");
        var (name, version) = (at.Text("name") ?? "?", at.Text("version") ?? "");
        var purl = OsvAdvisory.PurlOf(at.Text("ecosystem"), name, version);
        var worst = package.Each("groups").SelectMany(group => group.Each("ids").Select(id =>
            (Id: ((JsonElement?)id).Text(), Score: group.Text("max_severity")))).Where(each => each.Id is not null)
            .GroupBy(each => each.Id!).ToDictionary(same => same.Key, same => same.First().Score);
        foreach (var vulnerability in package.Each("vulnerabilities"))
        {
            var advisory = OsvAdvisory.Of(vulnerability);
            if (advisory is null) continue;
            var severity = worst.TryGetValue(advisory.Ids[0], out var score) && Severities.OfScoreText(score) is { } scored
                ? scored : advisory.Severity;
            list.AddPackage("osv-scanner", advisory.Ids, new(name, version, purl, advisory.FixOf(name)), severity,
                advisory.Summary);
        }
    }
}
