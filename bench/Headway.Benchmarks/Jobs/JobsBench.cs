using System.Diagnostics;
using System.Globalization;
using Headway.Benchmarks.Server;
using Headway.Core.Pipelines;

namespace Headway.Benchmarks.Jobs;

/// <summary>
/// What a job costs beyond its command: from ready in the queue to its first process, and from the command's end to the
/// recorded result; and how soon a long queue is empty.
/// </summary>
public static class JobsBench
{
    private const int Chain = 20;
    private const int Services = 5;
    private const int JobsOfEach = 40;

    public static async Task<int> RunAsync(CancellationToken stop)
    {
        var table = BarTable.Begin();
        await OverheadAsync(table, "without sandbox under 150 ms", "off", 150, stop);
        await OverheadAsync(table, "with sandbox under 300 ms", "required", 300, stop);
        await DrainAsync(table, stop);
        return table.ExitCode;
    }

    private static async Task OverheadAsync(
        BarTable table, string bar, string sandbox, double most, CancellationToken stop)
    {
        await using var bed = await JobsBed.StartAsync(["--jobs", "1", "--sandbox", sandbox], stop);
        // Each needs the one before it, so it is ready in the queue at the moment when that one has ended.
        var run = await bed.RunAsync("chain", Chain, chained: true, stop);
        var (before, after) = (new List<double>(), new List<double>());
        for (var number = 1; number < run.Jobs.Length; number++)
        {
            var began = await bed.StampAsync(run, run.Jobs[number].Name, stop);
            before.Add((began - run.Jobs[number - 1].EndedAt!.Value).TotalMilliseconds);
            after.Add((run.Jobs[number].EndedAt!.Value - began).TotalMilliseconds);
        }
        var whole = before.Zip(after, (first, last) => first + last).ToList();
        table.Add($"path overhead per job {bar}",
            $"{BarTable.Median(whole):0} ms, median of {whole.Count} (queue to start {BarTable.Median(before):0} ms, end to result {BarTable.Median(after):0} ms; slowest {whole.Max():0} ms)",
            BarTable.Median(whole) < most);
    }

    private static async Task DrainAsync(BarTable table, CancellationToken stop)
    {
        var slots = Environment.ProcessorCount;
        await using var bed = await JobsBed.StartAsync([], stop);
        var runs = await Task.WhenAll(Enumerable.Range(1, Services).Select(each =>
            bed.RunAsync($"service-{each}", JobsOfEach, chained: false, stop)));
        bed.Runner("--jobs", slots.ToString(CultureInfo.InvariantCulture));
        var clock = Stopwatch.StartNew();
        for (var each = 0; each < Services; each++) runs[each] = await bed.EndedAsync(runs[each].Id, stop);
        var jobs = runs.SelectMany(run => run.Jobs.Select(job => (run.Service, job))).OrderBy(each => each.job.StartedAt).ToList();
        var most = jobs.Max(each => jobs.Count(other =>
            other.job.StartedAt <= each.job.StartedAt && other.job.EndedAt > each.job.StartedAt));
        // The longest that any service had to wait between two of its jobs, counted in jobs of others.
        var gap = runs.Max(run => Gap([.. jobs.Select(each => each.Service)], run.Service));
        table.Add($"{Services * JobsOfEach} queued jobs drain at the node's limit with no starvation",
            $"{clock.Elapsed.TotalSeconds:0.0} s, {Services * JobsOfEach / clock.Elapsed.TotalSeconds:0.0} jobs/s, {most} at once of {slots} allowed; no service waited for more than {gap} jobs of the {Services - 1} others",
            most == slots && gap <= 2 * Services);
    }

    private static int Gap(string[] served, string service)
    {
        var (gap, longest) = (0, 0);
        foreach (var each in served.Take(Array.LastIndexOf(served, service)))
            longest = Math.Max(longest, gap = each == service ? 0 : gap + 1);
        return longest;
    }
}
