using System.Collections.Immutable;
using System.Globalization;
using Headway.Core.Pipelines;
using Headway.Core.TestResults;

namespace Headway.Server.Specs.Jobs;

/// <summary>`shards:` of a job: a number, or a number with a pattern of the files that hold tests.</summary>
internal static class ShardsShape
{
    private static readonly Field<int> Count = new(
        "count", "How many.", Shapes.Whole(2, ShardSpec.Most), 0, Required: true);

    private static readonly Field<string?> Tests = new(
        "tests", "Pattern of the files of the source that hold tests, so that new ones have a shard too.",
        Shapes.Text("a pattern such as `\"test/**/*.test.js\"`").Select(pattern => (string?)pattern), null);

    public static readonly Field<ShardSpec?> Field = new(
        "shards", "The job becomes so many jobs, each with a part of the tests by what they took before.",
        Shapes.Either(
            node => node is SpecNode.Map,
            MapShape.Of("`shards`", [Count, Tests],
                values => (ShardSpec?)new ShardSpec("", 0, values.Get(Count), values.Get(Tests))),
            Shapes.Whole(2, ShardSpec.Most).Select(count => (ShardSpec?)new ShardSpec("", 0, count, null))), null);

    /// <summary>`test` with two shards becomes `test (shard=1)` and `test (shard=2)`; who needs `test` needs both.</summary>
    public static ImmutableArray<JobSpec> Spread(
        ImmutableArray<JobSpec> jobs, int limit, SpecNode build, ProblemList problems)
    {
        foreach (var job in jobs.Where(job => job.Shard is not null && job.Artifact is not null))
            problems.Add(build.At, $"job `{job.WrittenName}` has shards and keeps an artifact, of which there can be one",
                "`artifact` in a job without shards that needs this one");
        var spread = jobs.ToDictionary(job => job.Name, job => ShardsOf(job).ToList());
        ImmutableArray<JobSpec> all =
        [
            .. jobs.SelectMany(job => spread[job.Name]).Select(job => job with
            {
                Needs = [.. job.Needs.SelectMany(need =>
                    spread.TryGetValue(need, out var found) ? found.Select(shard => shard.Name) : [need])],
            }),
        ];
        if (all.Length > limit)
            problems.Add(build.At, $"with all shards there are {all.Length} jobs", $"at most {limit}");
        return all;
    }

    /// <summary>A shard is one more axis of the job's matrix, so that it is named, restarted and shown as a cell is.</summary>
    private static IEnumerable<JobSpec> ShardsOf(JobSpec job)
    {
        if (job.Shard is not { } shard) return [job];
        return Enumerable.Range(1, shard.Of).Select(index =>
        {
            var value = new MatrixValue("shard", index.ToString(CultureInfo.InvariantCulture));
            var cell = job.Matrix is { } matrix ? matrix with { Values = matrix.Values.Add(value) }
                : new MatrixCell(job.Name, [value]);
            return job with { Name = cell.Name, Matrix = cell, Shard = shard with { Job = job.Name, Index = index } };
        });
    }
}
