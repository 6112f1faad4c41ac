using Headway.Core.Evidence;

namespace Headway.Simulation.Replay;

/// <summary>
/// Clients that stay on their side, counted as a gateway counts them: a trial is a client at risk in a second, an
/// event its first failure; a client is at risk again a minute and 20 successes after its last failure.
/// </summary>
public sealed class Clients
{
    private readonly State[] states;
    private readonly double[] place;
    private readonly double[] heaviness;

    /// <param name="count">How many clients.</param>
    /// <param name="run">Seed.</param>
    /// <param name="heavy">Share of all traffic that the first client makes, or 0 for an equal part.</param>
    public Clients(int count, long run, double heavy = 0)
    {
        states = new State[count];
        place = new double[count];
        heaviness = new double[count];
        var chance = new Chance(run, -7);
        for (var i = 0; i < count; i++)
        {
            place[i] = chance.Uniform();
            states[i] = new() { LastFailure = int.MinValue / 2 };
            heaviness[i] = heavy <= 0 ? 1.0 / count : i == 0 ? heavy : (1 - heavy) / (count - 1);
        }
    }

    /// <summary>One second of both sides.</summary>
    /// <param name="chance">Where the chance comes from.</param>
    /// <param name="second">Since the start.</param>
    /// <param name="requestsPerSecond">Of all clients.</param>
    /// <param name="share">The candidate's.</param>
    /// <param name="fails">Failure rate by (client, is it on the candidate).</param>
    /// <param name="retries">A failed request is sent again up to so often by its client, and fails again mostly.</param>
    public (SideCounts Stable, SideCounts Candidate) Second(
        ref Chance chance, int second, double requestsPerSecond, double share, Func<int, bool, double> fails,
        int retries = 0)
    {
        Span<Counts> sides = stackalloc Counts[2];
        for (var i = 0; i < states.Length; i++)
        {
            var requests = chance.Poisson(requestsPerSecond * heaviness[i]);
            if (requests == 0) continue;
            var onCandidate = place[i] < share;
            ref var side = ref sides[onCandidate ? 1 : 0];
            Count(ref chance, ref side, i, second, requests, fails(i, onCandidate), retries);
        }

        return (sides[0].Side("stable"), sides[1].Side("candidate"));
    }

    private void Count(
        ref Chance chance, ref Counts side, int client, int second, int requests, double rate, int retries)
    {
        ref var state = ref states[client];
        var atRisk = !state.HasFailed || (second - state.LastFailure >= 60 && state.SuccessesSince >= 20);
        var (failed, hadSpell) = (0, state.HadSpell);
        for (var r = 0; r < requests; r++)
        {
            var fails = chance.Happens(rate);
            side.Attempts++;
            for (var again = 0; fails && again < retries; again++)
            {
                side.Attempts++;
                side.AttemptFailures++;
                if (!chance.Happens(0.8)) break;
            }

            side.AttemptFailures += fails ? 1 : 0;
            failed += fails ? 1 : 0;
            state.Record(fails, second);
        }

        side.Requests += requests;
        side.Failures += failed;
        if (!hadSpell) side.SpellClients++;
        if (!hadSpell && state.HadSpell) side.Spells++;
        if (!atRisk) return;
        side.AtRisk++;
        if (failed > 0) side.ClientFailures++;
    }

    private record struct State
    {
        public bool HasFailed, HadSpell;
        public int LastFailure, SuccessesSince, InARow;

        public void Record(bool fails, int second)
        {
            if (!fails)
            {
                (InARow, SuccessesSince) = (0, SuccessesSince + 1);
                return;
            }

            (HasFailed, LastFailure, SuccessesSince) = (true, second, 0);
            if (++InARow >= 3) HadSpell = true;
        }
    }

    private record struct Counts
    {
        public int Requests, Failures, Attempts, AttemptFailures, AtRisk, ClientFailures, SpellClients, Spells;

        public readonly SideCounts Side(string release) => SideCounts.None(release) with
        {
            Requests = Requests, Failures = Failures, Clients = AtRisk, ClientFailures = ClientFailures,
            ClientSpells = Spells, SpellClients = SpellClients, RefusalClients = AtRisk,

            // Attempts with their retries, for those who would count them; nobody else reads the routes here.
            Routes = [new("attempts", Attempts, AttemptFailures)],
        };
    }
}
