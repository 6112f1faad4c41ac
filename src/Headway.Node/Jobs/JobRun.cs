using Headway.Core.Nodes;
using Headway.Core.Pipelines;
using Headway.Node.Jobs.Beside;
using Headway.Node.Jobs.Caches;
using Headway.Core.Secrets.Masking;
using Headway.Core.Targets;
using Headway.Node.Instances;

namespace Headway.Node.Jobs;

/// <summary>One job from its order to its end: source, command under limits, artifact, report.</summary>
internal sealed class JobRun(Sandbox sandbox, RunnerLink link, RunnerOptions options, JobOrder order)
{
    private readonly JobCall _call = new(order.Job, order.Attempt);
    private readonly JobStop _stopped = new();

    public async Task RunAsync(CancellationToken stop)
    {
        var folder = sandbox.MakeFolder(HomeToKeep());
        try
        {
            using var log = new JobLog(folder.Log, order.LogLimitBytes);
            var sending = new LogSending(log, link, _call, options);
            JobEnd end;
            using (var wanted = CancellationTokenSource.CreateLinkedTokenSource(stop))
            using (var running = CancellationTokenSource.CreateLinkedTokenSource(stop))
            {
                var sender = sending.RunAsync(why => _stopped.Ask(why, wanted), running.Token);
                end = await EndOfAsync(folder, log, wanted.Token, stop);
                await running.CancelAsync();
                await sender;
            }
            var results = new ResultFiles(link, _call, log);
            end = end with { ResultsNotKept = await results.SendAsync(folder.Source, order, stop) };
            if (results.Leak is { } leak && end.Outcome is Outcome.Succeeded)
                end = JobEnds.Failed(order, leak) with { ExitCode = end.ExitCode };
            end = end with { Says = log.Masked(end.Says) };
            log.Note(end.Says);
            await sending.FlushAsync(stop);
            if (end.Outcome is Outcome.Succeeded && order.Artifact is not null)
                await link.UploadAsync(_call, folder.Artifact, stop);
            await link.EndAsync(_call, end, stop);
        }
        catch (JobGoneException)
        {
            // Another runner has it, or the run has ended: nothing of this attempt is wanted.
        }
        finally
        {
            folder.Delete();
        }
    }

    /// <summary>
    /// Jobs of one service share a home; one of what is not on the branch shares nothing, and one with caches has what they
    /// say and no more.
    /// </summary>
    private string? HomeToKeep() =>
        order.Trust is JobTrust.Fork || order.LeavesNothing || order.Room is { Caches.IsEmpty: false } || order.Service.Contains('/')
            || order.Service is "" or "." or ".." ? null : order.Service;

    private async Task<JobEnd> EndOfAsync(
        JobFolder folder, JobLog log, CancellationToken wanted, CancellationToken stop)
    {
        try
        {
            await TakeSecretsAsync(folder, log, wanted);
            return await CarryAsync(folder, log, wanted, stop);
        }
        catch (Exception e) when (e is BadTreeException or JobRefusedException or SecretsRefusedException)
        {
            return JobEnds.Failed(order, e.Message);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return JobEnds.Failed(order, $"Stopped: {_stopped.Why}.");
        }
        catch (Exception e) when (e is not (OperationCanceledException or JobGoneException))
        {
            return JobEnds.Failed(order, $"The runner {options.Name} could not carry the job: {e.Message}");
        }
    }

    private async Task<JobEnd> CarryAsync(JobFolder folder, JobLog log, CancellationToken wanted, CancellationToken stop)
    {
        await FetchAsync(folder, wanted);
        if (order.Shard is { } shard) ShardFiles.Write(folder, shard, sandbox.Uid);
        WritableFolders.Make(folder.Source, order, sandbox.Uid);
        var caches = new JobCaches(new(options.Caches, options.CacheBytes), order, folder, sandbox);
        await caches.RestoreAsync(log, wanted);
        log.Note($"{order.Job} runs at commit {order.Commit} ({Where()}).");
        var end = await new JobCommand(sandbox, link, options, order).RunAsync(folder, log, _stopped, (wanted, stop));
        if (end.Outcome is not Outcome.Succeeded) return end;
        if (order.Artifact is { } artifact) await PackAsync(folder, artifact, log, wanted);
        await caches.KeepAsync(log, wanted);
        return end;
    }

    private string Where() =>
        (order.Room?.Image is { } image ? $"in a container of {image}" : sandbox.Isolation.Says(sandbox.Uid is not null))
            + (order.Network ? "; with network" : "");

    private async Task TakeSecretsAsync(JobFolder folder, JobLog log, CancellationToken stop)
    {
        if (order.Secrets.IsDefaultOrEmpty) return;
        var handed = await link.SecretsAsync(_call, stop);
        log.Mask(MaskAutomaton.OfSecrets(handed.ToMask));
        SecretFolder.Write(folder.Secrets, handed.Values, sandbox.Uid is { } uid ? new((uint)uid, (uint)uid) : null);
    }

    private async Task FetchAsync(JobFolder folder, CancellationToken stop)
    {
        await link.SourceAsync(_call, (tar, end) => UnpackAsync(tar, folder, end), stop);
        foreach (var need in order.Needs)
            await link.ArtifactAsync(need, (tar, end) => UnpackAsync(tar, folder, end), stop);
        if (order.WantsContracts) await link.ContractsAsync(_call, (tar, end) => UnpackAsync(tar, folder, end), stop);
    }

    private Task UnpackAsync(Stream tar, JobFolder folder, CancellationToken stop) =>
        new SourceUnpacker(folder.Source, sandbox.Uid, sandbox.Limits.SourceBytes).UnpackAsync(tar, stop);

    private async Task PackAsync(JobFolder folder, string artifact, JobLog log, CancellationToken stop)
    {
        await using (var file = File.Create(folder.Artifact))
            await new ArtifactPacker(folder.Source, sandbox.Uid).PackAsync(artifact, order.Include, file, stop);
        if (log.Secrets is { } secrets && await new SecretCheck(secrets).FindInTarAsync(folder.Artifact, stop) is { } leak)
            throw new BadTreeException($"The artifact holds a secret in `{leak}`, so it is not kept. Whoever has an artifact "
                + "can read everything in it.");
    }
}
