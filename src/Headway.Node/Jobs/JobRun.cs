using System.Diagnostics;
using Headway.Core.Nodes;
using Headway.Core.Targets;

namespace Headway.Node.Jobs;

/// <summary>One job from its order to its end: source, command under limits, artifact, report.</summary>
internal sealed class JobRun(Sandbox sandbox, RunnerLink link, RunnerOptions options, JobOrder order)
{
    private readonly JobCall _call = new(order.Job, order.Attempt);
    private string? _stoppedWhy;

    public async Task RunAsync(CancellationToken stop)
    {
        var folder = sandbox.MakeFolder();
        try
        {
            using var log = new JobLog(folder.Log, order.LogLimitBytes);
            var sending = new LogSending(log, link, _call, options);
            JobEnd end;
            using (var wanted = CancellationTokenSource.CreateLinkedTokenSource(stop))
            using (var running = CancellationTokenSource.CreateLinkedTokenSource(stop))
            {
                var sender = sending.RunAsync(why => Stop(why, wanted), running.Token);
                end = await EndOfAsync(folder, log, wanted.Token, stop);
                await running.CancelAsync();
                await sender;
            }
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

    private void Stop(string why, CancellationTokenSource wanted)
    {
        _stoppedWhy ??= why;
        // Not on this call: what follows from it would run inside whoever noticed.
        ThreadPool.QueueUserWorkItem(static source =>
        {
            try { source.Cancel(); }
            catch (ObjectDisposedException) { /* The job ended by itself meanwhile. */ }
        }, wanted, preferLocal: false);
    }

    private async Task<JobEnd> EndOfAsync(
        JobFolder folder, JobLog log, CancellationToken wanted, CancellationToken stop)
    {
        try
        {
            await FetchAsync(folder, wanted);
            log.Note($"{order.Job} runs at commit {order.Commit} ({sandbox.Isolation.Says(sandbox.Uid is not null)}"
                + $"{(order.Network ? "; with network" : "")}).");
            var end = await CommandAsync(folder, log, wanted);
            if (end.Outcome is Outcome.Succeeded && order.Artifact is { } artifact)
                await PackAsync(folder, artifact, wanted);
            return end;
        }
        catch (BadTreeException e)
        {
            return Failed(null, e.Message);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return Failed(null, $"Stopped: {_stoppedWhy}.");
        }
        catch (Exception e) when (e is not (OperationCanceledException or JobGoneException))
        {
            return Failed(null, $"The runner {options.Name} could not carry the job: {e.Message}");
        }
    }

    private async Task FetchAsync(JobFolder folder, CancellationToken stop)
    {
        await link.SourceAsync(_call, (tar, end) => UnpackAsync(tar, folder, end), stop);
        foreach (var need in order.Needs)
            await link.ArtifactAsync(need, (tar, end) => UnpackAsync(tar, folder, end), stop);
    }

    private Task UnpackAsync(Stream tar, JobFolder folder, CancellationToken stop) =>
        new SourceUnpacker(folder.Source, sandbox.Uid, sandbox.Limits.SourceBytes).UnpackAsync(tar, stop);

    private async Task<JobEnd> CommandAsync(JobFolder folder, JobLog log, CancellationToken wanted)
    {
        var memory = sandbox.Limits.MemoryBytes ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2;
        using var group = ControlGroup.Make($"headway-job-{Environment.ProcessId}", memory, sandbox.Limits.Processes);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(wanted);
        limit.CancelAfter(order.Timeout);
        var clock = Stopwatch.StartNew();
        await using var process = JobProcess.Start(sandbox.Start(folder, order, group), (output, _) =>
        {
            log.Write(output.Span);
            return ValueTask.CompletedTask;
        }, () => Leftovers.End(sandbox, order));
        using var disk = new DiskWatch(folder, sandbox.Limits.DiskBytes, why => Stop(why, limit));
        try
        {
            var code = await process.ExitedAsync(limit.Token);
            return Ended(folder, code, clock.Elapsed, group, log);
        }
        catch (OperationCanceledException) when (!wanted.IsCancellationRequested)
        {
            return Failed(null, _stoppedWhy is { } why ? $"Stopped: {why}."
                : $"Stopped: it was not done within its time limit of {order.Timeout}.");
        }
    }

    private JobEnd Ended(JobFolder folder, int code, TimeSpan took, ControlGroup group, JobLog log)
    {
        var says = code == 0 ? $"Done in {took.TotalSeconds:0.0} s."
            : group.RanOutOfMemory() ? $"Exit code {code}: something was ended because the job used all its memory."
            : $"Exit code {code} after {took.TotalSeconds:0.0} s"
                + (log.LastLine() is { } line ? $"; its last line: {line}" : ", and it printed nothing.");
        if (order.Reports is { } reports)
            says += " " + (TestReports.Sum(
                folder.Source, reports, CancellationToken.None) ?? $"No test report matches {reports}.");
        return new(order.Job, code == 0 ? Outcome.Succeeded : Outcome.Failed, code, says);
    }

    private async Task PackAsync(JobFolder folder, string artifact, CancellationToken stop)
    {
        await using var file = File.Create(folder.Artifact);
        await new ArtifactPacker(folder.Source, sandbox.Uid).PackAsync(artifact, order.Include, file, stop);
    }

    private JobEnd Failed(int? code, string says) => new(order.Job, Outcome.Failed, code, says);
}
