namespace Headway.Node.Instances;

/// <summary>
/// A process for good: numbers are used again, but not together with the boot and the tick at which it started.
/// </summary>
/// <param name="StartTicks">Field 22 of /proc/PID/stat: clock ticks since the boot.</param>
public sealed record ProcessIdentity(string HostBoot, int Pid, long StartTicks)
{
    /// <summary>The process that has this number now, or null when none has or it is already dead.</summary>
    public static ProcessIdentity? Of(int pid) =>
        ProcessStat.Read(pid) is { IsDead: false } stat
            ? new(Gateway.HostBoot.Id, pid, stat.StartTicks)
            : null;

    public bool IsAlive =>
        HostBoot == Gateway.HostBoot.Id
        && ProcessStat.Read(Pid) is { IsDead: false } stat && stat.StartTicks == StartTicks;
}
