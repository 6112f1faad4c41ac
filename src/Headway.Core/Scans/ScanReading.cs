using System.Collections.Immutable;

namespace Headway.Core.Scans;

/// <summary>What one result of a scanner says.</summary>
/// <param name="Format">SARIF, CycloneDX, OSV and so on.</param>
/// <param name="NotScanned">
/// Why it is no evidence although the file is there: the scanner failed, or had nothing to compare with. Then the absence
/// of findings means nothing.
/// </param>
public sealed record ScanReading(string Format, ImmutableArray<Finding> Findings, string? NotScanned)
{
    public const int MostFindings = 10_000;

    /// <summary>What a document says about findings of others (OpenVEX).</summary>
    public ImmutableArray<VexStatement> Statements { get; init; } = [];

    /// <summary>Set when the file is no result that Headway knows, or holds more than it reads.</summary>
    public static ScanReading Unreadable(string says) => new("unknown", [], says);
}

/// <summary>Somebody's word that a vulnerability does not matter, or does, for some packages.</summary>
/// <param name="Products">Package URLs, or names; empty means everything.</param>
public sealed record VexStatement(
    ImmutableArray<string> Vulnerabilities, ImmutableArray<string> Products, string Status, string? Why)
{
    public bool Settles => Status is "not_affected" or "fixed";

    public bool IsAbout(Finding finding) =>
        Vulnerabilities.Any(finding.Is) && (Products.IsEmpty || Products.Any(product => Names(product, finding)));

    /// <summary>A package URL without a version means every version.</summary>
    private static bool Names(string product, Finding finding)
    {
        if (finding.Package is not { } package) return false;
        if (product == package.Name || product == package.Purl) return true;
        return package.Purl is { } purl && purl.StartsWith(product + "@", StringComparison.Ordinal);
    }
}
