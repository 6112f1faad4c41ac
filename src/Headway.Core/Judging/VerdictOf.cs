namespace Headway.Core.Judging;

/// <summary>From a finding to a verdict: which of the reasons comes first.</summary>
internal static class VerdictOf
{
    private const string Comparison = "sequential comparison", Budget = "exposure budget";

    public static Verdict Judge(Finding found)
    {
        var clock = found.Clock;
        if (found.LogE >= found.LogEToRollBack)
            return Blamed(found, Comparison, VerdictSentences.ProvenWorse(found));
        if (found.Budget.IsSpent(found.Settings.BudgetFailedRequests))
            return Blamed(found, Budget, VerdictSentences.BudgetSpent(found));
        if (found.Incidents.IsBlind || found.Incidents.IsOn)
            return Say(found, VerdictKind.Hold, VerdictSentences.Held(found)) with
            {
                Asks = clock.Held >= found.Settings.AskAfter.TotalSeconds,
            };
        if (found.HasEnough && found.IsRepresentative && !found.IsSuspicious && clock.Judged >= found.PassSeconds)
            return Say(found, VerdictKind.Promote, VerdictSentences.Passed(found));
        if (clock.Waited < found.PatienceSeconds)
            return Say(found, VerdictKind.KeepWatching, VerdictSentences.Watching(found));
        if (found is { HasEnough: true, IsRepresentative: false, IsSuspicious: false })
            return Say(found, VerdictKind.NoEvidence, VerdictSentences.NotRepresentative(found)) with { Asks = true };
        return found.HasEnough
            ? Say(found, VerdictKind.Inconclusive, VerdictSentences.Undecided(found))
            : Say(found, VerdictKind.NoEvidence, VerdictSentences.NoData(found)) with { Asks = true };
    }

    private static Verdict Say(Finding found, VerdictKind kind, string says) =>
        new(kind, says, found.Summary(Comparison)) { Routes = found.Met };

    private static Verdict Blamed(Finding found, string method, string says) =>
        new(VerdictKind.Rollback, says, found.Summary(method))
        {
            Routes = found.Met,
            Route = found.Route?.Route,
            InstanceOrRelease = found.LooksLikeInstance,
            Suspect = found.LooksLikeInstance ? found.Suspect : null,
        };
}
