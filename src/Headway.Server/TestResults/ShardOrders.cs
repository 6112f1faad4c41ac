using System.Collections.Immutable;
using System.Text;
using Headway.Core.Nodes;
using Headway.Core.Pipelines;
using Headway.Core.TestResults;
using Headway.Server.Sources;
using Headway.Server.TestResults.Keeping;

namespace Headway.Server.TestResults;

/// <summary>Which tests a shard is to run: made once for all shards of a job in a run, from what tests took before.</summary>
public sealed class ShardOrders(TestHistory history, ServiceBook services, SourceMirrors mirrors)
{
    private const int MostFiles = 50_000;
    private const int TreeBytes = 64 << 20;

    public async Task<ShardOrder?> OfAsync(RunState run, JobSpec job, CancellationToken stop)
    {
        if (job.Shard is not { } shard) return null;
        var units = shard.Tests is { } pattern ? await FilesAsync(run, shard.Job, pattern, stop)
            : history.Units(run.Service, shard.Job);
        var plan = history.Plan(run.Id, shard.Job, () => ShardPlan.Of(units, shard.Of));
        return new(shard.Index, shard.Of, plan[shard.Index - 1], [.. plan.Where((_, at) => at != shard.Index - 1).SelectMany(part => part)]);
    }

    /// <summary>Files of the commit, so that new ones have a shard too; reports may name them by a longer path.</summary>
    private async Task<ImmutableArray<TestUnit>> FilesAsync(RunState run, string job, string pattern, CancellationToken stop)
    {
        var wanted = new PathPattern(pattern);
        var known = history.Units(run.Service, job);
        var exact = known.ToDictionary(unit => unit.Name, StringComparer.Ordinal);
        var byFile = known.ToLookup(unit => unit.Name[(unit.Name.LastIndexOf('/') + 1)..], StringComparer.Ordinal);
        return
        [
            .. (await PathsAsync(run, stop)).Where(wanted.Matches).Take(MostFiles).Select(path =>
                new TestUnit(path, (exact.GetValueOrDefault(path) ?? byFile[path[(path.LastIndexOf('/') + 1)..]]
                    .FirstOrDefault(unit => unit.Name.EndsWith("/" + path, StringComparison.Ordinal)))?.Milliseconds)),
        ];
    }

    private async Task<List<string>> PathsAsync(RunState run, CancellationToken stop)
    {
        if (services.Find(run.Service) is not { } service) return [];
        var tree = new MemoryStream();
        await mirrors.Of(service.Source, service.Branch).ListAsync(run.Commit.Sha, async (output, end) =>
        {
            var buffer = new byte[64 * 1024];
            for (int read; (read = await output.ReadAsync(buffer, end)) > 0;)
                if (tree.Length < TreeBytes) tree.Write(buffer, 0, read);
        }, stop);
        return
        [
            .. Encoding.UTF8.GetString(tree.GetBuffer(), 0, (int)tree.Length).Split('\0', StringSplitOptions.RemoveEmptyEntries)
                .Where(entry => entry.StartsWith("100", StringComparison.Ordinal) && entry.Contains('\t'))
                .Select(entry => entry[(entry.IndexOf('\t') + 1)..]),
        ];
    }
}
