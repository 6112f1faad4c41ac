namespace Headway.Node.Instances;

/// <summary>A started program with everything that came of it: alive or not, its exit code, its tree.</summary>
internal sealed class ProgramRun(RunFiles files, RunGroup group, ProcessIdentity shim) : IDisposable
{
    private readonly LiveProcess? _shim = LiveProcess.Open(shim);

    public RunFiles Files => files;
    public RunGroup Group => group;
    public ProcessIdentity Shim => shim;

    public bool HasEnded => _shim is null || _shim.HasEnded;

    /// <summary>The program itself is the shim's first child; the shim stands in until that is there.</summary>
    public int Pid =>
        GroupFiles.TryRead($"/proc/{shim.Pid}/task/{shim.Pid}/children")?.Split(' ') is [var first, ..]
        && int.TryParse(first, out var pid) ? pid : shim.Pid;

    public void Terminate() => _shim?.SignalGroup(LinuxCalls.SignalTerminate);

    /// <summary>
    /// SIGKILL to everything that the program has started, also what has left its group or outlived it. Asked again
    /// until <see cref="TreeIsGone"/>, since a tree may fork while it is being killed.
    /// </summary>
    public void KillTree()
    {
        group.Kill();
        if (!group.Exists) _shim?.SignalGroup(LinuxCalls.SignalKill);
        if (group.Exists && !group.Processes.Any()) return;
        foreach (var process in Tree(ProcessTable.Read()))
            if (LiveProcess.Open(new(Gateway.HostBoot.Id, process.Pid, process.StartTicks)) is { } live)
                using (live) live.Signal(LinuxCalls.SignalKill);
    }

    public bool TreeIsGone =>
        HasEnded && (group.Exists ? !group.Processes.Any() : Tree(ProcessTable.Read()).Count == 0);

    public List<ProcessStat> Tree(ProcessTable table) => table.Of(HasEnded ? 0 : shim.Pid, files.Work);

    public void Dispose() => _shim?.Dispose();
}
