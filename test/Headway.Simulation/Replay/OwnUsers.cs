using Headway.Core.Evidence;
using Headway.Core.Judging;

namespace Headway.Simulation.Replay;

/// <summary>
/// Clients that stay on their side, counted as a gateway counts them, at any traffic: only those that have failed are
/// followed one by one, for all others their number is enough.
/// </summary>
public sealed class OwnUsers
{
    private const int AtRiskAfterSeconds = 60, AtRiskAfterSuccesses = 20, Spell = 3;

    private readonly TrafficShape shape;
    private readonly PastLatencies latencies;
    private readonly Dictionary<int, Client> failed = [];
    private readonly PriorityQueue<int, int> recovering = new();
    private readonly int[] away = new int[2], spelled = new int[2];
    private double share;
    private int onCandidate;
    private long served, warmSince;

    public OwnUsers(TrafficShape shape, JudgeSettings settings, StableHistory history) =>
        (this.shape, latencies) = (shape, new(settings, history));

    /// <summary>Requests that the candidate's fault has hit.</summary>
    public long RequestsHit { get; private set; }

    /// <summary>Clients that it has hit.</summary>
    public int UsersHit { get; private set; }

    /// <summary>One second of both sides.</summary>
    public (SideCounts Stable, SideCounts Candidate) Second(
        ref Chance chance, int second, double shareNow, CandidateFault fault)
    {
        Move(ref chance, second, shareNow);
        Recover(second);
        var stable = Side(ref chance, second, 0, shape.FailureRate);
        var rate = fault.FailureRate is { } worse ? Math.Max(worse, shape.FailureRate) : shape.FailureRate;
        var hitBefore = UsersHit;
        var candidate = Side(ref chance, second, 1, rate);
        RequestsHit += fault.FailureRate is not null ? candidate.Failures : fault.Slower > 1 ? candidate.Requests : 0;
        served += candidate.Requests;
        if (fault.FailureRate is null)
            UsersHit = fault.Slower <= 1 || onCandidate == 0 ? hitBefore
                : (int)Math.Max(hitBefore, Math.Round(onCandidate * (1 - Math.Exp(-(double)served / onCandidate))));
        var isWarm = WarmUp.Default.IsWarm(second - warmSince, served);
        return (
            stable with { Latency = latencies.Stable(ref chance, Answered(stable)) },
            candidate with
            {
                Latency = isWarm ? latencies.Candidate(ref chance, Answered(candidate), fault.Slower)
                    : LatencyCounts.Empty,
            });
    }

    /// <summary>One latency a client and second.</summary>
    private static int Answered(SideCounts side) => Math.Max(side.SpellClients - side.Failures, 0);

    private void Move(ref Chance chance, int second, double to)
    {
        if (to <= share) return;
        if (share <= 0) warmSince = second;
        onCandidate += chance.Binomial(shape.Clients - onCandidate, (to - share) / (1 - share));
        share = to;
        Array.Clear(away);
        Array.Clear(spelled);
        foreach (var (id, client) in failed)
        {
            if (client.IsAway) away[SideOf(id)]++;
            if (client.HadSpell) spelled[SideOf(id)]++;
        }
    }

    private int SideOf(int id) => id < onCandidate ? 1 : 0;

    private void Recover(int second)
    {
        while (recovering.TryPeek(out var id, out var at) && at <= second)
        {
            recovering.Dequeue();
            if (failed[id] is not { IsAway: true } client || client.AtRiskFrom > second) continue;
            client.IsAway = false;
            away[SideOf(id)]--;
        }
    }

    private SideCounts Side(ref Chance chance, int second, int side, double rate)
    {
        var name = side == 1 ? "candidate" : "stable";
        var members = side == 1 ? onCandidate : shape.Clients - onCandidate;
        var requests = members == 0 ? 0 : chance.Poisson(shape.RequestsPerSecond * members / shape.Clients);
        if (requests == 0) return SideCounts.None(name);
        var failures = chance.Binomial(requests, rate);
        var atRisk = chance.Binomial(
            Distinct(ref chance, requests, members), 1 - (double)away[side] / members);
        var distinct = Distinct(ref chance, requests, members);
        var spellable = chance.Binomial(distinct, 1 - (double)spelled[side] / members);
        var (first, spells, different) = (0, 0, 0);
        for (var i = 0; i < failures; i++)
        {
            var id = (side == 1 ? 0 : onCandidate) + chance.Below(members);
            var client = failed.TryGetValue(id, out var known) ? known : failed[id] = new();
            if (client.CountedAt != second)
            {
                different++;
                if (!client.IsAway) first++;
                client.CountedAt = second;
            }

            if (side == 1 && !client.WasHit)
            {
                client.WasHit = true;
                UsersHit++;
            }

            if (Fails(ref chance, client, id, side, second, rate)) spells++;
        }

        // Where everything fails, who was there is who failed.
        if (rate >= 0.999) (atRisk, spellable) = (first, Math.Max(Math.Min(spellable, different), spells));
        return SideCounts.None(name) with
        {
            Requests = requests, Failures = failures, Clients = Math.Max(atRisk, first), ClientFailures = first,
            SpellClients = Math.Max(spellable, spells), ClientSpells = spells,
            RefusalClients = Math.Max(distinct, different),
        };
    }

    /// <summary>True when this was the third failure in a row, for the first time.</summary>
    private bool Fails(ref Chance chance, Client client, int id, int side, int second, double rate)
    {
        var own = shape.RequestsPerSecond / shape.Clients * (1 - rate);
        var between = own * Math.Max(second - client.LastFailure, 0.5);
        client.InARow = client.InARow > 0 && chance.Happens(Math.Exp(-between)) ? client.InARow + 1 : 1;
        client.LastFailure = second;
        client.AtRiskFrom = own <= 0 ? int.MaxValue
            : second + (int)Math.Min(Math.Max(AtRiskAfterSeconds, AtRiskAfterSuccesses / own), 1e6);
        if (!client.IsAway) away[side]++;
        client.IsAway = true;
        recovering.Enqueue(id, client.AtRiskFrom);
        if (client.HadSpell || client.InARow < Spell) return false;
        client.HadSpell = true;
        spelled[side]++;
        return true;
    }

    /// <summary>Of how many different clients so many requests come.</summary>
    private static int Distinct(ref Chance chance, int requests, int members) =>
        members == 1 ? 1 : Math.Clamp(chance.Binomial(members, 1 - Math.Exp(-(double)requests / members)), 1, requests);

    private sealed class Client
    {
        public bool IsAway, HadSpell, WasHit;
        public int LastFailure, AtRiskFrom, InARow, CountedAt = -1;
    }
}
