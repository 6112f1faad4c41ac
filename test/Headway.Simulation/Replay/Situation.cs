using Headway.Core.Evidence;
using Headway.Core.Judging;

namespace Headway.Simulation.Replay;

/// <summary>
/// Something that production brings and that made a good release look bad until it was counted rightly. Each is
/// replayed with its remedy and without; the candidate is no worse than stable in all of them.
/// </summary>
/// <param name="Blames">Whether the release is blamed in the run, with the remedy or without.</param>
public sealed record Situation(string Name, Func<long, bool, bool> Blames)
{
    public static readonly DateTimeOffset Start = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);
    public static readonly Comparison Sides = new("shop/production", "stable", "candidate");

    public static IReadOnlyList<Situation> All { get; } =
    [
        new("counting by completion time", CountingSituations.ByCompletion),
        new("cold instances", CountingSituations.Cold),
        new("requests of a sticky heavy client", ClientSituations.Heavy),
        new("same-arm retries", ClientSituations.Retries),
        new("one bad node", CountingSituations.BadNode),
        new("requests pooled over gateways at different shares", CountingSituations.Pooled),
        new("redelivered evidence", CountingSituations.Redelivered),
    ];

    public double BlamedShare(int runs, bool remedied) =>
        Enumerable.Range(0, runs).Count(run => Blames(run, remedied)) / (double)runs;

    internal static EvidenceBatch Batch(
        int second, long sequence, SideCounts stable, SideCounts? candidate, long route = 1, string node = "n1") =>
        new(node, "b1", sequence, Sides.Lane, route, Start.AddSeconds(second), stable, candidate);

    /// <summary>Independent requests: each from a client of its own.</summary>
    internal static SideCounts Side(string release, int requests, int failures) => SideCounts.None(release) with
    {
        Requests = requests, Failures = failures, Clients = requests, ClientFailures = failures,
        SpellClients = requests, RefusalClients = requests,
    };

    internal static StableHistory History(double requestsPerSecond, double rate, LatencyCounts? latency = null)
    {
        var trials = (long)(600 * requestsPerSecond);
        return new(trials, (long)(trials * rate), 0, 200, latency ?? LatencyCounts.Empty, requestsPerSecond)
        {
            Requests = trials, RequestFailures = (long)(trials * rate),
        };
    }

    /// <summary>Asks once a second; true when the release is taken back and blamed for it.</summary>
    internal static bool Blamed(
        Judge judge, int seconds, Func<int, IEnumerable<EvidenceBatch>> evidence, bool instancesExcuse = false)
    {
        for (var second = 0; second < seconds; second++)
        {
            foreach (var batch in evidence(second)) judge.Observe(batch);
            var verdict = judge.Assess(Start.AddSeconds(second + 1));
            if (verdict.Kind == VerdictKind.Rollback) return !(instancesExcuse && verdict.InstanceOrRelease);
        }

        return false;
    }
}
