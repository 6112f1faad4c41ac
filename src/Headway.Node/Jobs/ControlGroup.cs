using System.Collections.Immutable;
using System.Globalization;

namespace Headway.Node.Jobs;

/// <summary>Limits of processor, memory and processes by control groups, as far as this system lets us make them.</summary>
internal sealed class ControlGroup : IDisposable
{
    private const string Mounts = "/sys/fs/cgroup";
    private static int s_made;

    /// <summary>Length of the slice in which processor time is counted, in microseconds.</summary>
    private const int Slice = 100_000;
    private readonly List<string> _groups = [];
    private readonly HashSet<string> _held = [];

    /// <summary>Folders whose `cgroup.procs` the job's first process joins.</summary>
    public IReadOnlyList<string> Groups => _groups;

    /// <summary>Whether the system holds a limit of `memory`, `pids` or `cpu` for the job as a whole.</summary>
    public bool Holds(string limit) => _held.Contains(limit);

    public static ControlGroup Make(string name, JobLimits limits)
    {
        var made = new ControlGroup();
        // Several runners may be in one process.
        name = $"{name}-{Interlocked.Increment(ref s_made)}";
        var memory = (limits.MemoryBytes ?? JobLimits.HalfOfMachine).ToString(CultureInfo.InvariantCulture);
        var processes = limits.Processes.ToString(CultureInfo.InvariantCulture);
        var cpu = limits.Cpu is { } share ? (int)(share * Slice) : (int?)null;
        foreach (var line in Lines("/proc/self/cgroup"))
        {
            if (line.Split(':', 3) is not [_, var controllers, var path]) continue;
            var names = controllers.Split(',');
            if (controllers.Length == 0)
                made.TryUnified(path, name, [
                    new("memory", "memory.max", memory), new("", "memory.swap.max", "0"),
                    new("pids", "pids.max", processes), new("cpu", "cpu.max", $"{(cpu is { } all ? $"{all}" : "max")} {Slice}"),
                ]);
            if (names.Contains("memory")) made.Try(controllers, path, name, new("memory", "memory.limit_in_bytes", memory));
            if (names.Contains("pids")) made.Try(controllers, path, name, new("pids", "pids.max", processes));
            if (names.Contains("cpu") && cpu is { } quota)
                made.Try(controllers, path, name, new("cpu", "cpu.cfs_quota_us", $"{quota}"));
        }
        return made;
    }

    /// <summary>True when the kernel ended something for want of memory.</summary>
    public bool RanOutOfMemory() => _groups.Exists(group =>
        Lines(Path.Combine(group, "memory.events")).Concat(Lines(Path.Combine(group, "memory.oom_control")))
            .Any(line => line.StartsWith("oom_kill ", StringComparison.Ordinal)
                && !line.EndsWith(" 0", StringComparison.Ordinal)));

    /// <summary>Processes that are still in it.</summary>
    public IEnumerable<int> Processes() => _groups.SelectMany(group => Lines(Path.Combine(group, "cgroup.procs")))
        .Select(line => int.Parse(line, CultureInfo.InvariantCulture)).Distinct();

    public void Dispose()
    {
        foreach (var group in _groups)
            try { Directory.Delete(group); }
            catch (IOException) { }
    }

    private void Try(string controllers, string path, string name, Limit limit)
    {
        var mount = Path.Combine(Mounts, controllers);
        var parent = Directory.Exists(mount + path) ? mount + path : mount;
        TryMake(Path.Combine(parent, name), [limit]);
    }

    private void TryUnified(string path, string name, ImmutableArray<Limit> limits)
    {
        var parent = (Mounts + path).TrimEnd('/');
        // In a hybrid system the unified hierarchy holds no controllers, and there is nothing to limit there.
        if (!Lines(Path.Combine(parent, "cgroup.subtree_control")).Any(line => line.Contains("memory"))) return;
        TryMake(Path.Combine(parent, name), limits);
    }

    private void TryMake(string group, ImmutableArray<Limit> limits)
    {
        try
        {
            Directory.CreateDirectory(group);
            foreach (var limit in limits.Where(limit => File.Exists(Path.Combine(group, limit.File))))
            {
                File.WriteAllText(Path.Combine(group, limit.File), limit.Value);
                _held.Add(limit.Name);
            }
            if (!_groups.Contains(group)) _groups.Add(group);
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

    private readonly record struct Limit(string Name, string File, string Value);
}
