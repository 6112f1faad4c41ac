using Headway.Core.Evidence;
using Headway.Core.Judging;

namespace Headway.Simulation.Replay;

using static Situation;

/// <summary>Clients that stay on their side, and what their requests would say if each were a trial.</summary>
public static class ClientSituations
{
    private const double Rps = 50;
    private const int Count = 200;

    /// <summary>One client makes a tenth of all requests, and four in ten of its own fail, as they always have.</summary>
    internal static bool Heavy(long run, bool byClient) =>
        Blames(run, byClient, heavy: 0.1, share: 0.25, fails: (client, _) => client == 0 ? 0.4 : 0.002);

    /// <summary>Whoever fails tries again at once, up to three times, and fails again mostly.</summary>
    internal static bool Retries(long run, bool byClient) =>
        Blames(run, byClient, heavy: 0, share: 0.05, fails: (_, _) => 0.005, retries: 3, attempts: true);

    /// <summary>So many clients fail always, on whichever side they are.</summary>
    public static bool Broken(long run, bool byClient, int broken, double share) =>
        Blames(run, byClient, heavy: 0, share, fails: (client, _) => client < broken ? 1 : 0.002);

    /// <summary>Clusters: now and then a client fails for some seconds on end.</summary>
    public static bool Storms(long run, bool byClient, double share)
    {
        var until = new int[Count];
        var chance = new Chance(run, -11);
        return Blames(run, byClient, heavy: 0, share, retries: 3, attempts: true, fails: (client, second) =>
        {
            if (until[client] <= second && chance.Happens(0.002)) until[client] = second + 5;
            return second < until[client] ? 0.8 : 0.002;
        });
    }

    private static bool Blames(
        long run, bool byClient, double heavy, double share, Func<int, int, double> fails, int retries = 0,
        bool attempts = false)
    {
        var clients = new Clients(Count, run, heavy);
        var judge = new Judge(
            new JudgeSettings(Sticky: byClient), History(Rps, 0.01) with { Clients = Count }, Sides);
        judge.StepStarted(new(Start, share, share, TimeSpan.FromMinutes(60)));
        return Blamed(judge, 600, second =>
        {
            var chance = new Chance(run, second);
            var (stable, candidate) = clients.Second(
                ref chance, second, Rps, share, (client, _) => fails(client, second), retries);
            return [Batch(second, second + 1, As(stable), As(candidate))];
        });

        SideCounts As(SideCounts side) => byClient || !attempts
            ? side
            : side with { Requests = side.Routes[0].Requests, Failures = side.Routes[0].Failures };
    }
}
