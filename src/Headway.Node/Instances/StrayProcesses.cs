namespace Headway.Node.Instances;

/// <summary>
/// A folder whose record cannot be read: nobody knows what runs from it, so that is ended instead of forgotten.
/// </summary>
internal static class StrayProcesses
{
    public static void End(string folder)
    {
        foreach (var process in ProcessTable.Read().Of(0, new RunFiles(folder).Work))
            if (LiveProcess.Open(new(Gateway.HostBoot.Id, process.Pid, process.StartTicks)) is { } live)
                using (live) live.Signal(LinuxCalls.SignalKill);
        TarUnpacking.Delete(folder);
    }
}
