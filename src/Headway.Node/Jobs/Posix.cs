using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Headway.Node.Jobs;

/// <summary>The few calls of the system that the base library lacks.</summary>
internal static class Posix
{
    public const int Kill = 9;
    private const int AtWorkingDirectory = -100;
    private const int DoNotFollow = 0x100;
    private const uint BasicStats = 0x7ff;
    private const int KindBits = 0xF000;

    public static bool IsRoot => Environment.IsPrivilegedProcess;

    /// <summary>
    /// Gives a file, folder or link (not what it points to) to a user and the group of the same number.
    /// </summary>
    public static void Own(string path, int uid)
    {
        if (lchown(path, (uint)uid, (uint)uid) != 0)
            throw new IOException(
                $"{path} cannot be given to user {uid}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}.");
    }

    /// <summary>Owner and kind of a file, not following a link.</summary>
    public static FileSeen Look(string path)
    {
        var seen = new byte[256];
        if (statx(AtWorkingDirectory, path, DoNotFollow, BasicStats, seen) != 0)
            throw new IOException(
                $"{path} cannot be looked at: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}.");
        return new(BitConverter.ToInt32(seen, 20), BitConverter.ToUInt16(seen, 28) & KindBits);
    }

    /// <summary>False when there is no such process any more.</summary>
    public static bool Signal(int pid, int signal) => kill(pid, signal) == 0;

    [DllImport("libc", SetLastError = true)]
    private static extern int lchown([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint owner, uint group);

    [DllImport("libc", SetLastError = true)]
    private static extern int statx(
        int directory, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, [Out] byte[] seen);

    [DllImport("libc", SetLastError = true)]
    private static extern int kill(int pid, int signal);
}

/// <param name="Kind">The S_IFMT bits of the mode.</param>
internal readonly record struct FileSeen(int Owner, int Kind)
{
    private const int Regular = 0x8000;

    public bool IsRegular => Kind == Regular;
}
