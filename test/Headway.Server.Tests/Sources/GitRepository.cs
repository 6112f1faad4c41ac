using System.Diagnostics;

namespace Headway.Server.Tests.Sources;

/// <summary>A real repository in a folder of its own, as a developer would have it.</summary>
internal sealed class GitRepository : IDisposable
{
    private static int s_time = 1_700_000_000;

    public GitRepository()
    {
        Folder = Directory.CreateTempSubdirectory("headway-repo-").FullName;
        Git("init", "--quiet", "--initial-branch=main");
    }

    public string Folder { get; }

    public GitRepository Write(string path, string text)
    {
        var full = Path.Combine(Folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
        return this;
    }

    public string Commit(string subject)
    {
        Git("add", "--all");
        Git("commit", "--quiet", "--allow-empty", "-m", subject);
        return Head();
    }

    public string Head() => Git("rev-parse", "HEAD").Trim();

    public string Git(params string[] arguments) => Run(null, arguments);

    public string GitWithInput(string input, params string[] arguments) => Run(input, arguments);

    public void Dispose()
    {
        if (Directory.Exists(Folder)) Directory.Delete(Folder, recursive: true);
    }

    private string Run(string? input, string[] arguments)
    {
        var start = new ProcessStartInfo("git")
        {
            WorkingDirectory = Folder, RedirectStandardInput = true, RedirectStandardOutput = true,
                RedirectStandardError = true,
        };
        string[] settings = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false"];
        foreach (var argument in settings.Concat(arguments)) start.ArgumentList.Add(argument);
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        start.Environment["GIT_COMMITTER_DATE"] = $"{Interlocked.Increment(ref s_time)} +0000";
        using var git = Process.Start(start)!;
        if (input is not null) git.StandardInput.Write(input);
        git.StandardInput.Close();
        var errors = git.StandardError.ReadToEndAsync();
        var answer = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        return git.ExitCode == 0 ? answer
            : throw new InvalidOperationException($"git {string.Join(' ', arguments)}: {errors.Result}");
    }
}
