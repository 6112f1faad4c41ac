using Headway.Node.Instances;
using Headway.Node.Probes;
using Headway.Node.Tasks;

namespace Headway.Node.Control;

/// <summary>
/// Ends everything that a node has started: for a demonstration that is over, or a node that is given up.
/// </summary>
internal static class StopAll
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>SIGTERM to all at once, SIGKILL to what is left of their trees when the time is up.</summary>
    public static async Task OnAsync(string data)
    {
        await StopGatewaysAsync(data);
        var groups = ControlGroups.Detect(NodeKey.Of(data));
        var runs = Records(Path.Combine(data, "instances"), files => AtomicFile.Read<InstanceRecord>(files.Record) is
            { Started: true } record ? (record.Id, record.HostBoot) : null, groups)
            .Concat(Records(Path.Combine(data, "tasks"), files => AtomicFile.Read<TaskRecord>(files.Record) is
                { Started: true } record ? ($"task-{Path.GetFileName(files.Folder)}", record.HostBoot) : null, groups))
            .ToList();
        foreach (var run in runs) run.Terminate();
        var end = Monotonic.Now + Patience;
        while (Monotonic.Now < end && runs.Any(run => !run.HasEnded)) await Task.Delay(20);
        end = Monotonic.Now + Patience;
        while (Monotonic.Now < end && runs.Any(run => !run.TreeIsGone))
        {
            foreach (var run in runs.Where(run => !run.TreeIsGone)) run.KillTree();
            await Task.Delay(20);
        }
        foreach (var run in runs)
        {
            run.Group.Remove();
            SecretFolder.Delete(run.Files.Secrets);
            run.Dispose();
        }
        CommandRun.ForgetAll(Path.Combine(data, "probes"), new());
        groups.Remove();
    }

    private static async Task StopGatewaysAsync(string data)
    {
        var mark = GatewayStart.MarkOf(data);
        var end = Monotonic.Now + TimeSpan.FromSeconds(3);
        for (var signal = LinuxCalls.SignalTerminate; ProcessTable.Read().Of(0, mark) is { Count: > 0 } left;)
        {
            foreach (var process in left)
                if (LiveProcess.Open(new(Gateway.HostBoot.Id, process.Pid, process.StartTicks)) is { } live)
                    using (live) live.Signal(signal);
            if (Monotonic.Now > end) signal = LinuxCalls.SignalKill;
            await Task.Delay(50);
        }
        // Nothing may have been started yet, not even the folder made.
        if (Directory.Exists(data)) File.Delete(Path.Combine(data, "gateway.json"));
    }

    private static IEnumerable<ProgramRun> Records(
        string root, Func<RunFiles, (string Id, string Boot)?> started, ControlGroups groups)
    {
        foreach (var folder in Directory.Exists(root) ? Directory.GetDirectories(root) : [])
            if (started(new(folder)) is var (id, boot))
                yield return new(new(folder), new(groups, id), new RunFiles(folder).Shim(boot) ?? new(boot, 0, -1));
    }
}
