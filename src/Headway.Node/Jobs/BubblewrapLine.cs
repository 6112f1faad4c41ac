using System.Collections.Immutable;

namespace Headway.Node.Jobs;

/// <summary>
/// The arguments that make bubblewrap build the root folder of a job: the system, read-only, and nothing else of the
/// host. The unshare script builds the same one, mount by mount; this takes a tenth of its time.
/// </summary>
internal static class BubblewrapLine
{
    private const int SharedMemory = 256 << 20;
    private const int Skeleton = 16 << 20;
    private static readonly string[] System =
        ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/usr", "/etc", "/opt", "/nix"];

    /// <param name="ownNetwork">False: the network of the host.</param>
    /// <param name="writes">Null: the source may be written. Else it is read-only, but for these folders.</param>
    public static ImmutableArray<string> Of(
        JobFolder folder, Tools tools, int? uid, bool ownNetwork, ImmutableArray<string>? writes)
    {
        var line = new List<string>
        {
            "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--die-with-parent",
            "--perms", "0755", "--size", $"{Skeleton}", "--tmpfs", "/",
        };
        // Without a user of its own the job gets a number that is not root's, since databases refuse to be root.
        if (uid is null) line.InsertRange(0, ["--unshare-user", "--uid", $"{NotRoot}", "--gid", $"{NotRoot}"]);
        if (ownNetwork) line.Insert(0, "--unshare-net");
        foreach (var path in System) Show(line, path);
        foreach (var path in tools.Folders) ShowDeep(line, path);
        Add(line, "--ro-bind", folder.Users, "/etc/passwd");
        Add(line, "--proc", "/proc");
        Add(line, "--dev", "/dev");
        Add(line, "--perms", "1777", "--size", $"{SharedMemory}", "--tmpfs", "/dev/shm");
        foreach (var made in new[] { "/run", "/var", "/home" }) Add(line, "--perms", "0755", "--dir", made);
        if (folder.SecretsGiven is { } secrets) Add(line, "--ro-bind", secrets, JobSecrets.Seen);
        Add(line, "--symlink", "/tmp", "/var/tmp");
        Add(line, "--bind", folder.Temporary, "/tmp");
        Add(line, "--bind", folder.Home, "/home/job");
        Add(line, "--bind", folder.Beside, "/beside");
        Add(line, writes is null ? "--bind" : "--ro-bind", folder.Source, "/job");
        foreach (var path in writes ?? [])
            Add(line, "--bind", Path.Combine(folder.Source, path), Path.Combine("/job", path));
        if (!ownNetwork) ShowNames(line);
        Add(line, "--remount-ro", "/dev");
        Add(line, "--remount-ro", "/");
        return [.. line, "--"];
    }

    public const int NotRoot = 1000;

    private static void Show(List<string> line, string path)
    {
        if (new DirectoryInfo(path).LinkTarget is { } target) Add(line, "--symlink", target, path);
        else if (Directory.Exists(path)) Add(line, "--ro-bind", path, path);
    }

    /// <summary>Names are resolved by a file that often lives under /run.</summary>
    private static void ShowNames(List<string> line)
    {
        if (File.ResolveLinkTarget("/etc/resolv.conf", returnFinalTarget: true)?.FullName is not { } names) return;
        if (names.StartsWith("/run/", StringComparison.Ordinal) && File.Exists(names))
            ShowDeep(line, names);
    }

    /// <summary>Folders above it that bubblewrap makes by itself would let nobody but root through.</summary>
    private static void ShowDeep(List<string> line, string path)
    {
        for (var slash = path.IndexOf('/', 1); slash > 0; slash = path.IndexOf('/', slash + 1))
            Add(line, "--perms", "0755", "--dir", path[..slash]);
        Add(line, "--ro-bind", path, path);
    }

    private static void Add(List<string> line, params string[] words) => line.AddRange(words);
}
