using System.Collections.Immutable;

namespace Headway.Server.Specs.Jobs;

/// <summary>What is asked of the tests of a job.</summary>
internal static class TestKeys
{
    public static readonly ImmutableArray<JobKey> Keys =
    [
        JobKey.Of(CoverageShape.Field, (job, coverage) => job with { Coverage = coverage }),
        JobKey.Of(ShardsShape.Field, (job, shard) => job with { Shard = shard }),
    ];
}
