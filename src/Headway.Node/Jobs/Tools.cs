using System.Collections.Immutable;

namespace Headway.Node.Jobs;

/// <summary>
/// Build tools that live where a job would not see them (a home folder, for example) and are shown to it.
/// </summary>
internal sealed record Tools(ImmutableArray<string> Folders, string SearchPath, string? DotnetRoot)
{
    /// <summary>Path of bubblewrap, or null where it is not installed.</summary>
    public string? Bubblewrap { get; init; }

    private const string SystemPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static readonly string[] Names = ["dotnet", "node", "npm", "git"];
    private static readonly string[] Shown = ["/bin/", "/sbin/", "/lib", "/usr/", "/etc/", "/opt/", "/nix/"];

    public static Tools Find()
    {
        var folders = new SortedSet<string>(StringComparer.Ordinal);
        var path = new List<string>();
        string? dotnet = null;
        foreach (var name in Names)
        {
            if (Locate(name) is not { } found) continue;
            // The name that people call is the way in: what it links to may stand among helpers of the same name.
            var own = Path.GetDirectoryName(found)!;
            var real = Path.GetDirectoryName(
                File.ResolveLinkTarget(found, returnFinalTarget: true)?.FullName ?? found)!;
            if (name is "dotnet") dotnet = real;
            if (!path.Contains(own)) path.Add(own);
            foreach (var folder in new[] { own, real })
                if (!IsShown(folder)) folders.Add(Path.GetFileName(folder) is "bin" ? Path.GetDirectoryName(folder)! : folder);
        }
        // Jobs of `scan` and `provider` run headway itself.
        var here = AppContext.BaseDirectory.TrimEnd('/');
        if (File.Exists(Path.Combine(here, "headway")))
        {
            path.Add(here);
            if (!IsShown(here)) folders.Add(here);
        }
        return new([.. folders], string.Join(':', path.Where(each => !IsSystem(each)).Append(SystemPath)), dotnet)
        {
            Bubblewrap = Locate("bwrap"),
        };
    }

    private static bool IsShown(string folder) =>
        Array.Exists(Shown, prefix => (folder + "/").StartsWith(prefix, StringComparison.Ordinal));

    private static bool IsSystem(string folder) => SystemPath.Split(':').Contains(folder);

    public static string? Locate(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? SystemPath).Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Where(Path.IsPathRooted).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}
