using System.Security.Cryptography;
using Headway.Node.Instances;

namespace Headway.Node.Control;

/// <summary>
/// What the files of an unpacked artifact were when they came, kept beside the folder: so that it is found when somebody changes one. What is added is no
/// change: programs may write beside their own files where they run as the user who unpacked them.
/// </summary>
internal static class ArtifactSeal
{
    private const int MostTold = 20;

    public static string PathOf(string folder) => folder + ".seal";

    /// <summary>Of a folder that nobody else has seen yet.</summary>
    public static void Write(string folder, string seal) => AtomicFile.Write(seal, Files(folder).ToDictionary(path => path, path => Mark(folder, path)));

    /// <summary>Empty when all is as it was, or when nothing was written down.</summary>
    public static IReadOnlyList<string> Altered(string folder)
    {
        if (AtomicFile.Read<Dictionary<string, string>>(PathOf(folder)) is not { } sealedFiles) return [];
        var altered = new List<string>();
        foreach (var (path, mark) in sealedFiles.OrderBy(each => each.Key, StringComparer.Ordinal))
        {
            if (altered.Count == MostTold) break;
            if (Mark(folder, path) is var now && now != mark) altered.Add(now.Length == 0 ? $"gone {path}" : $"changed {path}");
        }
        return altered;
    }

    private static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(folder, "*",
        new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }).Select(path => Path.GetRelativePath(folder, path));

    /// <summary>Empty when it is not there.</summary>
    private static string Mark(string folder, string path)
    {
        var file = new FileInfo(Path.Combine(folder, path));
        if (file.LinkTarget is { } target) return $"-> {target}";
        if (!file.Exists) return "";
        using var content = file.OpenRead();
        return Convert.ToHexStringLower(SHA256.HashData(content));
    }
}
