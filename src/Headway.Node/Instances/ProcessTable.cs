using System.Text;

namespace Headway.Node.Instances;

/// <summary>
/// All processes of the host at one moment, and which of them belong to a run: those that carry its mark in their
/// environment, those in its session or group, and the children of either.
/// </summary>
internal sealed class ProcessTable
{
    /// <summary>Names the work folder, so it is unique among all nodes of a host.</summary>
    public const string MarkVariable = "HEADWAY_WORK";

    private readonly List<ProcessStat> _processes;

    private ProcessTable(List<ProcessStat> processes) => _processes = processes;

    public static ProcessTable Read()
    {
        var processes = new List<ProcessStat>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
            if (int.TryParse(Path.GetFileName(folder.AsSpan()), out var pid) && ProcessStat.Read(pid) is { } stat
                && !stat.IsDead)
                processes.Add(stat);
        return new(processes);
    }

    /// <param name="leader">The wrapper of the run, which leads its session; 0 when it is not known.</param>
    /// <param name="mark">The value of the mark in the environment of the run.</param>
    public List<ProcessStat> Of(int leader, string mark)
    {
        var found = new HashSet<int>();
        foreach (var process in _processes)
            if (process.Pid != Environment.ProcessId
                && ((leader > 0 && (process.Session == leader || process.Group == leader)) || Carries(process, mark)))
                found.Add(process.Pid);
        var grew = true;
        while (grew)
        {
            grew = false;
            foreach (var process in _processes)
                if (found.Contains(process.Parent)) grew |= found.Add(process.Pid);
        }
        return _processes.FindAll(process => found.Contains(process.Pid));
    }

    private static bool Carries(ProcessStat process, string mark)
    {
        try
        {
            var wanted = Encoding.UTF8.GetBytes($"{MarkVariable}={mark}\0");
            return File.ReadAllBytes($"/proc/{process.Pid}/environ").AsSpan().IndexOf(wanted) >= 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
