using System.Text.RegularExpressions;

namespace Headway.Core.SupplyChain.Bills;

/// <summary>requirements.txt of pip: lines with an exact version are what is installed, others are not known before.</summary>
internal static partial class Requirements
{
    public static void Read(string text, BillDraft draft)
    {
        foreach (var line in text.Replace("\\\r\n", " ").Replace("\\\n", " ").Split('\n'))
        {
            if (Pinned().Match(line) is not { Success: true } match) continue;
            var (name, version) = (PyPi.Normal(match.Groups["name"].Value), match.Groups["version"].Value);
            var files = Hash().Matches(line).Select(hash => hash.Groups[1].Value).Distinct(StringComparer.Ordinal).ToList();
            draft.Needs(BillDraft.Root, draft.Add(PyPi.Component(name, version, files)));
        }
    }

    [GeneratedRegex(@"^\s*(?<name>[A-Za-z0-9][A-Za-z0-9._-]*)\s*(\[[^\]]*\])?\s*===?\s*(?<version>[A-Za-z0-9.!+_-]+)",
        RegexOptions.None, 1000)]
    private static partial Regex Pinned();

    [GeneratedRegex("--hash[= ]sha256:([0-9a-f]{64})", RegexOptions.None, 1000)]
    private static partial Regex Hash();
}

/// <summary>Packages of Python.</summary>
internal static partial class PyPi
{
    public static string Normal(string name) => Dashes().Replace(name, "-").ToLowerInvariant();

    /// <param name="files">SHA-256 of each file that the version may be installed from; one of them is used.</param>
    public static Component Component(string name, string version, List<string> files) => new(
        Purl.Of("pypi", null, name, version), null, name, version,
        files is [var only] ? Bills.Component.None.Add("SHA-256", only) : Bills.Component.None,
        files.Count > 1
            ? Bills.Component.None.Add("headway:pypi:files", string.Join(' ', files.Order(StringComparer.Ordinal).Take(100)))
            : Bills.Component.None);

    [GeneratedRegex("[-_.]+", RegexOptions.None, 1000)]
    private static partial Regex Dashes();
}
