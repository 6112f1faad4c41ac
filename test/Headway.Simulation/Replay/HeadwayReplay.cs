using Headway.Core.Evidence;
using Headway.Core.Judging;

namespace Headway.Simulation.Replay;

/// <summary>
/// The product's own judge, fed with batches of evidence as a gateway would send them and asked once a second. Steps
/// follow its verdicts: Promote and (after the patience) Inconclusive go on, Rollback goes to 0, all else waits.
/// </summary>
public sealed class HeadwayReplay(JudgeSettings settings, Latencies latencies)
{
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);
    private static readonly Comparison Sides = new("shop/production", "stable", "candidate");

    /// <summary>Seconds from the end of a second until its batch is there.</summary>
    public int Delay { get; init; }

    /// <summary>What the judge said last, for reports.</summary>
    public Verdict? Last { get; private set; }

    public Replayed Run(World world, Ladder ladder, long run)
    {
        var judge = new Judge(settings, Past(world, run), Sides);
        var step = -1;
        var share = 0.0;
        var shares = new (double Share, long Version)[world.Seconds];
        int? promotedAt = null, rolledBackAt = null;
        long failed = 0, version = 0;
        Next(0);
        for (var second = 0; second < world.Seconds; second++)
        {
            shares[second] = (share, version);
            var arrivals = Arrivals.Of(world, run, second, share);
            if (world.FaultRate is null || world.IsFaultyAt(second)) failed += arrivals.CandidateFailures;
            if (rolledBackAt is not null) break;
            if (second >= Delay) judge.Observe(Batch(world, run, second - Delay, shares[second - Delay]));
            Last = judge.Assess(Start.AddSeconds(second + 1));
            switch (Last.Kind)
            {
                case VerdictKind.Rollback:
                    (share, rolledBackAt) = (0, second + 1);
                    break;
                case VerdictKind.Promote or VerdictKind.Inconclusive when promotedAt is null:
                    Next(second + 1);
                    break;
            }
        }

        return new(failed, rolledBackAt, promotedAt);

        void Next(int second)
        {
            step++;
            version++;
            var isLast = step >= ladder.Shares.Length;
            if (isLast) promotedAt = second;
            share = isLast ? Ladder.HoldBack : ladder.Shares[step];
            var next = isLast || step + 1 >= ladder.Shares.Length ? 1 : ladder.Shares[step + 1];
            var atLeast = isLast ? TimeSpan.FromMinutes(60) : ladder.AtLeast;
            judge.StepStarted(new(Start.AddSeconds(second), share, next, atLeast));
        }
    }

    private EvidenceBatch Batch(World world, long run, int second, (double Share, long Version) route)
    {
        var arrivals = Arrivals.Of(world, run, second, route.Share);
        var chance = new Chance(run, second + 1_000_000L);
        var stable = Side("stable", arrivals.Stable, arrivals.StableFailures) with
        {
            Latency = latencies.Stable(ref chance, arrivals.Stable - arrivals.StableFailures),
        };
        var candidate = Side("candidate", arrivals.Candidate, arrivals.CandidateFailures) with
        {
            Latency = latencies.Candidate(
                ref chance, arrivals.Candidate - arrivals.CandidateFailures, world.Slower, world.VerySlow),
        };
        return new(
            "n1", "b1", second + 1, Sides.Lane, route.Version, Start.AddSeconds(second), stable, candidate);
    }

    /// <summary>Independent requests: each comes from a client of its own.</summary>
    private static SideCounts Side(string release, int requests, int failures) => SideCounts.None(release) with
    {
        Requests = requests, Failures = failures, Clients = requests, ClientFailures = failures,
        SpellClients = requests, RefusalClients = requests,
    };

    private StableHistory Past(World world, long run)
    {
        var chance = new Chance(run, -1);
        var trials = chance.Poisson(600 * world.RequestsPerSecond);
        var failures = chance.Binomial(trials, world.BaseRate);
        return new(trials, failures, 0, Math.Min(trials, 1000), latencies.Past, world.RequestsPerSecond)
        {
            Requests = trials, RequestFailures = failures,
        };
    }
}
