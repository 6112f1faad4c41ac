using System.Globalization;
using System.Text;

namespace Headway.Server.Storage;

/// <summary>The right of one process to a data folder, for as long as it lives; the kernel gives it back at a kill.</summary>
public sealed class DataFolder : IDisposable
{
    private readonly FileStream held;

    private DataFolder(string path, FileStream held) => (Path, this.held) = (path, held);

    public string Path { get; }

    /// <summary>Makes the folder (for its owner only) and takes it, or throws <see cref="DataFolderInUseException"/>.</summary>
    public static DataFolder Take(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        Make(path);
        var file = System.IO.Path.Combine(path, "headway.lock");
        FileStream held;
        try
        {
            held = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e is not FileNotFoundException and not DirectoryNotFoundException)
        {
            throw new DataFolderInUseException(path, HolderOf(path));
        }
        File.WriteAllText(PidFile(path), Environment.ProcessId.ToString(CultureInfo.InvariantCulture), Encoding.ASCII);
        return new(path, held);
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
