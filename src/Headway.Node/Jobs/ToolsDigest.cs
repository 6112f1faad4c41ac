using System.Security.Cryptography;
using System.Text;

namespace Headway.Node.Jobs;

/// <summary>
/// What a job could find here besides its source, as one digest: the system, every package of the distribution with its
/// version, build tools that were installed beside it, and the kind of sandbox. Two machines with the same have the same
/// digest. What people compile into /usr/local by hand is seen by name and size only.
/// </summary>
internal sealed class ToolsDigest(string sandbox)
{
    private static readonly string[] Texts = ["/etc/os-release", "/lib/apk/db/installed"];
    private const string Packages = "/var/lib/dpkg/status";
    private static readonly string[] Folders = ["/usr/local/bin", "/usr/local/sbin", "/opt"];
    private static readonly string[] PackageFields = ["Package: ", "Version: ", "Architecture: ", "Status: "];

    private (DateTime Packages, string Digest)? _last;

    /// <summary>Worked out again when packages were installed or removed.</summary>
    public string Now()
    {
        var changed = File.Exists(Packages) ? File.GetLastWriteTimeUtc(Packages) : default;
        if (_last is { } last && last.Packages == changed) return last.Digest;
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', Lines()))));
        _last = (changed, digest);
        return digest;
    }

    private IEnumerable<string> Lines()
    {
        yield return sandbox;
        yield return $"{System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture}";
        foreach (var text in Texts.Where(File.Exists)) yield return File.ReadAllText(text);
        if (File.Exists(Packages))
            foreach (var line in File.ReadLines(Packages).Where(IsKept))
                yield return line;
        var tools = Tools.Find();
        yield return tools.SearchPath;
        foreach (var folder in tools.Folders.Concat(Folders).Where(Directory.Exists))
            foreach (var file in Shallow(folder)) yield return file;
        if (tools.DotnetRoot is { } root && Directory.Exists(Path.Combine(root, "sdk")))
            foreach (var sdk in Directory.EnumerateDirectories(Path.Combine(root, "sdk")).Order()) yield return sdk;
    }

    private static bool IsKept(string line) =>
        Array.Exists(PackageFields, field => line.StartsWith(field, StringComparison.Ordinal));

    /// <summary>Names and sizes of a folder and its `bin`: what changes when a tool is installed anew.</summary>
    private static IEnumerable<string> Shallow(string folder) => new[] { folder, Path.Combine(folder, "bin") }
        .Where(Directory.Exists)
        .SelectMany(each => new DirectoryInfo(each).EnumerateFileSystemInfos())
        .OrderBy(entry => entry.FullName, StringComparer.Ordinal)
        .Select(entry => $"{entry.FullName} {(entry is FileInfo { Exists: true } file ? file.Length : 0)}");
}
