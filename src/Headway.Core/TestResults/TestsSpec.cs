using System.Collections.Immutable;

namespace Headway.Core.TestResults;

/// <summary>`tests:` of headway.yaml.</summary>
public sealed record TestsSpec(ImmutableArray<Quarantine> Quarantine)
{
    public static readonly TestsSpec None = new([]);
}

/// <summary>`shards:` of a job, which has become one job for each.</summary>
/// <param name="Job">The job as it is written.</param>
/// <param name="Index">From 1.</param>
/// <param name="Tests">Pattern of files of the source that hold tests; null: classes or files as reports name them.</param>
public sealed record ShardSpec(string Job, int Index, int Of, string? Tests)
{
    public const int Most = 20;
}
