using Headway.Core.Evidence;
using Headway.Core.Judging;

namespace Headway.Simulation.Replay;

using static Situation;

/// <summary>Good releases that wrong counting would blame.</summary>
internal static class CountingSituations
{
    /// <summary>
    /// Successes take two seconds, failures none. Counted when they complete, the failures of a step up are set against
    /// the successes of the smaller share before it.
    /// </summary>
    public static bool ByCompletion(long run, bool byStart)
    {
        const double rps = 5000, rate = 0.01;
        double Share(int second) => second < 60 ? 0.05 : 0.25;
        var world = new World(rps, rate);
        var judge = new Judge(new(), History(rps, rate), Sides);
        judge.StepStarted(new(Start, 0.05, 0.25, TimeSpan.Zero));
        return Blamed(judge, 120, second =>
        {
            var now = Arrivals.Of(world, run, second, Share(second));
            var ended = byStart || second < 2 ? now : Arrivals.Of(world, run, second - 2, Share(second - 2));
            var candidate = ended.Candidate - ended.CandidateFailures + now.CandidateFailures;
            var stable = ended.Stable - ended.StableFailures + now.StableFailures;
            return [Batch(
                second, second + 1, Side("stable", stable, now.StableFailures),
                Side("candidate", candidate, now.CandidateFailures), route: second < 60 ? 1 : 2)];
        });
    }

    /// <summary>The candidate's instances have just started and are slow for a minute.</summary>
    public static bool Cold(long run, bool onlyWarm)
    {
        const double rps = 200, share = 0.05;
        var settings = new JudgeSettings();
        var latencies = new Latencies(settings);
        var judge = new Judge(settings, History(rps, 0.001, latencies.Past), Sides);
        judge.StepStarted(new(Start, share, 0.25, TimeSpan.Zero));
        var world = new World(rps, 0.001);
        var served = 0;
        return Blamed(judge, 300, second =>
        {
            var now = Arrivals.Of(world, run, second, share);
            var chance = new Chance(run, second + 1_000_000L);
            var counts = !onlyWarm || WarmUp.Default.IsWarm(second, served);
            served += now.Candidate;
            var slower = second < 60 ? 2.5 : 1;
            return [Batch(
                second, second + 1,
                Side("stable", now.Stable, now.StableFailures) with
                {
                    Latency = latencies.Stable(ref chance, now.Stable - now.StableFailures),
                },
                Side("candidate", now.Candidate, now.CandidateFailures) with
                {
                    Latency = counts
                        ? latencies.Candidate(ref chance, now.Candidate - now.CandidateFailures, slower, 0)
                        : LatencyCounts.Empty,
                })];
        });
    }

    /// <summary>One of the candidate's four instances came to stand on a node that fails 6 % of everything.</summary>
    public static bool BadNode(long run, bool instancesExcuse)
    {
        const double rate = 0.002, bad = 0.06;
        var judge = new Judge(new(), History(100, rate), Sides);
        judge.StepStarted(new(Start, 0.25, 0.5, TimeSpan.Zero));
        return Blamed(judge, 300, second =>
        {
            var chance = new Chance(run, second);
            var instances = Enumerable.Range(0, 4).Select(i =>
            {
                var n = chance.Poisson(6);
                return new InstanceCounts($"i{i}", n, chance.Binomial(n, i == 0 ? bad : rate));
            }).ToList();
            var stable = chance.Poisson(75);
            return [Batch(
                second, second + 1, Side("stable", stable, chance.Binomial(stable, rate)),
                Side("candidate", instances.Sum(i => i.Clients), instances.Sum(i => i.ClientFailures)) with
                {
                    Instances = [.. instances],
                })];
        }, instancesExcuse);
    }

    /// <summary>A gateway in a bad zone is at 25 % already while the good one is at 5 % still.</summary>
    public static bool Pooled(long run, bool apart)
    {
        var judge = new Judge(new(), History(200, 0.02), Sides);
        judge.StepStarted(new(Start, 0.25, 0.5, TimeSpan.Zero));
        var (bad, good) = (new World(100, 0.05), new World(100, 0.001));
        return Blamed(judge, 60, second =>
        {
            var a = Arrivals.Of(bad, run, second, 0.25);
            var b = Arrivals.Of(good, run + 1_000_000, second, 0.05);
            if (apart)
                return
                [
                    Batch(second, second + 1, Side("stable", a.Stable, a.StableFailures),
                        Side("candidate", a.Candidate, a.CandidateFailures), route: 2, node: "a"),
                    Batch(second, second + 1, Side("stable", b.Stable, b.StableFailures),
                        Side("candidate", b.Candidate, b.CandidateFailures), route: 1, node: "b"),
                ];
            return [Batch(
                second, second + 1, Side("stable", a.Stable + b.Stable, a.StableFailures + b.StableFailures),
                Side("candidate", a.Candidate + b.Candidate, a.CandidateFailures + b.CandidateFailures))];
        });
    }

    /// <summary>Every other batch arrives three times more.</summary>
    public static bool Redelivered(long run, bool known)
    {
        var world = new World(50, 0.01);
        var judge = new Judge(new(), History(50, 0.01), Sides);
        judge.StepStarted(new(Start, 0.25, 0.5, TimeSpan.Zero));
        var sequence = 0L;
        return Blamed(judge, 900, second =>
        {
            var now = Arrivals.Of(world, run, second, 0.25);
            var chance = new Chance(run, second + 3_000_000L);
            var batch = Batch(
                second, ++sequence, Side("stable", now.Stable, now.StableFailures),
                Side("candidate", now.Candidate, now.CandidateFailures));
            var copies = chance.Happens(0.5) ? 4 : 1;
            return Enumerable.Range(0, copies).Select(i => known || i == 0 ? batch : batch with { Sequence = ++sequence });
        });
    }
}
