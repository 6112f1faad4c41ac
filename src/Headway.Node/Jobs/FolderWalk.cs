namespace Headway.Node.Jobs;

/// <summary>Walks what a job left behind, never through a symbolic link.</summary>
internal static class FolderWalk
{
    /// <summary>
    /// The folder and every folder below, each before what is in it, so that it can be opened up first.
    /// </summary>
    public static IEnumerable<string> Directories(string root)
    {
        var left = new Stack<string>([root]);
        while (left.TryPop(out var directory))
        {
            yield return directory;
            foreach (var inside in new DirectoryInfo(directory).EnumerateDirectories())
                if (inside.LinkTarget is null) left.Push(inside.FullName);
        }
    }

    /// <summary>Bytes of all files; files that vanish meanwhile count nothing.</summary>
    public static long Bytes(string root, CancellationToken stop)
    {
        var options = new EnumerationOptions
        {
            RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint,
        };
        var bytes = 0L;
        foreach (var file in new DirectoryInfo(root).EnumerateFiles("*", options))
        {
            stop.ThrowIfCancellationRequested();
            try { bytes += file.Length; }
            catch (IOException) { }
        }
        return bytes;
    }
}
