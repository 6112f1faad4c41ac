using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Headway.Server.Registry;

/// <summary>Asks the kernel to begin writing a part of a file to the disk. A hint: nothing depends on it.</summary>
internal static class WriteBack
{
    private const uint Begins = 2;

    public static void Begin(SafeFileHandle file, long offset, long length)
    {
        if (OperatingSystem.IsLinux()) _ = SyncFileRange(file, offset, length, Begins);
    }

    [DllImport("libc", EntryPoint = "sync_file_range")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SyncFileRange(SafeFileHandle file, long offset, long length, uint flags);
}
