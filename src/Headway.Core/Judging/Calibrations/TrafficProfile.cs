using System.Collections.Immutable;
using Headway.Core.Evidence;

namespace Headway.Core.Judging.Calibrations;

/// <summary>What the users of a lane are like while nothing is rolled out: counts of stable alone.</summary>
/// <param name="Lane">`service/environment`.</param>
/// <param name="From">First second that is in it, or null without any.</param>
/// <param name="To">End of the newest second that is in it.</param>
/// <param name="Past">Summed up, in the form in which a judge wants to know it.</param>
/// <param name="Counts">Second by second, the oldest first, without the seconds in which a candidate had users.</param>
public sealed record TrafficProfile(
    string Lane, DateTimeOffset? From, DateTimeOffset? To, StableHistory Past, ImmutableArray<SecondCounts> Counts)
{
    public double FailureRate => Past.Requests > 0 ? (double)Past.RequestFailures / Past.Requests : 0;

    /// <summary>
    /// About how many clients there are. Recorded is only how many different ones there are in a second, so this takes
    /// them for alike: n requests of C clients come from C (1 - exp(-n/C)) different ones. Null when nearly every
    /// request
    /// of a second comes from another client, so that no bound can be told.
    /// </summary>
    public int? Clients
    {
        get
        {
            double requests = Counts.Sum(c => (long)c.Requests), distinct = Counts.Sum(c => (long)c.Clients);
            if (Counts.IsEmpty || requests <= 0 || distinct <= 0) return null;
            var (n, d) = (requests / Counts.Length, distinct / Counts.Length);
            if (d >= 0.995 * n) return null;
            var (low, high) = (d, 1e9);
            for (var i = 0; i < 200; i++)
            {
                var middle = Math.Sqrt(low * high);
                if (middle * (1 - Math.Exp(-n / middle)) < d) low = middle;
                else high = middle;
            }

            return (int)Math.Min(Math.Max(Math.Round(low), 1), 1e9);
        }
    }
}

/// <summary>Stable in one second, over all gateways.</summary>
public readonly record struct SecondCounts(int Requests, int Failures, int Clients, int ClientFailures);

/// <summary>Collects a profile from batches in the order of their seconds.</summary>
public sealed class ProfileRecording(string lane)
{
    /// <summary>Seconds that are kept one by one: six hours.</summary>
    public const int MostSeconds = 6 * 3600;

    /// <summary>Seconds whose latencies and totals make up the past.</summary>
    private const int MostBatches = 50_000;

    private readonly SortedDictionary<DateTimeOffset, SecondCounts> counts = [];
    private readonly Queue<EvidenceBatch> batches = new();

    public void Add(EvidenceBatch batch)
    {
        if (batch.Lane != lane || batch.Candidate is not null) return;
        var side = batch.Stable;
        if (side.Failures > side.Requests || side.ClientFailures > side.Clients || side.Requests < 0) return;
        var (n, k, c, f) = counts.GetValueOrDefault(batch.Second);
        counts[batch.Second] = new(n + side.Requests, k + side.Failures, c + side.Clients, f + side.ClientFailures);
        if (counts.Count > MostSeconds) counts.Remove(counts.First().Key);
        batches.Enqueue(batch);
        if (batches.Count > MostBatches) batches.Dequeue();
    }

    public TrafficProfile Finish()
    {
        if (counts.Count == 0) return new(lane, null, null, StableHistory.None, []);
        var first = counts.First().Key;
        var past = PastEvidence.HistoryOf(batches.Where(b => b.Second >= first));
        // Seconds in which somebody else had users are left out, so the rate is that of the seconds that are in it.
        past = past with { RequestsPerSecond = counts.Values.Sum(c => (double)c.Requests) / counts.Count };
        return new(lane, first, counts.Last().Key.AddSeconds(1), past, [.. counts.Values]);
    }
}
