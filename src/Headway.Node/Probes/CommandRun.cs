using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Headway.Core.Evidence;
using Headway.Core.Nodes;
using Headway.Node.Control;
using Headway.Node.Gateway;
using Headway.Node.Instances;
using Headway.Node.Tasks;

namespace Headway.Node.Probes;

/// <summary>
/// A command that prints a number, run as checks are: as the user of tasks, in a copy of the candidate's artifact, with a
/// clean environment, and with limits of time, memory, processes and what it writes. Both sides are measured by the same
/// copy, or a changed command would look like a changed release.
/// </summary>
internal sealed class CommandRun(ProbeRoom room, ProbeWanted wanted, string root)
{
    private const int MostKilobytes = 1024, MostProcesses = 64;
    private const long MostMemory = 512 * 1024 * 1024;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30), Beat = TimeSpan.FromMilliseconds(20);

    private readonly string folder = Path.Combine(root, Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes(wanted.Key)))[..24]);

    private bool isCopied;

    private string Command => ((SignalSource.Command)wanted.Signal.Source).Run;

    private RunFiles Files => new(folder);

    private string Copy => Path.Combine(folder, "artifact");

    /// <summary>Ends what an earlier control has left.</summary>
    public static void ForgetAll(string root, Problems problems)
    {
        try
        {
            OpenFolder.Make(root);
            foreach (var left in Directory.GetDirectories(root)) End(left, problems);
        }
        catch (Exception e)
        {
            problems.Say("probe folders", $"What earlier probes have left cannot be looked at: {e.Message}");
        }
    }

    public void Forget(Problems problems)
    {
        if (Directory.Exists(folder)) End(folder, problems);
    }

    /// <summary>A command can leave what cannot be removed; that is no reason to stop looking at everything else.</summary>
    private static void End(string folder, Problems problems)
    {
        var subject = $"probe folder {Path.GetFileName(folder)}";
        try
        {
            StrayProcesses.End(folder);
            problems.Say(subject, null);
        }
        catch (Exception e)
        {
            problems.Say(subject, $"What the command of a probe has left cannot be removed and takes space: {e.Message}");
        }
    }

    public async Task<(double? Value, string? Problem)> RunAsync(InstanceEndpoint about, string side, CancellationToken stop)
    {
        var artifact = room.Artifact(wanted.ArtifactDigest);
        if (artifact.Failure is { } failure) return (null, failure);
        if (artifact.Folder is not { } unpacked) return (null, "The artifact has not been fetched yet.");
        OpenFolder.Make(folder);
        if (!isCopied) await Task.Run(() => TreeCopy.Make(unpacked, Copy, room.Instances.User), stop);
        isCopied = true;
        File.Delete(Files.Output);
        File.Delete(Files.Errors);
        var group = room.Instances.GroupOf("probe-" + Path.GetFileName(folder));
        group.LimitProcesses(MostProcesses);
        group.LimitMemory(MostMemory);
        var start = new RunStart(
            Files, Copy, $"ulimit -f {MostKilobytes * 2}\n{Command}", Variables(about, side), room.Instances.User);
        using var run = new ProgramRun(Files, group, start.Start(group));
        var ended = await EndAsync(run, stop);
        group.Remove();
        return ended ? Read() : (null, $"`{Command}` ran for longer than {Longest.TotalSeconds:0} s and was killed.");
    }

    private static async Task<bool> EndAsync(ProgramRun run, CancellationToken stop)
    {
        var began = Monotonic.Now;
        while (!run.HasEnded && Monotonic.Now - began < Longest && !stop.IsCancellationRequested)
            await Task.Delay(Beat, CancellationToken.None);
        var ended = run.HasEnded;
        while (!run.TreeIsGone)
        {
            run.KillTree();
            await Task.Delay(Beat, CancellationToken.None);
        }
        stop.ThrowIfCancellationRequested();
        return ended;
    }

    private (double? Value, string? Problem) Read()
    {
        if (Files.ExitCode is not 0) return (null, $"`{Command}` {ExitSentence.Of(Files.ExitCode, null, Files.LastLine)}");
        var lines = (GroupFiles.TryRead(Files.Output) ?? "").Split(
            '\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return lines is [var line] && double.TryParse(line, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number)
            ? (number, null)
            : (null, $"`{Command}` has to print one number and nothing else; it printed "
                + (lines.Length == 0 ? "nothing." : $"{lines.Length} lines, the first `{Secrets.Shown("", lines[0])}`."));
    }

    private Dictionary<string, string> Variables(InstanceEndpoint about, string side)
    {
        var variables = RunEnvironment.Of(wanted.Lane, about.Release, Files.Work);
        var workload = room.Desired.Workloads.FirstOrDefault(w => w.Lane == wanted.Lane && w.Release == about.Release);
        foreach (var (name, value) in workload?.Run.Variables.AsEnumerable() ?? [])
            if (!name.StartsWith("HEADWAY_", StringComparison.Ordinal)) variables[name] = value;
        variables["HEADWAY_URL"] = about.Address;
        variables["HEADWAY_SIDE"] = side;
        return variables;
    }
}
