using System.Collections.Immutable;

namespace Headway.Core.Scans.Formats;

/// <summary>Collects findings up to the limit; the same finding twice is kept once, or told apart by occurrence.</summary>
internal sealed class FindingList
{
    private readonly Dictionary<string, int> seen = new(StringComparer.Ordinal);
    private readonly ImmutableArray<Finding>.Builder found = ImmutableArray.CreateBuilder<Finding>();

    public bool IsFull => found.Count >= ScanReading.MostFindings;

    /// <summary>A vulnerability of a package, once however many paths lead to the package.</summary>
    public void AddPackage(string tool, ImmutableArray<string> ids, PackageAt package, Severity severity, string message,
        string? settled = null)
    {
        if (IsFull || ids.IsEmpty) return;
        var rule = Vulnerability.Best(ids);
        var fingerprint = Fingerprint.OfPackage(rule, package.Name);
        if (!seen.TryAdd($"{fingerprint} {package.Version}", 0)) return;
        found.Add(new(tool, rule, severity, message, fingerprint)
        {
            Aliases = [.. ids.Where(id => id != rule).Distinct()], Package = package, Settled = settled,
        });
    }

    /// <summary>Something in the code; two that look alike are two.</summary>
    public void AddCode(Finding finding)
    {
        if (IsFull) return;
        var times = seen.GetValueOrDefault(finding.Fingerprint);
        seen[finding.Fingerprint] = times + 1;
        found.Add(finding with { Fingerprint = Fingerprint.Again(finding.Fingerprint, times) });
    }

    public ScanReading Reading(string format, string? notScanned = null) => new(format, found.ToImmutable(),
        notScanned ?? (IsFull ? $"It holds more than {ScanReading.MostFindings} findings, and the rest was not read." : null));
}

/// <summary>Names of vulnerabilities: which one people know it by.</summary>
internal static class Vulnerability
{
    public static string Best(ImmutableArray<string> ids) =>
        ids.FirstOrDefault(id => id.StartsWith("CVE-", StringComparison.OrdinalIgnoreCase))
        ?? ids.FirstOrDefault(id => id.StartsWith("GHSA-", StringComparison.OrdinalIgnoreCase)) ?? ids[0];

    /// <summary>The last part of an address such as `https://github.com/advisories/GHSA-...`.</summary>
    public static string OfAddress(string address) => address.TrimEnd('/').Split('/')[^1];
}
