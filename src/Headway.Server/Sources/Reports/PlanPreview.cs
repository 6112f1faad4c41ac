using System.Collections.Immutable;
using System.Text;
using Headway.Core.Pipelines;
using Headway.Core.Services;
using Headway.Core.Strategies;

namespace Headway.Server.Sources.Reports;

/// <summary>What a merge request would do, as a comment under it: jobs, environments, what changes in headway.yaml.</summary>
public sealed class PlanPreview(SourceMirrors mirrors)
{
    private const int MostDifference = 8000;
    private const int FilesNamed = 20;

    /// <summary>Begins the comment, so that it is found again.</summary>
    public static string MarkerOf(string service) => $"<!-- headway {service} -->";

    /// <summary>What the comment depends on; it is written anew when this changes: at the start and at the end.</summary>
    public static string KeyOf(RunState run) => $"{run.Id} {run.Outcome}";

    public async Task<string> OfAsync(WatchedService service, RunState run, CancellationToken stop)
    {
        var difference = run.Trigger!.Base is { } onto ? await DifferenceAsync(service, onto, run.Commit.Sha, stop) : "";
        return Text(service, run, difference);
    }

    internal static string Text(WatchedService service, RunState run, string difference)
    {
        var (trigger, text) = (run.Trigger!, new StringBuilder());
        text.Append($"{MarkerOf(service.Name)}\n### Headway: what this change would do to `{service.Name}`\n\n");
        text.Append($"Run {run.Id} builds and tests it as it would be after the merge into `{trigger.Branch}`, by the "
            + $"`{service.SpecPath}` of `{trigger.Branch}`.");
        if (trigger.MergeRequest is { FromFork: true }) text.Append(" It comes from a fork, so its jobs get no secrets.");
        text.Append("\n\n| Job | Runs after | Result |\n|---|---|---|\n");
        foreach (var job in JobGraph.Ordered(run.Spec.Jobs))
            text.Append($"| {job.Name} | {string.Join(", ", job.Needs)} | {Result(run, job.Name)} |\n");
        text.Append($"\n**After the merge** it would be released to {Environments(run.Spec)}.\n");
        text.Append(Files(trigger.Changed));
        if (difference.Length == 0) return text.ToString();
        var fence = new string('`', Math.Max(3, LongestRun(difference) + 1));
        text.Append($"\n`{service.SpecPath}` changes, which counts after the merge:\n\n{fence}diff\n{difference}\n{fence}\n");
        return text.ToString();
    }

    private static string Result(RunState run, string job) =>
        run.IsOpen ? "" : $"{run.Job(job)?.Phase}".ToLowerInvariant();

    private static string Environments(ServiceSpec spec) => string.Join(", then ",
        spec.Environments.Select(each => $"**{each.Name}** {Strategy(each.Strategy)}"));

    private static string Strategy(StrategySpec? strategy) => strategy switch
    {
        StrategySpec.Canary canary => "by canary (" + string.Join(", ", canary.Steps.Select(step =>
            $"{step.Share * 100:0.##}%{(step.UntilApproved ? " until approved" : "")}")) + ")",
        StrategySpec.BlueGreen => "blue-green",
        StrategySpec.Rolling rolling => $"rolling, {rolling.Batch} at a time",
        _ => "at once",
    };

    /// <summary>Names of files are whatever their author wants: nothing in them may be read as markup.</summary>
    private static string Files(ImmutableArray<string>? changed)
    {
        if (changed is not { IsDefaultOrEmpty: false } files) return "";
        var named = files.Take(FilesNamed).Select(file =>
            string.Concat(file.Where(c => !char.IsControl(c) && c != '`')));
        var more = files.Length > FilesNamed ? $" and {files.Length - FilesNamed} more" : "";
        return $"\nChanged: {string.Join(", ", named.Select(file => $"`{file}`"))}{more}.\n";
    }

    private async Task<string> DifferenceAsync(
        WatchedService service, string onto, string merged, CancellationToken stop)
    {
        try
        {
            var mirror = mirrors.Of(service.Source, service.Branch);
            var all = await mirror.AskAsync(["diff", "--no-color", "--no-ext-diff", "--no-textconv", onto, merged, "--",
                service.SpecPath], new Dictionary<string, string>(), 4 << 20, stop);
            var lines = all[Math.Max(0, all.IndexOf("@@", StringComparison.Ordinal))..].TrimEnd();
            return lines.Length > MostDifference ? $"{lines[..MostDifference]}\n(cut)" : lines;
        }
        catch (GitFailedException e)
        {
            return $"(The difference cannot be shown: {e.Message})";
        }
    }

    private static int LongestRun(string text)
    {
        var (longest, run) = (0, 0);
        foreach (var c in text) longest = Math.Max(longest, run = c == '`' ? run + 1 : 0);
        return longest;
    }
}
