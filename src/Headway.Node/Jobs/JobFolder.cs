using System.Collections.Immutable;
using Headway.Node.Instances;

namespace Headway.Node.Jobs;

/// <summary>
/// The fresh folder of one job. Only `Source`, `Temporary`, `Home` and the logs of what runs beside it belong to the job's
/// user.
/// </summary>
internal sealed class JobFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Passable = OwnerOnly | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private JobFolder(string root, string home) => (Root, Home) = (root, home);

    public string Root { get; }

    /// <summary>Kept for the next job of the same service, or as fresh as the rest.</summary>
    public string Home { get; }

    public string Source => Path.Combine(Root, "source");
    public string Temporary => Path.Combine(Root, "tmp");

    /// <summary>What runs beside the job writes its logs here, into files that the runner has made.</summary>
    public string Beside => Path.Combine(Root, "beside");
    public string Jail => Path.Combine(Root, "jail");
    public string Script => Path.Combine(Root, "sandbox.sh");
    public string Users => Path.Combine(Root, "passwd");
    public string Log => Path.Combine(Root, "log");

    /// <summary>Files of the job's secrets: in memory, where the system has room there.</summary>
    public string Secrets => SecretFolder.Of(Root);

    /// <summary>The same, where the job has any.</summary>
    public string? SecretsGiven => Directory.Exists(Secrets) ? Secrets : null;

    public string Artifact => Path.Combine(Root, "artifact.tar");

    /// <summary>Folders that the job's user may write to.</summary>
    public ImmutableArray<string> Written => [Source, Temporary, Home];

    /// <param name="keep">Name of the home that is kept for the next job of the same name; null: a fresh one.</param>
    /// <param name="open">The job's user walks in from the root; otherwise it gets its folders shown, and all else is
    /// closed.</param>
    public static JobFolder Make(string home, string? keep, int? owner, bool open)
    {
        var root = Path.Combine(JobsOf(home), "current");
        var homes = Path.Combine(home, "homes");
        var folder = new JobFolder(root, keep is null ? Path.Combine(root, "home") : Path.Combine(homes, keep));
        Delete(folder.Root);
        foreach (var directory in new[] { home, homes, JobsOf(home), folder.Root, folder.Jail, folder.Beside })
        {
            Directory.CreateDirectory(directory);
            File.SetUnixFileMode(directory, open ? Passable : OwnerOnly);
        }
        // Inside the sandbox its logs are written by their owner, the job's user, who has to get there.
        File.SetUnixFileMode(folder.Beside, Passable);
        foreach (var directory in folder.Written)
        {
            Directory.CreateDirectory(directory);
            if (owner is { } uid) Posix.Own(directory, uid);
        }
        return folder;
    }

    /// <summary>What a killed runner left behind.</summary>
    public static void Clear(string home)
    {
        SecretFolder.Delete(SecretFolder.Of(Path.Combine(JobsOf(home), "current")));
        Delete(JobsOf(home));
    }

    public void Delete()
    {
        SecretFolder.Delete(Secrets);
        Delete(Root);
    }

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
