using System.Collections.Immutable;
using System.Diagnostics;
using Headway.Server.Intent;
using Headway.Server.Sources;

namespace Headway.Server.Tests.Intent;

/// <summary>A state repo in a folder of its own, and people with clones of it.</summary>
internal sealed class StateScene : IDisposable
{
    public StateScene() => Git = new(new() { Data = Path.Combine(Folder, "sources") });

    public string Folder { get; } = Directory.CreateTempSubdirectory("headway-state-").FullName;

    public string Bare => Path.Combine(Folder, "state.git");

    public Git Git { get; }

    public async Task<StateRepo> OpenAsync(string? seen = null, RemoteSetting? remote = null)
    {
        var repo = new StateRepo(Git, Bare, TimeProvider.System);
        await repo.OpenAsync(seen, remote, default);
        return repo;
    }

    /// <summary>An empty repository elsewhere.</summary>
    public string Elsewhere(string name = "elsewhere.git")
    {
        var path = Path.Combine(Folder, name);
        Ask(Folder, "init", "-q", "--bare", "--initial-branch=main", path);
        return path;
    }

    /// <summary>A person's clone.</summary>
    public string Clone(string of, string name = "clone")
    {
        var path = Path.Combine(Folder, name);
        Ask(Folder, "clone", "-q", of, path);
        return path;
    }

    /// <summary>Writes, commits and pushes; the answer is the commit.</summary>
    public static string Push(string clone, string path, string? text, string subject = "By hand", params string[] how)
    {
        var file = Path.Combine(clone, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        if (text is null) File.Delete(file);
        else File.WriteAllText(file, text);
        Ask(clone, "add", "--all");
        Ask(clone, "commit", "-q", "-m", subject);
        Ask(clone, ["push", "-q", .. how, "origin", "HEAD:main"]);
        return Ask(clone, "rev-parse", "HEAD");
    }

    public static string Ask(string folder, params string[] arguments)
    {
        var (code, said, error) = Try(folder, arguments);
        return code == 0 ? said : throw new InvalidOperationException($"git {string.Join(' ', arguments)}: {error}");
    }

    public static (int Code, string Said, string Error) Try(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("git", ["-c", "user.name=Ann", "-c", "user.email=ann@example.com", .. arguments])
        {
            WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            Environment = { ["GIT_CONFIG_GLOBAL"] = "/dev/null", ["GIT_TERMINAL_PROMPT"] = "0" },
        };
        using var git = Process.Start(start)!;
        git.StandardInput.Close();
        var errors = git.StandardError.ReadToEndAsync();
        var said = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        return (git.ExitCode, said.Trim(), errors.Result);
    }

    public static StateChange Change(string path, string? text, string subject = "Promote shop-1", string decided = "lane/shop/production@7") => new(
        "headway", subject, "It passed.", decided, ImmutableDictionary<string, string?>.Empty.Add(path, text));

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
