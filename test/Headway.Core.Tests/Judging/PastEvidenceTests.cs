using Headway.Core.Evidence;
using Headway.Core.Judging;
using Xunit;

namespace Headway.Core.Tests.Judging;

using static Scene;

public class PastEvidenceTests
{
    [Fact]
    public void History_sums_the_release_on_whichever_side_it_served_and_counts_a_batch_once()
    {
        EvidenceBatch[] batches =
        [
            Batch(1, Stable(10, 1), Candidate(5, 2)),
            Batch(1, Stable(10, 1), Candidate(5, 2)),
            Batch(2, Candidate(20, 4) with { Unfinished = 3, Latency = new([10], [7]) }, null),
        ];

        var history = PastEvidence.HistoryOf(batches, "r2");

        Assert.Equal((25, 6), (history.Trials, history.Failures));
        Assert.Equal(17.5, history.RequestsPerSecond);
        Assert.Equal(10, history.Latency.Total);
        Assert.Equal(3, history.Latency.Above(LatencyScale.LastBucket - 1));
        Assert.Equal(10, PastEvidence.HistoryOf(batches, "r1").Trials);
        Assert.Equal(StableHistory.None, PastEvidence.HistoryOf([], "r1") with { Latency = LatencyCounts.Empty });
    }

    [Theory]
    [InlineData(50, 1000)]
    [InlineData(2500, 2500)]
    [InlineData(60_000, 5000)]
    public void The_delay_follows_the_slowest_of_a_thousand_between_one_and_five_seconds(double slow, double expected)
    {
        var history = StableHistory.None with
        {
            Latency = new([LatencyScale.BucketOf(20), LatencyScale.BucketOf(slow)], [9_980, 20]),
        };
        Assert.InRange(PastEvidence.DelayOf(history).TotalMilliseconds, expected, expected * 1.05);
    }

    [Fact]
    public void Without_a_past_the_delay_is_two_seconds() =>
        Assert.Equal(TimeSpan.FromSeconds(2), PastEvidence.DelayOf(StableHistory.None));

    [Theory]
    [InlineData(0, 0.05)]
    [InlineData(50, 0.05)]
    [InlineData(500, 0.01)]
    [InlineData(5000, 0.001)]
    public void A_busy_service_starts_with_a_smaller_share(double requestsPerSecond, double share) =>
        Assert.Equal(share, Ramp.FirstShare(requestsPerSecond), 12);

    private static EvidenceBatch Batch(long sequence, SideCounts stable, SideCounts? candidate) =>
        new("n", "b", sequence, Sides.Lane, 1, Start.AddSeconds(sequence), stable, candidate);
}
