using System.Collections.Immutable;

namespace Headway.Core.Scans;

/// <summary>One thing that a scanner found, whichever scanner it was.</summary>
/// <param name="Rule">The identifier by which people speak of it: a CVE where there is one, else what the tool calls it.</param>
/// <param name="Fingerprint">Stays the same when lines move and when another tool finds the same thing.</param>
public sealed record Finding(string Tool, string Rule, Severity Severity, string Message, string Fingerprint)
{
    /// <summary>Other names of the same vulnerability (GHSA, CVE, OSV); a triage under any of them counts.</summary>
    public ImmutableArray<string> Aliases { get; init; } = [];

    public PackageAt? Package { get; init; }

    public PlaceAt? Place { get; init; }

    /// <summary>Why the result itself says that this needs no action (a VEX statement, a suppression), or null.</summary>
    public string? Settled { get; init; }

    /// <summary>An update that mends it is known. Findings in the own code can always be mended.</summary>
    public bool IsFixable => Package is null || Package.FixedIn is not null;

    public bool Is(string subject) => Same(Fingerprint, subject) || Same(Rule, subject)
        || Aliases.Any(alias => Same(alias, subject));

    /// <summary>Where it is, for a sentence.</summary>
    public string Where => Package is { } package ? $"{package.Name} {package.Version}".TrimEnd()
        : Place is { } place ? place.Line is { } line ? $"{place.Path}:{line}" : place.Path : Tool;

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}

/// <param name="Purl">Package URL where the tool tells the ecosystem, else null.</param>
/// <param name="FixedIn">The first version without it, or null when none is known.</param>
public sealed record PackageAt(string Name, string Version, string? Purl, string? FixedIn);

/// <param name="Path">Relative to the root of the source, with `/`.</param>
public sealed record PlaceAt(string Path, int? Line);
