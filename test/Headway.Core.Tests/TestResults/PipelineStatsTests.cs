using System.Collections.Immutable;
using Headway.Core.Pipelines;
using Headway.Core.TestResults;
using Headway.Core.Tests.Pipelines;
using Xunit;

namespace Headway.Core.Tests.TestResults;

public sealed class PipelineStatsTests
{
    [Fact]
    public void Cancelled_superseded_and_lost_runs_are_in_neither_number_of_the_share()
    {
        var day = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
        ImmutableArray<EndedRun> runs =
        [
            .. Enumerable.Range(1, 9).Select(at => Run(day, RunClass.Succeeded, at)), Run(day.AddDays(1), RunClass.Failed, 100),
            Run(day, RunClass.LostByInfrastructure, 1000), Run(day, RunClass.NotCounted, 1000),
        ];
        var stats = PipelineStats.Of("shop", runs);
        Assert.Equal((9, 1, 1, 1), (stats.Succeeded, stats.Failed, stats.LostByInfrastructure, stats.NotCounted));
        Assert.Equal(0.9, stats.SuccessRate);
        Assert.Equal((5, 100), (stats.SecondsP50, stats.SecondsP95));
        Assert.Equal([1.0, 0.0], stats.Days.Select(each => each.SuccessRate!.Value));
        Assert.Null(PipelineStats.Of("shop", []).SuccessRate);
    }

    [Theory]
    [InlineData(TriggerKind.Push, true)]
    [InlineData(TriggerKind.MergeRequest, true)]
    [InlineData(TriggerKind.Verify, false)]
    [InlineData(TriggerKind.Handover, false)]
    public void What_tries_a_release_or_was_built_elsewhere_is_no_pipeline_of_a_commit(TriggerKind kind, bool counts)
    {
        var ended = new RunStory(spec => spec, new(kind, "main"), RunStory.Job("test")).Starts("test").Ends("test")
            .Then(new RunEvent.Finished(RunOutcome.Succeeded, "Done.", null));
        Assert.Equal(counts, EndedRun.Of(ended.State) is not null);
    }

    private static EndedRun Run(DateTimeOffset at, RunClass kind, int seconds) =>
        new("shop", at, kind, TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(1), false);
}
