using System.Diagnostics;
using Xunit;

namespace Headway.Server.Tests.Storage;

/// <summary>A disk that is soon full: a small tmpfs, which only root can mount.</summary>
public sealed class SmallDisk : IDisposable
{
    private readonly TempFolder folder = new();

    private SmallDisk() { }

    public string Path => folder.Path;

    public static SmallDisk Mount(int megabytes)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess,
            "A small disk needs root to be mounted.");
        var disk = new SmallDisk();
        var (exit, error) = Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m,mode=700", "headway-test", disk.Path);
        if (exit == 0) return disk;
        disk.folder.Dispose();
        Assert.Skip($"A small disk cannot be mounted here: {error}");
        return disk;
    }

    /// <summary>Fills what is left, to the last byte that the disk takes.</summary>
    public string Fill()
    {
        var file = System.IO.Path.Combine(Path, "filler");
        using var stream = new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        foreach (var piece in new[] { 65_536, 4096, 1 })
        {
            try
            {
                while (true) stream.Write(new byte[piece]);
            }
            catch (IOException)
            {
            }
        }
        return file;
    }

    public void Dispose()
    {
        Run("umount", "-l", Path);
        folder.Dispose();
    }

    private static (int Exit, string Error) Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, error);
    }
}
