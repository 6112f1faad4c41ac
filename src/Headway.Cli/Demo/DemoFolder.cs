namespace Headway.Cli.Demo;

/// <summary>Everything of a demo in one folder, gone afterwards unless it is to be kept.</summary>
internal sealed class DemoFolder : IDisposable
{
    private bool _keep;

    private DemoFolder(string path, bool keep) => (Path, _keep) = (path, keep);

    public string Path { get; }

    public string Data => System.IO.Path.Combine(Path, "data");

    public static DemoFolder Make(string? wanted, bool keep)
    {
        var path = wanted is null ? Directory.CreateTempSubdirectory("headway-demo-").FullName
            : System.IO.Path.GetFullPath(wanted);
        if (wanted is not null && Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any())
            throw new CliException(ExitCode.Refused, $"{path} is not empty.",
                "Name a new folder for the demo, or leave --data out.");
        Directory.CreateDirectory(path);
        // Jobs and instances run as other users when root starts it; they have to get through.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, File.GetUnixFileMode(
                path) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        return new(path, keep || wanted is not null);
    }

    public void Keep() => _keep = true;

    public void Dispose()
    {
        if (_keep) return;
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // Something is still being written there; a leftover in the temporary folder does not matter.
        }
    }
}
