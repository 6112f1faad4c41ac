using System.Diagnostics;

namespace Headway.Cli.Processes;

/// <summary>Starts this program again with another command: one executable is server, node, gateway and runner.</summary>
internal static class SelfStart
{
    /// <summary>Program and first arguments that start this program.</summary>
    public static (string File, string[] First) Program()
    {
        var own = Environment.ProcessPath ?? throw new InvalidOperationException("The path of this program is not known.");
        return Path.GetFileNameWithoutExtension(own) == "dotnet"
            ? (own, [typeof(SelfStart).Assembly.Location]) : (own, []);
    }

    /// <summary>Output goes to a file, never to a pipe: a child with a pipe to a dead parent dies at its next line.</summary>
    public static Process Start(string log, params string[] arguments)
    {
        var (file, first) = Program();
        // A session of its own: Ctrl-C in the terminal is for the command, which then stops its processes in order.
        var start = new ProcessStartInfo("/usr/bin/setsid") { UseShellExecute = false };
        foreach (var word in new[] { "/bin/sh", "-c", "exec \"$@\" >>\"$HEADWAY_LOG\" 2>&1 </dev/null", "sh", file })
            start.ArgumentList.Add(word);
        foreach (var word in first.Concat(arguments)) start.ArgumentList.Add(word);
        start.Environment["HEADWAY_LOG"] = log;
        return Process.Start(start) ?? throw new InvalidOperationException($"{file} did not start.");
    }
}
