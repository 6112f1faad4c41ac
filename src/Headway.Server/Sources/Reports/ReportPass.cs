using System.Collections.Immutable;
using Headway.Core.Pipelines;
using Headway.Server.Sources.Hosts;
using Headway.Server.Storage;

namespace Headway.Server.Sources.Reports;

/// <summary>Tells the host of one service's repository what it was not told yet.</summary>
public sealed class ReportPass(
    WantedReports wanted, PlanPreview preview, RepositoryHosts hosts, IEventStore store)
{
    /// <summary>
    /// The first thing that could not be told, or null. One report that is refused holds up no other; a host that does
    /// not answer at all is left alone until the next pass.
    /// </summary>
    public async Task<string?> TellAsync(WatchedService service, CancellationToken stop)
    {
        if (hosts.Of(service) is not { } host) return null;
        var (before, version) = await ReportMemory.LoadAsync(store, service.Name, stop);
        var telling = new Telling(before);
        var reports = wanted.Of(service);
        foreach (var report in reports)
            if (!telling.IsOver && before.Sent.GetValueOrDefault(ReportMemory.KeyOf(report)) != ReportMemory.Said(report))
                await telling.TryAsync(async () =>
                {
                    await host.ReportAsync(report, stop);
                    telling.Sent(report);
                });
        var requests = wanted.RunsOf(service.Name).Where(run => run.Trigger?.MergeRequest is not null)
            .DistinctBy(run => run.Trigger!.MergeRequest!.Number).ToImmutableArray();
        foreach (var run in requests)
            if (!telling.IsOver) await telling.TryAsync(() => CommentAsync(service, host, run, telling, stop));
        var after = telling.Kept(
            [.. reports.Select(ReportMemory.KeyOf)], [.. requests.Select(run => run.Trigger!.MergeRequest!.Number)]);
        if (!after.Sent.SequenceEqual(before.Sent) || !after.Comments.SequenceEqual(before.Comments))
            await after.KeepAsync(store, service.Name, version, stop);
        return telling.Problem;
    }

    private async Task CommentAsync(
        WatchedService service, IRepositoryHost host, RunState run, Telling telling, CancellationToken stop)
    {
        var number = run.Trigger!.MergeRequest!.Number;
        var (there, key) = (telling.Comment(number), PlanPreview.KeyOf(run));
        if (there?.Said == key) return;
        var text = await preview.OfAsync(service, run, stop);
        var id = await host.CommentAsync(number, there?.Id, PlanPreview.MarkerOf(service.Name), text, stop);
        telling.Commented(number, new(id, key));
    }

    private sealed class Telling(ReportMemory memory)
    {
        private ReportMemory memory = memory;

        public string? Problem { get; private set; }

        /// <summary>The host as a whole does not answer, or turns the token away.</summary>
        public bool IsOver { get; private set; }

        public CommentMemory? Comment(int number) => memory.Comments.GetValueOrDefault(number);

        public async Task TryAsync(Func<Task> tell)
        {
            try
            {
                await tell();
            }
            catch (HostSilentException e)
            {
                Problem ??= e.Message;
                IsOver = e.Status is 0 or 401 or 403 or 429 or >= 500;
            }
        }

        public void Sent(CommitReport report) => memory = memory with
        {
            Sent = memory.Sent.SetItem(ReportMemory.KeyOf(report), ReportMemory.Said(report)),
        };

        public void Commented(int number, CommentMemory comment) =>
            memory = memory with { Comments = memory.Comments.SetItem(number, comment) };

        /// <summary>Without what nobody wants to be told any more, so that it does not grow.</summary>
        public ReportMemory Kept(ImmutableHashSet<string> keys, ImmutableHashSet<int> numbers) => new(
            memory.Sent.RemoveRange(memory.Sent.Keys.Where(key => !keys.Contains(key))),
            memory.Comments.RemoveRange(memory.Comments.Keys.Where(number => !numbers.Contains(number))));
    }
}
