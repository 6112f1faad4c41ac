using System.Text.Json;

namespace Headway.Core.Scans.Formats;

/// <summary>`dotnet list package --vulnerable --include-transitive --format json`.</summary>
internal static class DotnetList
{
    public static ScanReading Read(JsonElement root)
    {
        var list = new FindingList();
        var failed = root.Each("problems").Where(problem => problem.Text("level") is "error")
            .Select(problem => problem.Text("text")).FirstOrDefault();
        if (root.Text("parameters") is { } parameters && !parameters.Contains("--vulnerable", StringComparison.Ordinal))
            failed ??= $"It was made by `dotnet list package {parameters}`; `--vulnerable` is what asks for vulnerabilities.";
        foreach (var project in root.Each("projects"))
            foreach (var framework in project.Each("frameworks"))
                foreach (var package in framework.Each("topLevelPackages").Concat(framework.Each("transitivePackages")))
                    ReadPackage(package, list);
        return list.Reading("dotnet list package", failed is null ? null : $"dotnet list package failed: {failed}");
    }

    private static void ReadPackage(JsonElement package, FindingList list)
    {
        var (name, version) = (package.Text("id") ?? "?", package.Text("resolvedVersion") ?? "");
        foreach (var vulnerability in package.Each("vulnerabilities"))
            if ((vulnerability.Text("advisoryurl") ?? vulnerability.Text("advisoryUrl")) is { } address)
                list.AddPackage("dotnet list package", [Vulnerability.OfAddress(address)],
                    // The command does not tell which version mends it; NuGet advisories nearly always have one.
                    new(name, version, Purl.Of("nuget", name, version), "a newer version"),
                    Severities.OfWord(vulnerability.Text("severity")), $"{name} {version} is vulnerable: {address}");
    }
}
