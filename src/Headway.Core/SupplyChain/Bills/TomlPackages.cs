using System.Text.RegularExpressions;

namespace Headway.Core.SupplyChain.Bills;

internal sealed class TomlPackage
{
    public string? Name { get; set; }
    public string? Version { get; set; }
    public string? Source { get; set; }

    /// <summary>From a folder of the same repository.</summary>
    public bool IsLocal { get; set; }

    public List<string> Sha256 { get; } = [];
    public List<string> Needs { get; } = [];
}

/// <summary>
/// The `[[package]]` tables of a lock file. It reads the TOML that these tools write, not all of TOML: one key a line, lists
/// over several lines, tables of a package below it.
/// </summary>
internal static partial class TomlPackages
{
    public static IEnumerable<TomlPackage> Read(string text)
    {
        TomlPackage? package = null;
        var (table, list) = ("", default(string));
        foreach (var raw in text.Split('\n'))
        {
            var line = raw.Trim();
            if (list is null && line.StartsWith('['))
            {
                if (line == "[[package]]")
                {
                    if (package is not null) yield return package;
                    package = new();
                }
                table = line.Trim('[', ']', ' ');
                // Whatever is not about a package ends it.
                if (table is not "package" && !table.StartsWith("package.", StringComparison.Ordinal))
                {
                    if (package is not null) yield return package;
                    package = null;
                }
                continue;
            }
            if (package is not null) list = Line(package, table, line, list);
        }
        if (package is not null) yield return package;
    }

    /// <summary>Returns the name of the list that goes on in the next line, or null.</summary>
    private static string? Line(TomlPackage package, string table, string line, string? list)
    {
        var key = list;
        if (key is null)
        {
            if (Key().Match(line) is not { Success: true } match) return null;
            key = match.Groups["key"].Value.Trim('"');
            line = match.Groups["value"].Value;
        }
        if (table is "package.dependencies" && list is null) package.Needs.Add(key);
        else if (table is "package") Value(package, key, line);
        return line.Contains(']') && !line.EndsWith('[') ? null
            : list is not null || line.StartsWith('[') ? key : null;
    }

    private static void Value(TomlPackage package, string key, string line)
    {
        var text = Quoted().Match(line) is { Success: true } quoted ? quoted.Groups[1].Value : null;
        switch (key)
        {
            case "name": package.Name ??= text; break;
            case "version": package.Version ??= text; break;
            case "source":
                package.Source ??= text;
                // uv writes where a package of the project itself lies.
                package.IsLocal = line.Contains("editable", StringComparison.Ordinal)
                    || line.Contains("virtual", StringComparison.Ordinal) || line.Contains("directory", StringComparison.Ordinal);
                break;
            case "checksum" when text is { Length: 64 } && text.All(char.IsAsciiHexDigitLower): package.Sha256.Add(text); break;
            case "files" or "wheels" or "sdist":
                foreach (Match hash in Sha256().Matches(line)) package.Sha256.Add(hash.Groups[1].Value);
                break;
            case "dependencies":
                // Cargo: "name version"; uv: { name = "name" }.
                if (Named().Matches(line) is { Count: > 0 } named) package.Needs.AddRange(named.Select(m => m.Groups[1].Value));
                else package.Needs.AddRange(Quoted().Matches(line).Select(m => m.Groups[1].Value));
                break;
        }
    }

    [GeneratedRegex("""^(?<key>"?[A-Za-z0-9._-]+"?)\s*=\s*(?<value>.*)$""", RegexOptions.None, 1000)]
    private static partial Regex Key();

    [GeneratedRegex("\"([^\"]*)\"", RegexOptions.None, 1000)]
    private static partial Regex Quoted();

    [GeneratedRegex("name = \"([^\"]*)\"", RegexOptions.None, 1000)]
    private static partial Regex Named();

    [GeneratedRegex("sha256:([0-9a-f]{64})", RegexOptions.None, 1000)]
    private static partial Regex Sha256();
}
