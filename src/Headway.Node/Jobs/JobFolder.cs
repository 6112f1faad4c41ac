namespace Headway.Node.Jobs;

/// <summary>
/// The fresh folder of one job. Only `Source`, `Temporary` and the runner's `Cache` belong to the job's user.
/// </summary>
internal sealed class JobFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Passable = OwnerOnly | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private JobFolder(string root, string cache) => (Root, Cache) = (root, cache);

    public string Root { get; }
    public string Cache { get; }
    public string Source => Path.Combine(Root, "source");
    public string Temporary => Path.Combine(Root, "tmp");
    public string Jail => Path.Combine(Root, "jail");
    public string Script => Path.Combine(Root, "sandbox.sh");
    public string Users => Path.Combine(Root, "passwd");
    public string Log => Path.Combine(Root, "log");
    public string Artifact => Path.Combine(Root, "artifact.tar");

    /// <param name="open">The job's user walks in from the root; otherwise it gets its folders shown, and all else is
    /// closed.</param>
    public static JobFolder Make(string home, int? owner, bool open)
    {
        var folder = new JobFolder(Path.Combine(JobsOf(home), "current"), Path.Combine(home, "cache"));
        Delete(folder.Root);
        foreach (var directory in new[] { home, JobsOf(home), folder.Root, folder.Jail })
        {
            Directory.CreateDirectory(directory);
            File.SetUnixFileMode(directory, open ? Passable : OwnerOnly);
        }
        foreach (var directory in new[] { folder.Source, folder.Temporary, folder.Cache })
        {
            Directory.CreateDirectory(directory);
            if (owner is { } uid) Posix.Own(directory, uid);
        }
        return folder;
    }

    /// <summary>What a killed runner left behind.</summary>
    public static void Clear(string home) => Delete(JobsOf(home));

    public void Delete() => Delete(Root);

    private static string JobsOf(string home) => Path.Combine(home, "jobs");

    private static void Delete(string directory)
    {
        if (!Directory.Exists(directory)) return;
        // A job may leave folders that even their owner cannot list; they are opened up before they are deleted.
        foreach (var inside in FolderWalk.Directories(directory))
            File.SetUnixFileMode(inside, OwnerOnly);
        Directory.Delete(directory, recursive: true);
    }
}
