namespace Headway.Node.Instances;

/// <summary>
/// Folders that instances have to pass on their way, whatever the umask; only their owner may list them.
/// </summary>
internal static class OpenFolder
{
    public static void Make(string path)
    {
        var made = !Directory.Exists(path);
        Directory.CreateDirectory(path);
        if (made)
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
                | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
    }
}
