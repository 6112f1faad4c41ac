using System.Globalization;
using System.Text;

namespace Headway.Server.Storage;

/// <summary>
/// The right of one process to a data folder, for as long as it lives; the kernel gives it back at a kill.
/// </summary>
public sealed class DataFolder : IDisposable
{
    private const int LockedByAnother = 11;
    private const int LockedByAnotherOnMac = 35;
    private const int WindowsSharingViolation = unchecked((int)0x80070020);

    private readonly FileStream held;

    private DataFolder(string path, FileStream held) => (Path, this.held) = (path, held);

    public string Path { get; }

    /// <summary>
    /// Makes the folder (for its owner only) and takes it, or throws <see cref="DataFolderInUseException"/>.
    /// </summary>
    public static DataFolder Take(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        Make(path);
        var file = System.IO.Path.Combine(path, "headway.lock");
        FileStream? held = null;
        try
        {
            held = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            File.WriteAllText(PidFile(path), Environment.ProcessId.ToString(CultureInfo.InvariantCulture),
                Encoding.ASCII);
            return new(path, held);
        }
        catch (IOException e)
        {
            held?.Dispose();
            if (DiskFull.Is(e)) throw new StorageFullException(path, e);
            if (e.HResult is LockedByAnother or LockedByAnotherOnMac or WindowsSharingViolation)
                throw new DataFolderInUseException(path, HolderOf(path));
            throw new StorageFailedException(path, e);
        }
    }

    public static void Make(string path)
    {
        if (Directory.Exists(path)) return;
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public void Dispose() => held.Dispose();

    /// <summary>The process id stands beside the lock, since a locked file cannot be read by others.</summary>
    private static string PidFile(string path) => System.IO.Path.Combine(path, "headway.pid");

    private static string HolderOf(string path)
    {
        try
        {
            return $"the process {File.ReadAllText(PidFile(path)).Trim()}";
        }
        catch (IOException)
        {
            return "another process";
        }
    }
}
