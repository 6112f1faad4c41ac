using Headway.Core.Nodes;
using Headway.Core.Pipelines;

namespace Headway.Node.Jobs;

/// <summary>
/// Sends what a job wrote to be read: test reports, coverage, scans. A job that failed is the one whose reports people want
/// most, so they are sent however it ended.
/// </summary>
internal sealed class ResultFiles(RunnerLink link, JobCall call, JobLog log)
{
    /// <summary>Why the job fails: a secret stands in what was to be read by everybody.</summary>
    public string? Leak { get; private set; }

    /// <summary>How many files were there and are not kept.</summary>
    public async Task<int> SendAsync(string root, JobOrder order, CancellationToken stop)
    {
        var notKept = 0;
        if (order.Results.IsDefaultOrEmpty) return notKept;
        foreach (var wanted in order.Results)
        {
            var found = Matching(root, wanted.Pattern).Order(StringComparer.Ordinal).Take(JobResult.Most + 1).ToList();
            if (found.Count == 0) log.Note($"No file matches {wanted.Pattern}, where {wanted.Kind} results were expected.");
            foreach (var file in found)
                if (!await SendAsync(root, wanted.Kind, file, stop)) notKept++;
        }
        return notKept;
    }

    private async Task<bool> SendAsync(string root, ResultKind kind, string file, CancellationToken stop)
    {
        var path = Path.GetRelativePath(root, file);
        if (log.Secrets is { } secrets && await new SecretCheck(secrets).HoldsAsync(file, stop))
        {
            Leak ??= $"A secret stands in `{path}`, so that is not kept.";
            return false;
        }
        var length = new FileInfo(file).Length;
        if (length <= JobResult.LargestBytes && await link.ResultAsync(call, kind, path, file, stop)) return true;
        log.Note($"{path} ({length >> 20} MB) was not kept: a result may have {JobResult.LargestBytes >> 20} MB, "
            + $"and a job {JobResult.Most} of them.");
        return false;
    }

    /// <summary>Regular files only: what a job calls a report may be a link to somewhere else.</summary>
    private static IEnumerable<string> Matching(string root, string pattern)
    {
        var meant = new PathPattern(pattern);
        foreach (var folder in FolderWalk.Directories(root))
            foreach (var file in Directory.EnumerateFiles(folder))
                if (meant.Matches(Path.GetRelativePath(root, file)) && Posix.Look(file).IsRegular) yield return file;
    }
}
