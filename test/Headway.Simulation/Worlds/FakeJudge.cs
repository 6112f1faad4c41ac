using Headway.Core.Judging;
using Headway.Core.Rollouts;
using Headway.Core.Strategies;
using Headway.Simulation.Runs;

namespace Headway.Simulation.Worlds;

/// <summary>What a candidate is like for its users, and so what a judge would come to say.</summary>
public enum CandidateKind { Good, Bad, BadLate, NoTraffic, Unclear, Incident, Flipping }

/// <summary>Says what a judge could say of a candidate of a kind; not how the real one finds out.</summary>
internal sealed class FakeJudge(Random random)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly Verdict Watching = Make(VerdictKind.KeepWatching, 40);
    private static readonly Verdict Better = Make(VerdictKind.Promote, 400);
    private static readonly Verdict Worse = Make(VerdictKind.Rollback, 60);
    private static readonly Verdict Spent = Make(VerdictKind.Rollback, 60, "exposure budget");
    private static readonly Verdict Nothing = Make(VerdictKind.NoEvidence, 0);
    private static readonly Verdict Unclear = Make(VerdictKind.Inconclusive, 30);
    private static readonly Verdict UnclearOfNobody = Make(VerdictKind.Inconclusive, 0);
    private static readonly Verdict Incident = Make(VerdictKind.Hold, 90);
    private static readonly Verdict[] All =
        [Watching, Watching, Watching, Better, Worse, Spent, Nothing, Unclear, UnclearOfNobody, Incident];

    /// <param name="answers">The candidate answers somebody: users, or copies of their requests.</param>
    public Verdict Says(RolloutState state, CandidateKind kind, TimeSpan elapsed, bool answers, Faults faults)
    {
        if (state.CurrentStep is not Step.Watch watch) return Watching;
        if (kind == CandidateKind.Flipping)
        {
            if (faults.Any) return random.Next(4) == 0 ? All[random.Next(All.Length)] : Watching;
            kind = CandidateKind.Good;
        }
        if (kind == CandidateKind.Incident) return faults.Any ? Incident : Passing(watch, elapsed);
        if (kind == CandidateKind.NoTraffic)
            return elapsed > Patience && random.Next(3) == 0 ? UnclearOfNobody : Nothing;
        if (!answers) return Nothing;
        return kind switch
        {
            CandidateKind.Bad => random.Next(3) == 0 ? random.Next(4) == 0 ? Spent : Worse : Watching,
            CandidateKind.BadLate when watch.For == WatchFor.HoldBack => random.Next(3) == 0 ? Worse : Watching,
            CandidateKind.Unclear => elapsed > watch.AtLeast + Patience ? Unclear : Watching,
            _ => Passing(watch, elapsed),
        };
    }

    private Verdict Passing(Step.Watch watch, TimeSpan elapsed) =>
        elapsed >= watch.AtLeast && random.Next(2) == 0 ? Better : Watching;

    private static Verdict Make(VerdictKind kind, long trials, string method = "sequential comparison") =>
        new(kind, Sentence(kind), EvidenceSummary.Empty with
        {
            Method = method,
            CandidateRequests = trials * 20,
            CandidateTrials = trials,
        });

    private static string Sentence(VerdictKind kind) => kind switch
    {
        VerdictKind.Promote => "The candidate is no worse than the tolerance.",
        VerdictKind.Rollback => "The candidate fails more than stable.",
        VerdictKind.NoEvidence => "Nobody uses the candidate.",
        VerdictKind.Inconclusive => "Time is up without proof.",
        VerdictKind.Hold => "Both sides fail at the same time.",
        _ => "Neither proven yet.",
    };
}
