using System.Runtime.InteropServices;

namespace Headway.Node.Instances;

/// <summary>The few system calls that .NET does not offer. Numbers are the same on x86-64 and arm64.</summary>
internal static class LinuxCalls
{
    public const int SignalTerminate = 15;
    public const int SignalKill = 9;
    private const long PidfdSendSignal = 424;
    private const long PidfdOpen = 434;
    private const int CloseOnExec = 0x80000;
    private const int KeepSizeAndPunchHole = 0x01 | 0x02;

    /// <summary>A descriptor of a process, or -1: unlike a number it can never come to mean another process.</summary>
    public static int OpenProcess(int pid) => (int)syscall(PidfdOpen, pid, 0, 0, 0);

    public static bool Signal(int processDescriptor, int signal) =>
        syscall(PidfdSendSignal, processDescriptor, signal, 0, 0) == 0;

    public static void SignalGroup(int leader, int signal) => _ = kill(-leader, signal);

    public static void SignalPid(int pid, int signal) => _ = kill(pid, signal);

    /// <summary>True once the process behind the descriptor has ended, also while nobody has waited for it.</summary>
    public static bool HasEnded(int processDescriptor)
    {
        var asked = new PollRequest { Descriptor = processDescriptor, Events = 1 };
        return poll(ref asked, 1, 0) > 0;
    }

    public static void Close(int descriptor) => _ = close(descriptor);

    /// <summary>
    /// Gives back the disk space of the head of a file, which keeps its length, so appending goes on.
    /// </summary>
    public static bool FreeHead(int descriptor, long bytes) =>
        fallocate(descriptor, KeepSizeAndPunchHole, 0, bytes) == 0;

    /// <summary>Waits until everything written to the file system of this descriptor is on the disk.</summary>
    public static void SyncFileSystem(int descriptor) => _ = syncfs(descriptor);

    /// <summary>Puts the names in a folder on the disk; a failure costs nothing but the guarantee.</summary>
    public static void SyncFolder(string path)
    {
        var descriptor = open(path, CloseOnExec);
        if (descriptor < 0) return;
        _ = fsync(descriptor);
        _ = close(descriptor);
    }

    public static bool IsRoot => geteuid() == 0;

    public static bool GiveTo(string path, uint user, uint group) => lchown(path, user, group) == 0;

    [StructLayout(LayoutKind.Sequential)]
    private struct PollRequest
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    [DllImport("libc", SetLastError = true)]
    private static extern long syscall(long number, long first, long second, long third, long fourth);

    [DllImport("libc", SetLastError = true)]
    private static extern int kill(int pid, int signal);

    [DllImport("libc", SetLastError = true)]
    private static extern int poll(ref PollRequest requests, ulong count, int timeoutMilliseconds);

    [DllImport("libc", SetLastError = true)]
    private static extern int close(int descriptor);

    [DllImport("libc", SetLastError = true)]
    private static extern int fallocate(int descriptor, int mode, long offset, long length);

    [DllImport("libc", SetLastError = true)]
    private static extern int syncfs(int descriptor);

    [DllImport("libc", SetLastError = true)]
    private static extern int fsync(int descriptor);

    [DllImport("libc", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false,
        ThrowOnUnmappableChar = true)]
    private static extern int open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc")]
    private static extern uint geteuid();

    [DllImport("libc", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false,
        ThrowOnUnmappableChar = true)]
    private static extern int lchown([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint user, uint group);
}
