using System.Collections.Immutable;

namespace Headway.Core.SupplyChain.Bills;

/// <summary>A file in which a package manager wrote down what it resolved, as it stands in the commit.</summary>
/// <param name="Path">Relative to the root of the source.</param>
public sealed record LockFile(string Path, string Text)
{
    /// <summary>Larger ones are left out of the bill of materials, which says so.</summary>
    public const int LargestBytes = 16 << 20;

    /// <summary>So many are read, in order of path.</summary>
    public const int Most = 50;

    private static readonly ImmutableArray<string> NotOurs = ["node_modules", "vendor", "third_party", ".git"];

    /// <summary>By its name alone, and not within somebody else's package.</summary>
    public static bool IsOne(string path)
    {
        var names = path.Split('/');
        return LockFileReaders.ByName.ContainsKey(names[^1]) && !names.Any(name => NotOurs.Contains(name));
    }
}

/// <summary>Who reads which file.</summary>
internal static class LockFileReaders
{
    /// <summary>
    /// Throw <see cref="System.Text.Json.JsonException"/>, <see cref="FormatException"/> or
    /// <see cref="System.Xml.XmlException"/> for a file that is not what its name says.
    /// </summary>
    public static readonly ImmutableDictionary<string, Action<string, BillDraft>> ByName =
        new Dictionary<string, Action<string, BillDraft>>(StringComparer.Ordinal)
        {
            ["packages.lock.json"] = NuGetLock.Read,
            ["package-lock.json"] = NpmLock.Read,
            ["npm-shrinkwrap.json"] = NpmLock.Read,
            ["requirements.txt"] = Requirements.Read,
            ["poetry.lock"] = TomlLocks.ReadPoetry,
            ["uv.lock"] = TomlLocks.ReadPoetry,
            ["Cargo.lock"] = TomlLocks.ReadCargo,
            ["go.sum"] = GoSum.Read,
            ["pom.xml"] = MavenPom.Read,
        }.ToImmutableDictionary(StringComparer.Ordinal);
}
