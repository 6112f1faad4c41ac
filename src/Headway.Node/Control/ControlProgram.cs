using Headway.Core.Evidence;
using Headway.Node.Instances;
using Headway.Node.Probes;
using Headway.Node.Tasks;
using Microsoft.Extensions.Logging;

namespace Headway.Node.Control;

/// <summary>
/// The control process of a node. It may die at any moment: instances, gateway and users go on without it.
/// </summary>
public static class ControlProgram
{
    /// <returns>0 when it was asked to stop, 1 when it could not start; the reason is logged.</returns>
    public static async Task<int> RunAsync(ControlOptions options, CancellationToken stop)
    {
        using var ownLogs = options.Logs is null ? LoggerFactory.Create(logs => logs.AddSimpleConsole()) : null;
        var log = (options.Logs ?? ownLogs!).CreateLogger("Headway.Node.Control");
        // Programs are started in other folders, where a relative path would mean something else.
        options = options with { Data = Path.GetFullPath(options.Data) };
        OpenFolder.Make(options.Data);
        using var only = DataLock.Take(options.Data);
        if (only is null)
        {
            log.LogError("Another node runs on {Data}. Stop it, or give this one a folder of its own.", options.Data);
            return 1;
        }
        await RunAsync(options, log, stop);
        if (!options.LeaveRunning) await StopAllAsync(options.Data);
        return 0;
    }

    /// <summary>Stops all instances, tasks and gateways of a data folder on which no control runs any more.</summary>
    public static Task StopAllAsync(string data) => StopAll.OnAsync(Path.GetFullPath(data));

    private static async Task RunAsync(ControlOptions options, ILogger log, CancellationToken stop)
    {
        string At(string name) => Path.Combine(options.Data, name);
        var problems = new Problems();
        var heard = new ServerHeard(At("server-heard"));
        using var server = new ServerLink(options, heard);
        var held = new HeldState(At("desired.json"), options.Node, problems);
        var groups = options.Instances.UseControlGroups
            ? ControlGroups.Detect(NodeKey.Of(options.Data)) : ControlGroups.None;
        var room = new InstanceRoom(options.Instances, groups,
            RunUserChoice.Of(options, problems), At("instances")) { Secrets = new(server.SecretsAsync, stop) };
        var supervisor = new Supervisor(room, problems);
        var tasks = new TaskDesk(At("tasks"), room, problems);
        using var gateway = new GatewayKeeper(options, heard, problems, log);
        await gateway.AdoptAsync(stop);
        using var reporting = new Reporting(server, log);
        var artifacts = new ArtifactSource(At("artifacts"), server, options.ArtifactLimitBytes, problems);
        var boot = Guid.NewGuid().ToString("n");
        using var outbox = new SampleOutbox(At("samples"), options.Node, boot);
        var probes = new ProbeRoom(held, supervisor, outbox, room, digest => artifacts.Ask(digest, stop));
        using var loop = new NodeLoop(held, supervisor, tasks, gateway,
            new(boot, artifacts, reporting, problems, log) { Server = options.Server });

        log.LogInformation("Node {Node} runs with control groups {Mode}", options.Node, room.Groups.Mode);
        await Task.WhenAll(
            loop.RunAsync(stop),
            gateway.RunAsync(loop.Wake, stop),
            new DesiredPolling(server, held, problems, log).RunAsync(options.PollWait, loop.Wake, stop),
            reporting.RunAsync(options.ReportEvery, stop),
            new EvidencePosting<EvidenceBatch>(
                    new(At("evidence"), At("acknowledged.json"), "Evidence waits", batch => batch.Sequence, server.EvidenceAsync),
                    problems, log)
                .RunAsync(options.EvidenceLimitBytes, () => gateway.Alive, stop),
            new ProbeDesk(probes, At("probes"), problems).RunAsync(stop),
            new LoadDesk(probes, At("loads.json"), problems).RunAsync(stop),
            new EvidencePosting<WaitingSample>(
                    new(At("samples"), At("samples.json"), "samples", each => each.Number,
                        (waiting, end) => server.SamplesAsync(waiting.Select(each => each.Sample), end)),
                    problems, log)
                .RunAsync(options.EvidenceLimitBytes, () => new HashSet<string> { boot }, stop),
            new EvidencePosting<SignalSample>(
                    new(At("shadows"), At("acknowledged-shadows.json"), "Evidence of shadows waits", sample => sample.Sequence,
                        server.SamplesAsync),
                    problems, log)
                .RunAsync(options.EvidenceLimitBytes, () => gateway.Alive, stop),
            new OutputPosting(server, room.Secrets, options.OutputLimitBytes, log)
                .RunAsync(() => supervisor.Outputs, loop.Forget, stop));
    }
}
