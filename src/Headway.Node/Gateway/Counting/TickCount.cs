using Headway.Core.Evidence;
using Headway.Node.Gateway.Routing;

namespace Headway.Node.Gateway.Counting;

/// <summary>
/// Turns a closed tick into counts, by JUDGE 3b. Ticks arrive in order, so what a client did in earlier ticks is final:
/// whether it is at risk depends on nothing that happens in this one.
/// </summary>
internal sealed class TickCount(ClientTable clients)
{
    private const int MostRoutes = 50;

    public (SideCounts Stable, SideCounts? Candidate, int StableRequests, int StableFailures) Of(
        Tick tick, RouteNames names, bool isEnd)
    {
        var stable = new SideCount();
        var candidate = new SideCount();
        var (trials, crowds) = tick.Close();
        foreach (var trial in trials)
        {
            var side = trial.Side == Side.Stable ? stable : candidate;
            if (tick.Stage.DrawsRequests) CountRequest(trial, side, tick, isEnd);
            else CountClient(trial, side, tick, isEnd);
        }
        foreach (var crowd in crowds)
            CountRequests(crowd, crowd.Side == Side.Stable ? stable : candidate, tick, known: false, isEnd);
        var stage = tick.Stage;
        return (
            stable.ToCounts(stage.Stable ?? "", names, MostRoutes),
            tick.Stage.IsExposed ? candidate.ToCounts(stage.Candidate!, names, MostRoutes) : null,
            stable.Requests, stable.Failures);
    }

    private void CountClient(Trial trial, SideCount side, Tick tick, bool isEnd)
    {
        ref var client = ref clients.Touch(trial.Client);
        client.EnterRollout(tick.Stage.Rollout);
        var (isAtRisk, isAtRiskOfRefusal) = (client.IsAtRisk(tick.Number), client.IsAtRiskOfRefusal(tick.Number));
        var mayHaveSpell = !client.Spelled;
        var known = trial.Identified || client.Known;
        var seen = CountRequests(trial, side, tick, known, isEnd);
        var spells = 0;
        for (var i = 0; i < trial.Count; i++)
        {
            var end = EndOf(trial, i, isEnd);
            if (end.IsFailure()) spells += client.Fail(tick.Number) ? 1 : 0;
            else if (end is RequestEnd.Succeeded or RequestEnd.Late) client.Succeed();
            else if (end == RequestEnd.Refused || (end == RequestEnd.Unrecognised && known)) client.Refuse(tick.Number);
        }
        side.ClientSpells += spells;
        if (!seen.IsTrial) return;
        if (mayHaveSpell) side.SpellClients++;
        if (isAtRisk)
        {
            side.CountTrial(trial, seen);
            CountRoutes(trial, side, known, isEnd);
        }

        if (isAtRiskOfRefusal) side.CountRefusalTrial(seen);
    }

    /// <summary>Every request was drawn by itself: it is its own trial.</summary>
    private static void CountRequest(Trial trial, SideCount side, Tick tick, bool isEnd)
    {
        var seen = CountRequests(trial, side, tick, known: true, isEnd);
        if (!seen.IsTrial) return;
        side.CountTrial(trial, seen);
        CountRoutes(trial, side, known: true, isEnd);
        side.CountRefusalTrial(seen);
    }

    /// <summary>
    /// Each route that the client asked for is a trial of its own, until its first failure: what it asks for after that
    /// (an error page, the same again) depends on the failure and would be no trial.
    /// </summary>
    private static void CountRoutes(Trial trial, SideCount side, bool known, bool isEnd)
    {
        var (failedOn, count) = (-1, trial.Count);
        for (var i = 0; i < trial.Count && failedOn < 0; i++)
            if (EndOf(trial, i, isEnd).IsFailure()) (failedOn, count) = (trial.RouteOf(i), i + 1);
        for (var i = 0; i < count; i++)
        {
            var route = trial.RouteOf(i);
            if (IsRepeated(trial, i) || (EndOf(trial, i, isEnd) == RequestEnd.Unrecognised && !known)) continue;
            side.CountRouteTrial(route, failedOn == route);
        }
    }

    private static bool IsRepeated(Trial trial, int index)
    {
        // A client that sends hundreds a second is looked through for its first few routes only.
        if (index >= 64) return true;
        for (var i = 0; i < index; i++)
            if (trial.RouteOf(i) == trial.RouteOf(index)) return true;
        return false;
    }

    private static TrialSeen CountRequests(Trial trial, SideCount side, Tick tick, bool known, bool isEnd)
    {
        var seen = new TrialSeen();
        for (var i = 0; i < trial.Count; i++)
        {
            var end = EndOf(trial, i, isEnd);
            side.Count(end, trial.RouteOf(i), known);
            seen = seen.With(end, known);
            if (trial[i] == RequestEnd.Open && !isEnd && tick.Stage.IsExposed)
                tick.Stage.Excess.Count(trial.Side, failed: true);
        }
        if (trial is { Warm: true, Count: > 0 }) side.CountLatency(trial.Bucket, EndOf(trial, 0, isEnd), trial[0]);
        return seen;
    }

    /// <summary>
    /// What an unfinished request counts as: no answer within the delay has failed; an answer that began is only slow.
    /// Requests that the gateway's own end cuts off say nothing about the release.
    /// </summary>
    private static RequestEnd EndOf(Trial trial, int index, bool isEnd) => trial[index] switch
    {
        RequestEnd.Open => isEnd ? RequestEnd.Cancelled : RequestEnd.TimedOut,
        RequestEnd.Begun => isEnd ? RequestEnd.Cancelled : RequestEnd.Late,
        var end => end,
    };
}

/// <summary>What the requests of one client in one tick say together.</summary>
internal readonly record struct TrialSeen(bool IsTrial, bool Failed, bool Refused)
{
    public TrialSeen With(RequestEnd end, bool known)
    {
        if (end == RequestEnd.Unrecognised && !known) return this;
        return new(
            true,
            Failed || end.IsFailure(),
            Refused || end is RequestEnd.Refused or RequestEnd.Unrecognised);
    }
}
