using System.Diagnostics;

namespace Headway.Node.Instances;

/// <summary>
/// Starts a program through a shim: `setsid` and twelve lines of `/bin/sh`. The shim outlives control, so the program
/// does too, and it writes the exit code, which only a parent can learn. It is a shell and not a mode of our own
/// program because a .NET process would cost every instance 25 MB and 60 ms; a shell costs 1 MB and 2 ms.
/// The program's output goes to files: with a pipe to control it would die of SIGPIPE when control dies.
/// </summary>
/// <param name="Folder">Current folder: the unpacked artifact.</param>
/// <param name="Command">Run by `/bin/sh -c`.</param>
internal sealed record RunStart(
    RunFiles Files, string Folder, string Command, IReadOnlyDictionary<string, string> Environment, RunUser? User)
{
    /// <summary>
    /// $1 folder of the run, $2 command, $3 user, $4 group ('' when the user stays the same), the rest: files of
    /// control groups to join. SIGTERM goes to the whole group; the shim catches it so as to live on and write the
    /// exit code. A caught signal is back to its default in children, an ignored one would stay ignored.
    /// </summary>
    private const string Shim = """
        run=$1 command=$2 user=$3 group=$4
        shift 4
        umask 077
        : >>"$run/out.log" >>"$run/err.log"
        # The shell's own words about a signal stay out of the program's output; with the redirection at a plain
        # command instead of a subshell, dash would apply it to them too.
        exec </dev/null >/dev/null 2>&1
        trap : TERM INT HUP QUIT
        read -r stat < /proc/$$/stat && echo "$stat" > "$run/started"
        for file in "$@"; do echo $$ > "$file" || :; done
        umask 022
        if [ -n "$user" ]; then
            (exec setpriv --reuid "$user" --regid "$group" --clear-groups --no-new-privs --inh-caps=-all \
                -- /bin/sh -c "$command") >>"$run/out.log" 2>>"$run/err.log"
        else
            (exec /bin/sh -c "$command") >>"$run/out.log" 2>>"$run/err.log"
        fi
        echo $? > "$run/ended"
        """;

    /// <summary>Starts and says which process the shim is. The caller has written its record before.</summary>
    public ProcessIdentity Start(RunGroup group)
    {
        Files.ForgetRun();
        Directory.CreateDirectory(Files.Work,
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (User is not null && !LinuxCalls.GiveTo(Files.Work, User.User, User.Group))
            throw new IOException($"Could not give {Files.Work} to user {User.User}.");

        var start = new ProcessStartInfo("setsid") { WorkingDirectory = Folder, UseShellExecute = false };
        foreach (var argument in (string[])["/bin/sh", "-c", Shim, "headway-shim", Files.Folder,
            ShellCommand.InPlaceOfShell(Command), $"{User?.User}", $"{User?.Group}", .. group.ProcessFiles])
            start.ArgumentList.Add(argument);
        start.Environment.Clear();
        foreach (var (name, value) in Environment) start.Environment[name] = value;
        start.Environment[ProcessTable.MarkVariable] = Files.Work;

        using var process = Process.Start(start)
            ?? throw new IOException($"Could not start {Command}.");
        return ProcessIdentity.Of(process.Id) ?? new(Gateway.HostBoot.Id, process.Id, -1);
    }
}
