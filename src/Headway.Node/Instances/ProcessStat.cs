namespace Headway.Node.Instances;

/// <summary>What /proc/PID/stat says, as far as it matters here (proc(5)).</summary>
internal readonly record struct ProcessStat(
    int Pid, char State, int Parent, int Group, int Session, long CpuTicks, long StartTicks, long ResidentPages)
{
    /// <summary>USER_HZ, which is 100 on every platform that .NET runs on.</summary>
    public const int TicksPerSecond = 100;

    public bool IsDead => State is 'Z' or 'X' or 'x';

    public static ProcessStat? Read(int pid)
    {
        try
        {
            return Parse(File.ReadAllText($"/proc/{pid}/stat"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>When a process that started at these ticks did so, in monotonic time.</summary>
    public static TimeSpan MonotonicOf(long startTicks)
    {
        var uptime = double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0]);
        return Monotonic.Now - TimeSpan.FromSeconds(Math.Max(0, uptime - (double)startTicks / TicksPerSecond));
    }

    /// <summary>
    /// The name stands in parentheses and may hold spaces and parentheses itself: the last one ends it.
    /// </summary>
    public static ProcessStat? Parse(string line)
    {
        var open = line.IndexOf('(');
        var close = line.LastIndexOf(')');
        if (open < 1 || close < open || !int.TryParse(line.AsSpan(0, open - 1), out var pid)) return null;
        var fields = line[(close + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 22) return null;
        return new(pid, fields[0][0], int.Parse(fields[1]), int.Parse(fields[2]), int.Parse(fields[3]),
            long.Parse(fields[11]) + long.Parse(fields[12]), long.Parse(fields[19]), long.Parse(fields[21]));
    }
}
