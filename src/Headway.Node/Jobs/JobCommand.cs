using System.Diagnostics;
using Headway.Core.Nodes;
using Headway.Core.Pipelines;
using Headway.Node.Jobs.Beside;
using Headway.Node.Jobs.Containers;

namespace Headway.Node.Jobs;

/// <summary>Runs the command of a job under its limits, with what runs beside it, to its end or its time limit.</summary>
internal sealed class JobCommand(Sandbox sandbox, RunnerLink link, RunnerOptions options, JobOrder order)
{
    private readonly JobRoom _room = order.Room ?? JobRoom.Plain;

    public async Task<JobEnd> RunAsync(
        JobFolder folder, JobLog log, JobStop stopped, (CancellationToken Wanted, CancellationToken Stop) until)
    {
        var companions = Companions.Of(order, sandbox);
        var limits = sandbox.Limits.For(_room.Bounds);
        using var group = ControlGroup.Make($"headway-job-{Guid.NewGuid():N}", limits);
        foreach (var note in JobLimits.Notes(_room.Bounds, limits, group, sandbox.Uid is not null)) log.Note(note);
        using var running = CancellationTokenSource.CreateLinkedTokenSource(until.Stop);
        using var beside = new CompanionLogs(companions, folder, sandbox, Sending, (options, order.LogLimitBytes, log.Secrets));
        var besides = beside.RunAsync(running.Token, until.Stop);
        try
        {
            return await RunAsync(folder, log, stopped, (companions, limits, group), until.Wanted);
        }
        finally
        {
            await running.CancelAsync();
            await besides;
        }
    }

    private LogSending Sending(string companion, JobLog log) =>
        new(log, link, new JobCall(order.Job, order.Attempt) { Beside = companion }, options);

    private async Task<JobEnd> RunAsync(
        JobFolder folder, JobLog log, JobStop stopped, (Companions Companions, JobLimits Limits, ControlGroup Group) with,
        CancellationToken wanted)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(wanted);
        limit.CancelAfter(order.Timeout);
        var clock = Stopwatch.StartNew();
        using var containers = await JobContainers.BeginAsync(order, sandbox, options, limit.Token);
        var (start, ended) = containers.Start(sandbox, folder, with);
        await using var process = JobProcess.Start(start, (output, _) =>
        {
            log.Write(output.Span);
            return ValueTask.CompletedTask;
        }, ended);
        using var disk = new DiskWatch(folder, with.Limits.DiskBytes, why => stopped.Ask(why, limit));
        try
        {
            var code = await process.ExitedAsync(limit.Token);
            log.EndOutput();
            return JobEnds.Of(order, code, clock.Elapsed, with.Group.RanOutOfMemory(), log);
        }
        catch (OperationCanceledException) when (!wanted.IsCancellationRequested)
        {
            return JobEnds.Failed(order, stopped.Why is { } why ? $"Stopped: {why}."
                : $"Stopped: it was not done within its time limit of {order.Timeout}.");
        }
    }
}
