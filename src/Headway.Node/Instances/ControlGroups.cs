namespace Headway.Node.Instances;

/// <summary>
/// Which control groups this host offers: `v2`; `hybrid` (v2 for killing, v1 for limits); `v1`; `none`, where process
/// groups and a mark in the environment stand in, and memory is watched instead of limited by the kernel.
/// </summary>
/// <param name="Mode">v2, hybrid, v1 or none.</param>
/// <param name="Unified">Our folder in the v2 hierarchy, or null.</param>
/// <param name="Legacy">Our folder in each v1 hierarchy, by controller.</param>
public sealed record ControlGroups(string Mode, string? Unified, IReadOnlyDictionary<string, string> Legacy)
{
    private const string Root = "/sys/fs/cgroup";
    private static readonly string[] Controllers = ["memory", "cpu", "cpuacct", "pids"];

    public static readonly ControlGroups None = new("none", null, new Dictionary<string, string>());

    /// <summary>For `headway doctor`: what is used, and what follows from it.</summary>
    public static string Describe()
    {
        var groups = Detect("doctor");
        groups.Remove();
        return groups.Sentence;
    }

    private string Sentence => this switch
    {
        { Mode: "v2" } => "cgroup v2: instances are limited, measured and killed as a group.",
        { Mode: "hybrid" } => "cgroup hybrid: limits by v1, killing by v2 (cgroup.kill).",
        { Mode: "v1" } => "cgroup v1: instances are limited and measured; their processes are killed one by one.",
        _ => "no cgroup may be made here (not root, or read-only): memory is watched every second instead of limited, "
             + "processor time is not limited, and trees are killed by process group and by a mark in the environment.",
    };

    /// <summary>Makes our folders, which is the only way to know that it is allowed.</summary>
    public static ControlGroups Detect(string name)
    {
        var own = OwnPaths();
        var leaf = $"headway-{name}";
        if (File.Exists($"{Root}/cgroup.controllers"))
            return MakeUnified(Root, own.GetValueOrDefault("", "/"), leaf) is { } folder
                ? new("v2", folder, None.Legacy) : None;

        var legacy = new Dictionary<string, string>();
        foreach (var controller in Controllers)
            if (MakeUnder($"{Root}/{controller}", own.GetValueOrDefault(controller, "/"), leaf) is { } folder)
                legacy[controller] = folder;
        var unified = File.Exists($"{Root}/unified/cgroup.controllers")
            ? MakeUnified($"{Root}/unified", own.GetValueOrDefault("", "/"), leaf) : null;
        return (unified, legacy.Count) switch
        {
            (not null, _) => new("hybrid", unified, legacy),
            (null, > 0) => new("v1", null, legacy),
            _ => None,
        };
    }

    /// <summary>Takes our folders away again; those still in use stay.</summary>
    public void Remove()
    {
        foreach (var folder in Legacy.Values.Append(Unified).OfType<string>().Distinct())
            try
            {
                Directory.Delete(folder);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Somebody is still in it.
            }
    }

    /// <summary>
    /// A v2 group with processes of its own may not pass controllers on, so our folder stands beside the group that
    /// control runs in, not inside it.
    /// </summary>
    private static string? MakeUnified(string root, string own, string leaf)
    {
        foreach (var parent in new[] { Path.GetDirectoryName(own) ?? "/", "/" })
        {
            if (MakeUnder(root, parent, leaf) is not { } folder) continue;
            foreach (var controller in new[] { "+memory", "+cpu", "+pids" })
            {
                GroupFiles.TryWrite(Path.Combine(Path.GetDirectoryName(folder)!, "cgroup.subtree_control"), controller);
                GroupFiles.TryWrite(Path.Combine(folder, "cgroup.subtree_control"), controller);
            }
            return folder;
        }
        return null;
    }

    private static string? MakeUnder(string root, string own, string leaf)
    {
        if (!Directory.Exists(root)) return null;
        var parent = Directory.Exists(root + own) ? root + own : root;
        var folder = Path.Combine(parent, leaf);
        try
        {
            Directory.CreateDirectory(folder);
            return File.Exists(Path.Combine(folder, "cgroup.procs")) ? folder : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Lines are `id:controllers:path`; the v2 hierarchy has no controllers (cgroups(7)).</summary>
    private static Dictionary<string, string> OwnPaths()
    {
        var paths = new Dictionary<string, string>();
        foreach (var line in File.ReadLines("/proc/self/cgroup"))
            if (line.Split(':', 3) is [_, var controllers, var path])
                foreach (var controller in controllers.Split(',')) paths[controller] = path;
        return paths;
    }
}
