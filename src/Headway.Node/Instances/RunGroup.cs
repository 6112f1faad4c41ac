namespace Headway.Node.Instances;

/// <summary>The control group of one run (an instance or a task): its limits, its use, and its end.</summary>
internal sealed class RunGroup
{
    private const int CpuPeriodMicroseconds = 100_000;
    private readonly string? _unified;
    private readonly Dictionary<string, string> _legacy = [];

    /// <summary>Makes the group, or finds it again after a restart of control.</summary>
    public RunGroup(ControlGroups groups, string id)
    {
        _unified = Make(groups.Unified, id);
        foreach (var (controller, folder) in groups.Legacy)
            if (Make(folder, id) is { } made) _legacy[controller] = made;
    }

    public bool Exists => _unified is not null || _legacy.Count > 0;

    /// <summary>Where the first process of the run writes its number before it starts anything.</summary>
    public IEnumerable<string> ProcessFiles =>
        (_unified is null ? _legacy.Values : _legacy.Values.Append(_unified)).Distinct()
        .Select(folder => Path.Combine(folder, "cgroup.procs"));

    /// <returns>False when the kernel would not take the limit, so that it has to be watched instead.</returns>
    public bool LimitMemory(long bytes)
    {
        if (_legacy.TryGetValue("memory", out var folder))
        {
            var limited = GroupFiles.TryWrite($"{folder}/memory.limit_in_bytes", $"{bytes}");
            GroupFiles.TryWrite($"{folder}/memory.memsw.limit_in_bytes", $"{bytes}");
            return limited;
        }
        if (_unified is null) return false;
        GroupFiles.TryWrite($"{_unified}/memory.swap.max", "0");
        return GroupFiles.TryWrite($"{_unified}/memory.max", $"{bytes}");
    }

    public bool LimitCpu(double cores)
    {
        var quota = (long)Math.Max(1_000, cores * CpuPeriodMicroseconds);
        if (!_legacy.TryGetValue("cpu", out var folder))
            return _unified is not null
                && GroupFiles.TryWrite($"{_unified}/cpu.max", $"{quota} {CpuPeriodMicroseconds}");
        GroupFiles.TryWrite($"{folder}/cpu.cfs_period_us", $"{CpuPeriodMicroseconds}");
        return GroupFiles.TryWrite($"{folder}/cpu.cfs_quota_us", $"{quota}");
    }

    public bool LimitProcesses(int count) =>
        GroupFiles.TryWrite($"{_legacy.GetValueOrDefault("pids", _unified ?? "/none")}/pids.max", $"{count}");

    /// <summary>Processor time used since the group was made, or null when the group does not say.</summary>
    public TimeSpan? CpuUsed =>
        _unified is not null && GroupFiles.Number($"{_unified}/cpu.stat", "usage_usec") is { } microseconds
            ? TimeSpan.FromMicroseconds(microseconds)
            : _legacy.TryGetValue("cpuacct", out var folder)
                && GroupFiles.Number($"{folder}/cpuacct.usage") is { } nanoseconds
                ? TimeSpan.FromMicroseconds(nanoseconds / 1000)
                : null;

    /// <summary>Memory that cannot simply be dropped: file cache that nobody uses is taken off.</summary>
    public long? MemoryUsed
    {
        get
        {
            var (folder, file, idle) = _legacy.TryGetValue("memory", out var legacy)
                ? (legacy, "memory.usage_in_bytes", "total_inactive_file")
                : (_unified, "memory.current", "inactive_file");
            return folder is not null && GroupFiles.Number($"{folder}/{file}") is { } used
                ? Math.Max(0, used - (GroupFiles.Number($"{folder}/memory.stat", idle) ?? 0))
                : null;
        }
    }

    /// <summary>How often the kernel has killed in this group for want of memory.</summary>
    public long OutOfMemoryKills =>
        (_legacy.TryGetValue("memory", out var folder)
            ? GroupFiles.Number($"{folder}/memory.oom_control", "oom_kill")
            : _unified is null ? null : GroupFiles.Number($"{_unified}/memory.events", "oom_kill")) ?? 0;

    public IEnumerable<int> Processes =>
        ProcessFiles.SelectMany(file => (GroupFiles.TryRead(file) ?? "").Split('\n'))
            .Select(line => int.TryParse(line, out var pid) ? pid : 0).Where(pid => pid > 0).Distinct();

    /// <summary>
    /// Kills all at once where the kernel can, else one by one until nobody is left (asked for again).
    /// </summary>
    public void Kill()
    {
        if (_unified is not null && GroupFiles.TryWrite($"{_unified}/cgroup.kill", "1")) return;
        foreach (var pid in Processes)
            if (ProcessIdentity.Of(pid) is { } identity && LiveProcess.Open(identity) is { } process)
                using (process) process.Signal(LinuxCalls.SignalKill);
    }

    public void Remove()
    {
        foreach (var folder in _legacy.Values.Append(_unified).OfType<string>().Distinct())
            try
            {
                Directory.Delete(folder);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Busy for a moment after the last process ended, or already gone; the next start uses it again.
            }
    }

    private static string? Make(string? parent, string id)
    {
        if (parent is null) return null;
        try
        {
            return Directory.CreateDirectory(Path.Combine(parent, id)).FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
