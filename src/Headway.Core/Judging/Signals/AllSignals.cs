using System.Collections.Immutable;
using Headway.Core.Evidence;

namespace Headway.Core.Judging.Signals;

/// <summary>
/// One verdict from the requests of users and from every further signal. Harm from any of them takes the release back;
/// passing needs all of them; what cannot be seen holds, unless the specification lets the rest decide.
/// </summary>
public static class AllSignals
{
    /// <summary>Bound on blaming a release that is no worse, for all signals together, beside that of users' requests.</summary>
    public const double Alpha = 0.01;

    public const string Method = "signal";

    /// <param name="users">What the requests of users say.</param>
    /// <param name="signals">What each signal says.</param>
    public static Verdict Of(Verdict users, ImmutableArray<SignalSummary> signals)
    {
        if (signals.IsEmpty) return users;
        return Decide(users, signals) with { Signals = signals };
    }

    /// <summary>
    /// While a load is driven nobody has met the candidate: harm from anything counts, and what came of the load alone
    /// lets the step pass.
    /// </summary>
    public static Verdict UnderLoad(Verdict users, ImmutableArray<SignalSummary> signals, ImmutableArray<SignalSummary> load)
    {
        ImmutableArray<SignalSummary> all = [.. load, .. signals];
        if (Of(users, all) is { Kind: VerdictKind.Rollback or VerdictKind.Hold } stops) return stops;
        var slowest = Undecided.Select(kind => load.FirstOrDefault(s => s.Kind == kind)).FirstOrDefault(s => s is not null);
        var says = slowest?.Says ?? string.Join(" ", load.Select(s => s.Says));
        return Says(users, slowest?.Kind ?? VerdictKind.Promote, says, slowest ?? load[0]) with
        {
            Signals = all, Asks = slowest is { Kind: not VerdictKind.KeepWatching },
        };
    }

    private static readonly VerdictKind[] Undecided =
    [
        VerdictKind.Hold, VerdictKind.SourceDown, VerdictKind.NoEvidence, VerdictKind.KeepWatching,
        VerdictKind.Inconclusive,
    ];

    private static Verdict Decide(Verdict users, ImmutableArray<SignalSummary> signals)
    {
        if (users.Kind == VerdictKind.Rollback) return users;
        if (First(signals, Trust.Auto, VerdictKind.Rollback) is { } harmful)
            return Says(users, VerdictKind.Rollback, WithExample(harmful), harmful);
        if (First(signals, Trust.Pause, VerdictKind.Rollback) is { } suspect)
            return Says(users, VerdictKind.Hold, $"{WithExample(suspect)} It is trusted to pause only, so a person decides.", suspect)
                with { Asks = true };
        if (users.Kind == VerdictKind.Hold) return users;
        var deciding = signals.Where(s => s.Trust != Trust.Observe && !IsExcused(s)).ToArray();
        var basis = WithoutUsers(users, deciding) ?? users;
        // A policy for undecided rollouts is none for signals that are not seen, or still watched.
        if (basis.Kind == VerdictKind.Inconclusive && deciding.FirstOrDefault(
            s => s.Kind is not (VerdictKind.Promote or VerdictKind.Inconclusive)) is { } open)
            return Says(users, open.Kind, open.Says, open) with { Asks = open.Kind != VerdictKind.KeepWatching };
        if (basis.Kind != VerdictKind.Promote) return WithWhatIsUnseen(basis, deciding);
        foreach (var kind in Undecided)
            if (deciding.FirstOrDefault(s => s.Kind == kind) is { } blocking)
                return Says(users, KindOf(kind, blocking), blocking.Says, blocking) with
                {
                    Asks = kind != VerdictKind.KeepWatching,
                };
        var unseen = signals.Where(s => s.Trust != Trust.Observe && IsExcused(s)).Select(s => s.Name).ToArray();
        return unseen.Length == 0 ? basis
            : basis with { Says = $"{basis.Says} Not seen, and allowed to be missing: {string.Join(", ", unseen)}." };
    }

    /// <summary>Whoever reads why wants to see one that went wrong.</summary>
    private static string WithExample(SignalSummary signal) => signal.Examples.IsDefaultOrEmpty ? signal.Says
        : $"{signal.Says} For example {signal.Examples[0].TrimEnd('.')}.";

    /// <summary>What may only pause does not hand the release to a policy that takes undecided ones back.</summary>
    private static VerdictKind KindOf(VerdictKind kind, SignalSummary blocking) =>
        kind == VerdictKind.Inconclusive && blocking.Trust == Trust.Pause ? VerdictKind.Hold : kind;

    /// <summary>
    /// Where no user has met the candidate in this step, a signal that counts served requests (a queue's, a journey's)
    /// may stand in: a service with a request a minute has to be judged on something.
    /// </summary>
    private static Verdict? WithoutUsers(Verdict users, SignalSummary[] deciding)
    {
        if (users.Kind is not (VerdictKind.NoEvidence or VerdictKind.KeepWatching)) return null;
        if (users.Evidence.CandidateTrialFailures > 0 || users.Evidence.LogE >= Math.Log(2)) return null;
        if (users.Kind == VerdictKind.KeepWatching && users.Evidence.ClockSeconds > 0) return null;
        var stands = deciding.Where(s => s.StandsForUsers).ToLookup(s => s.Kind);
        if (stands[VerdictKind.Promote].FirstOrDefault() is { } passed)
            return Says(users, VerdictKind.Promote, $"{passed.Says} It stands in for users, of whom too few came.", passed);
        return stands[VerdictKind.KeepWatching].FirstOrDefault() is { } watched
            ? Says(users, VerdictKind.KeepWatching, watched.Says, watched) : null;
    }

    /// <summary>That something cannot be seen is told at once, not when it is the last thing that is missing.</summary>
    private static Verdict WithWhatIsUnseen(Verdict verdict, SignalSummary[] deciding) =>
        verdict.Kind is VerdictKind.KeepWatching or VerdictKind.NoEvidence
            && deciding.FirstOrDefault(s => s.Kind is VerdictKind.SourceDown or VerdictKind.NoEvidence) is { } unseen
            ? verdict with { Says = $"{verdict.Says} It cannot pass without this: {unseen.Says}" } : verdict;

    private static bool IsExcused(SignalSummary signal) =>
        signal.MayBeMissing && (signal.Kind is VerdictKind.NoEvidence or VerdictKind.SourceDown);

    private static SignalSummary? First(ImmutableArray<SignalSummary> signals, Trust trust, VerdictKind kind) =>
        signals.FirstOrDefault(s => s.Trust == trust && s.Kind == kind);

    private static Verdict Says(Verdict users, VerdictKind kind, string says, SignalSummary signal) => new(
        kind, says, users.Evidence with { Method = $"{Method}: {signal.Name}" });
}
