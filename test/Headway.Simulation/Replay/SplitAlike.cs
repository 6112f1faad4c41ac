using System.Collections.Immutable;
using Headway.Core.Evidence;
using Headway.Core.Judging;
using Headway.Core.Judging.Calibrations;

namespace Headway.Simulation.Replay;

using static Situation;

/// <summary>
/// Stable's own recorded seconds split in two by chance and compared with each other: whoever is blamed then is blamed
/// for nothing. Clients are put on a side, as a gateway does, and their failures go with them.
/// What is recorded are counts a second, not who failed. Failures beyond one for each newly failing client come from
/// clients that failed before: as many of them as there are more shortly after a new one fails than at other times are
/// given to those of the last seconds, the rest to anybody who failed before.
/// </summary>
public sealed class SplitAlike(ImmutableArray<SecondCounts> counts, double[] shares)
{
    private const int Recent = 5, Longest = 900, Before = 600;

    private readonly double burst = BurstOf(counts);

    /// <summary>False alarms among so many splits.</summary>
    /// <param name="byClient">A trial is a client at risk; else a request.</param>
    /// <param name="told">Called after each run.</param>
    public AlikeSplits Run(int runs, bool byClient, long seed, double alpha, Action told)
    {
        var alarms = new bool[runs];
        Parallel.For(0, runs, run =>
        {
            alarms[run] = IsBlamed(seed + run, byClient, alpha);
            told();
        });
        var dispersion = byClient ? Dispersion.OfClients(counts) : Dispersion.OfRequests(counts);
        return new(byClient ? "clients" : "requests", runs, alarms.Count(a => a), dispersion);
    }

    private bool IsBlamed(long run, bool byClient, double alpha)
    {
        var chance = new Chance(run, -21);
        var length = Math.Min(counts.Length, Longest);
        var start = chance.Below(counts.Length - length + 1);
        var judge = new Judge(new JudgeSettings(alpha, Sticky: byClient), PastOf(start, length), Sides);
        var failing = new List<(double Place, int Since)>();
        for (var second = 0; second < Before; second++)
            Fail(ref chance, counts[start >= Before ? start - Before + second : second % counts.Length],
                second - Before, failing);
        var step = -1;
        return Blamed(judge, length, second =>
        {
            var now = Math.Min(second * shares.Length / length, shares.Length - 1);
            if (now != step)
            {
                step = now;
                judge.StepStarted(new(Start.AddSeconds(second), shares[now], shares[now], TimeSpan.FromHours(24)));
            }

            var (stable, candidate) = Split(ref chance, counts[start + second], shares[now], second, failing);
            return [Batch(second, second + 1, stable, candidate, route: now + 1)];
        });
    }

    private (SideCounts Stable, SideCounts Candidate) Split(
        ref Chance chance, SecondCounts now, double share, int second, List<(double Place, int Since)> failing)
    {
        var first = failing.Count;
        var again = Fail(ref chance, now, second, failing);
        var clientFailures = 0;
        for (var i = first; i < failing.Count; i++) clientFailures += failing[i].Place < share ? 1 : 0;
        var failures = clientFailures + again.Count(place => place < share);
        var successes = chance.Binomial(now.Requests - now.Failures, share);
        var clients = chance.Binomial(now.Clients - now.ClientFailures, share) + clientFailures;
        var candidate = Counts("candidate", successes + failures, failures, clients, clientFailures);
        var stable = Counts(
            "stable", now.Requests - candidate.Requests, now.Failures - failures, now.Clients - clients,
            Math.Min(now.ClientFailures, now.Failures) - clientFailures);
        return (stable, candidate);
    }

    /// <summary>Adds those that fail for the first time; returns the places of whoever fails besides.</summary>
    private List<double> Fail(
        ref Chance chance, SecondCounts now, int second, List<(double Place, int Since)> failing)
    {
        var before = failing.Count;
        for (var i = 0; i < Math.Min(now.ClientFailures, now.Failures); i++) failing.Add((chance.Uniform(), second));
        var recent = failing.Count;
        while (recent > 0 && second - failing[recent - 1].Since <= Recent) recent--;
        var again = new List<double>();
        for (var i = now.ClientFailures; i < now.Failures; i++)
        {
            var isBurst = recent < failing.Count && chance.Happens(burst);
            var low = isBurst ? recent : 0;
            var high = isBurst || before == 0 ? failing.Count : before;

            // Somebody who failed before anything was recorded.
            again.Add(high == 0 ? chance.Uniform() : failing[low + chance.Below(high - low)].Place);
        }

        // Whoever is unknown stays the same one: a client that always fails is a single client.
        if (failing.Count == 0 && again.Count > 0) failing.Add((again[0], int.MinValue / 2));
        return again;
    }

    /// <summary>Which part of the failures of known clients is there because another one has just failed.</summary>
    private static double BurstOf(ImmutableArray<SecondCounts> counts)
    {
        double near = 0, nearSeconds = 0, far = 0, farSeconds = 0;
        var last = int.MinValue / 2;
        for (var second = 0; second < counts.Length; second++)
        {
            var (_, failures, _, first) = counts[second];
            if (first > 0) last = second;
            var again = Math.Max(failures - first, 0);
            if (second - last <= Recent) (near, nearSeconds) = (near + again, nearSeconds + 1);
            else (far, farSeconds) = (far + again, farSeconds + 1);
        }

        if (near <= 0) return 0;

        // Where somebody new fails nearly all the time, there is nothing to compare with: the careful end.
        return farSeconds < 30 ? 1 : Math.Clamp(1 - far / farSeconds / (near / nearSeconds), 0, 1);
    }

    private static SideCounts Counts(string release, int requests, int failures, int clients, int clientFailures) =>
        SideCounts.None(release) with
        {
            Requests = requests, Failures = failures, Clients = clients, ClientFailures = clientFailures,
            SpellClients = clients,
        };

    /// <summary>The ten minutes before, or those themselves where there are none: only power depends on it.</summary>
    private StableHistory PastOf(int start, int length)
    {
        var past = start >= Before ? counts.AsSpan(start - Before, Before) : counts.AsSpan(start, length);
        long requests = 0, failures = 0, clients = 0, clientFailures = 0;
        foreach (var c in past)
            (requests, failures, clients, clientFailures) =
                (requests + c.Requests, failures + c.Failures, clients + c.Clients, clientFailures + c.ClientFailures);
        return new(clients, clientFailures, 0, 200, LatencyCounts.Empty, (double)requests / past.Length)
        {
            Requests = requests, RequestFailures = failures,
        };
    }
}
