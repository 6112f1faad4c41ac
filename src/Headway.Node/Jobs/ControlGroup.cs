using System.Collections.Immutable;

namespace Headway.Node.Jobs;

/// <summary>Limits of memory and processes by control groups, as far as this system lets us make them.</summary>
internal sealed class ControlGroup : IDisposable
{
    private const string Mounts = "/sys/fs/cgroup";
    private readonly List<string> _groups = [];

    /// <summary>Folders whose `cgroup.procs` the job's first process joins.</summary>
    public IReadOnlyList<string> Groups => _groups;

    public static ControlGroup Make(string name, long memoryBytes, int processes)
    {
        var made = new ControlGroup();
        foreach (var line in Lines("/proc/self/cgroup"))
        {
            if (line.Split(':', 3) is not [_, var controllers, var path]) continue;
            var names = controllers.Split(',');
            if (controllers.Length == 0) made.TryUnified(path, name, memoryBytes, processes);
            else if (names.Contains("memory"))
                made.Try(controllers, path, name, ("memory.limit_in_bytes", memoryBytes));
            else if (names.Contains("pids")) made.Try(controllers, path, name, ("pids.max", processes));
        }
        return made;
    }

    /// <summary>True when the kernel ended something for want of memory.</summary>
    public bool RanOutOfMemory() => _groups.Exists(group =>
        Lines(Path.Combine(group, "memory.events")).Concat(Lines(Path.Combine(group, "memory.oom_control")))
            .Any(line => line.StartsWith("oom_kill ", StringComparison.Ordinal)
                && !line.EndsWith(" 0", StringComparison.Ordinal)));

    public void Dispose()
    {
        foreach (var group in _groups)
            try { Directory.Delete(group); }
            catch (IOException) { }
    }

    private void Try(
        string controllers, string path, string name, params ImmutableArray<(string File, long Value)> limits)
    {
        var mount = Path.Combine(Mounts, controllers);
        var parent = Directory.Exists(mount + path) ? mount + path : mount;
        TryMake(Path.Combine(parent, name), limits);
    }

    private void TryUnified(string path, string name, long memoryBytes, int processes)
    {
        var parent = (Mounts + path).TrimEnd('/');
        // In a hybrid system the unified hierarchy holds no controllers, and there is nothing to limit there.
        if (!Lines(Path.Combine(parent, "cgroup.subtree_control")).Any(line => line.Contains("memory"))) return;
        TryMake(Path.Combine(parent, name),
            [("memory.max", memoryBytes), ("memory.swap.max", 0), ("pids.max", processes)]);
    }

    private void TryMake(string group, ImmutableArray<(string File, long Value)> limits)
    {
        try
        {
            Directory.CreateDirectory(group);
            foreach (var (file, value) in limits.Where(limit => File.Exists(Path.Combine(group, limit.File))))
                File.WriteAllText(Path.Combine(group, file), value.ToString());
            _groups.Add(group);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    private static string[] Lines(string file)
    {
        try { return File.ReadAllLines(file); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { return []; }
    }
}
