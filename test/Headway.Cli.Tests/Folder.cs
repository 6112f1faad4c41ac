using System.Diagnostics;

namespace Headway.Cli.Tests;

/// <summary>A folder of its own, gone afterwards.</summary>
internal sealed class Folder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("headway-cli-").FullName;

    public static Folder Repository(params (string File, string Text)[] files)
    {
        var folder = new Folder();
        folder.Git("init", "--quiet");
        foreach (var (file, text) in files) folder.Write(file, text);
        return folder;
    }

    public string Write(string file, string text, bool executable = false)
    {
        var path = System.IO.Path.Combine(Path, file);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        if (executable && !OperatingSystem.IsWindows()) File.SetUnixFileMode(
            path, File.GetUnixFileMode(path) | UnixFileMode.UserExecute);
        return path;
    }

    public string Read(string file) => File.ReadAllText(System.IO.Path.Combine(Path, file));

    public void Git(params string[] arguments) => GitText(arguments);

    public void Commit(string subject)
    {
        Git("add", "--all");
        Git("-c", "user.name=Test", "-c", "user.email=test@localhost", "commit", "--quiet", "--message", subject);
    }

    public string GitText(params string[] arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git", arguments)
        {
            WorkingDirectory = Path, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var text = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        return git.ExitCode == 0 ? text.Trim() : throw new InvalidOperationException(git.StandardError.ReadToEnd());
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
