namespace Headway.Node.Instances;

/// <summary>A process that is held by descriptor, so that a signal can never reach one that took its number.</summary>
internal sealed class LiveProcess : IDisposable
{
    private int _descriptor;

    private LiveProcess(ProcessIdentity identity, int descriptor) => (Identity, _descriptor) = (identity, descriptor);

    public ProcessIdentity Identity { get; }

    /// <summary>
    /// Opens first and compares the start ticks after, so that what is held is the process that was meant. Null when
    /// it has ended.
    /// </summary>
    public static LiveProcess? Open(ProcessIdentity identity)
    {
        if (identity.HostBoot != Gateway.HostBoot.Id) return null;
        var descriptor = LinuxCalls.OpenProcess(identity.Pid);
        if (descriptor >= 0 && !identity.IsAlive)
        {
            LinuxCalls.Close(descriptor);
            return null;
        }
        // Without pidfd (seccomp, an old kernel) the ticks are compared before every signal instead.
        return descriptor < 0 && !identity.IsAlive ? null : new(identity, descriptor);
    }

    public bool HasEnded => _descriptor >= 0 ? LinuxCalls.HasEnded(_descriptor) : !Identity.IsAlive;

    public void Signal(int signal)
    {
        if (_descriptor >= 0) LinuxCalls.Signal(_descriptor, signal);
        else if (Identity.IsAlive) LinuxCalls.SignalPid(Identity.Pid, signal);
    }

    /// <summary>The group keeps its number as long as its leader lives, which the descriptor tells.</summary>
    public void SignalGroup(int signal)
    {
        if (!HasEnded) LinuxCalls.SignalGroup(Identity.Pid, signal);
    }

    public void Dispose()
    {
        if (_descriptor >= 0) LinuxCalls.Close(_descriptor);
        _descriptor = -1;
    }
}
