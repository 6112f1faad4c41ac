using System.Text;
using Headway.Core.Secrets;

namespace Headway.Node.Instances;

/// <summary>The folder of one instance or task: what was started, what it wrote, how it ended.</summary>
internal sealed record RunFiles(string Folder)
{
    /// <summary>HOME and TMPDIR of the program, and by its path the mark of all its processes.</summary>
    public string Work => Path.Combine(Folder, "work");
    public string Output => Path.Combine(Folder, "out.log");
    public string Errors => Path.Combine(Folder, "err.log");
    /// <summary>Files of its secrets: in memory, where the system has room there.</summary>
    public string Secrets => SecretFolder.Of(Folder);
    public string Record => Path.Combine(Folder, "record.json");

    /// <summary>Line of /proc/PID/stat of the shim, written by itself.</summary>
    public string Started => Path.Combine(Folder, "started");

    /// <summary>Exit code, written by the shim when the program has ended.</summary>
    public string Ended => Path.Combine(Folder, "ended");

    /// <summary>Null until the shim has written its whole line.</summary>
    public ProcessIdentity? Shim(string hostBoot) =>
        GroupFiles.TryRead(Started) is { } line && line.EndsWith('\n') && ProcessStat.Parse(line) is { } stat
            ? new(hostBoot, stat.Pid, stat.StartTicks)
            : null;

    public int? ExitCode =>
        GroupFiles.TryRead(Ended) is { } line && line.EndsWith('\n') && int.TryParse(line, out var code) ? code : null;

    /// <summary>Puts secrets where the program finds them: values into its variables, or their paths.</summary>
    public void HandOver(SecretsHanded secrets, Dictionary<string, string> variables, RunUser? user)
    {
        var inFiles = secrets.Values.Where(value => value.Use.AsFile).ToList();
        if (inFiles.Count > 0) SecretFolder.Write(Secrets, inFiles, user);
        foreach (var value in secrets.Values)
            variables[value.Use.Variable] = value.Use.AsFile
                ? Path.Combine(Secrets, value.Use.Variable) : Encoding.UTF8.GetString(value.Value);
    }

    public void ForgetRun()
    {
        File.Delete(Started);
        File.Delete(Ended);
    }

    /// <summary>The last line that is not blank: errors first, since that is where programs say why they die.</summary>
    public string? LastLine => LastLineOf(Errors) ?? LastLineOf(Output);

    /// <summary>The end of the output of both kinds, at most so many bytes of each.</summary>
    public string Tail(int bytes) => (TailOf(Output, bytes) + TailOf(Errors, bytes)).Trim();

    private static string? LastLineOf(string path)
    {
        var line = TailOf(path, 4096).Split('\n', StringSplitOptions.TrimEntries)
            .LastOrDefault(text => text.Length > 0);
        return line is { Length: > 300 } ? line[..300] + "..." : line;
    }

    private static string TailOf(string path, int bytes)
    {
        try
        {
            using var file = new FileStream(
                path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            file.Seek(-Math.Min(bytes, file.Length), SeekOrigin.End);
            var buffer = new byte[bytes];
            var read = file.ReadAtLeast(buffer, bytes, throwOnEndOfStream: false);
            return Encoding.UTF8.GetString(buffer, 0, read).Replace("\0", "");
        }
        catch (IOException)
        {
            return "";
        }
    }
}
