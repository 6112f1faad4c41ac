using System.Collections.Immutable;
using System.Text.Json;

namespace Headway.Core.Scans.Formats;

/// <summary>An advisory in the OSV format, as far as a package can be compared with it.</summary>
internal sealed record OsvAdvisory(ImmutableArray<string> Ids, Severity Severity, string Summary, JsonElement Whole)
{
    public static OsvAdvisory? Of(JsonElement advisory) => advisory.Text("id") is not { } id ? null : new(
        [id, .. ((JsonElement?)advisory).Texts("aliases")], SeverityOf(advisory),
        advisory.Text("summary") ?? advisory.Text("details") ?? id, advisory);

    /// <summary>The first version of the package that is mended, in any of its ranges.</summary>
    public string? FixOf(string package) => Affected(package).SelectMany(each => each.Each("ranges"))
        .SelectMany(range => range.Each("events")).Select(each => each.Text("fixed")).LastOrDefault(each => each is not null);

    /// <summary>Whether a version is in a list or a range of versions of the advisory.</summary>
    public bool Affects(string kind, string package, string version)
    {
        foreach (var affected in Affected(package))
        {
            if (KindOf(affected.At("package").Text("ecosystem")) != kind) continue;
            if (((JsonElement?)affected).Texts("versions").Contains(version)) return true;
            if (affected.Each("ranges").Where(range => range.Text("type") is not "GIT").Any(range => Inside(range, version)))
                return true;
        }
        return false;
    }

    /// <summary>The `purl` type of an ecosystem of OSV.</summary>
    public static string? KindOf(string? ecosystem) => ecosystem?.Split(':')[0] switch
    {
        "npm" => "npm", "NuGet" => "nuget", "PyPI" => "pypi", "Maven" => "maven", "Go" => "golang",
        "crates.io" => "cargo", "RubyGems" => "gem", "Packagist" => "composer", "Debian" => "deb", _ => null,
    };

    public static string? PurlOf(string? ecosystem, string name, string version) =>
        KindOf(ecosystem) is { } kind ? Purl.Of(kind, name, version) : null;

    private IEnumerable<JsonElement> Affected(string package) => Whole.Each("affected")
        .Where(each => string.Equals(each.At("package").Text("name"), package, StringComparison.OrdinalIgnoreCase));

    /// <summary>Events are in order: what was introduced goes on until it is fixed, or after the last one affected.</summary>
    private static bool Inside(JsonElement range, string version)
    {
        var inside = false;
        foreach (var each in range.Each("events"))
        {
            if (each.Text("introduced") is { } from && (from == "0" || Versions.Compare(version, from) >= 0)) inside = true;
            if (each.Text("fixed") is { } mended && Versions.Compare(version, mended) >= 0) inside = false;
            if (each.Text("last_affected") is { } last && Versions.Compare(version, last) > 0) inside = false;
        }
        return inside;
    }

    private static Severity SeverityOf(JsonElement advisory)
    {
        var word = Severities.OfWord(advisory.At("database_specific").Text("severity"));
        if (word is not Severity.Unknown) return word;
        return advisory.Each("severity").Select(each => Severities.OfScoreText(each.Text("score")) ?? Cvss.Of(each.Text("score")))
            .FirstOrDefault(each => each is not null) ?? Severity.Unknown;
    }
}
