using System.Collections.Immutable;
using Headway.Core.Evidence;
using Headway.Core.Evidence.Answers;
using Headway.Core.Judging.Signals;
using Headway.Core.Rollouts;
using Headway.Core.Strategies;
using Headway.Core.Targets;

namespace Headway.Core.Judging.Answers;

/// <summary>
/// Judges a candidate that no user has met, by its answers to copies of requests: stable's two answers to one request
/// differ as often as the candidate's and stable's do, or the candidate answers otherwise. Decides the step that
/// compares answers; after it only proof of harm counts.
/// </summary>
public sealed class ShadowJudge
{
    /// <summary>Beside the bounds of users' requests and of further signals, for all three together.</summary>
    private const double Alpha = AllSignals.Alpha;

    private readonly ImmutableArray<SignalJudge> judges;
    private readonly bool comparesAnswers;
    private readonly ImmutableArray<Step> steps;
    private readonly StepClock clock = new();
    private Step.Watch? watch;

    private ShadowJudge(JudgeSettings settings, Comparison comparison, MirrorRules rules, ImmutableArray<Step> steps)
    {
        this.steps = steps;
        judges = [.. ShadowSignals.All.Select(signal =>
            new SignalJudge(signal, settings, comparison, Alpha / ShadowSignals.All.Length))];
        comparesAnswers = rules.Methods.Any(MirrorRules.IsSafe);
    }

    /// <summary>From when on users meet the candidate, so that evidence which compares them with stable's is valid.</summary>
    public DateTimeOffset UsersSince { get; private set; } = DateTimeOffset.MaxValue;

    /// <summary>Null for a plan without copies of requests.</summary>
    public static ShadowJudge? Of(RolloutState open, JudgeSettings settings) =>
        open.Stable is { } stable && open.Plan.Steps.OfType<Step.Expose>()
            .Select(step => step.To).OfType<Exposure.Mirror>().FirstOrDefault() is { } mirror
            ? new(settings, new(open.Lane, stable, open.Candidate), mirror.Rules, open.Plan.Steps) : null;

    /// <param name="index">Of a watch in the plan.</param>
    public void StepStarted(int index, JudgeStep step)
    {
        watch = (Step.Watch)steps[index];
        if (watch.For == WatchFor.Load) return;
        if (watch.For != WatchFor.Answers)
        {
            if (UsersSince == DateTimeOffset.MaxValue) UsersSince = step.At;
            return;
        }
        clock.StepStarted();
        foreach (var judge in judges) judge.StepStarted(step);
    }

    /// <summary>True when the sample is of a shadow.</summary>
    public bool Observe(SignalSample sample)
    {
        foreach (var judge in judges) judge.Observe(sample);
        return ShadowSignals.All.Any(signal => signal.Name == sample.Signal);
    }

    /// <param name="others">What the requests of users and further signals say.</param>
    /// <param name="isWatched">The step in force is the one that this judge was told of last.</param>
    /// <param name="now">To be asked about once a second: the clock runs by it.</param>
    public Verdict Assess(Verdict others, bool isWatched, DateTimeOffset now)
    {
        clock.Tick(now, held: false);
        ImmutableArray<SignalSummary> found = [.. judges.Select(judge => Told(judge.Assess(now)))];
        return Decide(others, isWatched && watch is { For: WatchFor.Answers }, found) with
        {
            Signals = others.Signals.IsDefaultOrEmpty ? found : found.AddRange(others.Signals),
        };
    }

    private Verdict Decide(Verdict others, bool decides, ImmutableArray<SignalSummary> found)
    {
        if (others.Kind is VerdictKind.Rollback or VerdictKind.Hold) return others;
        if (!decides)
        {
            var harm = found.FirstOrDefault(s => s is { Trust: Trust.Auto, Kind: VerdictKind.Rollback });
            return harm is null ? others : AllSignals.Of(others, [harm]);
        }
        var asked = found.Where(s => comparesAnswers || s.Name != ShadowSignals.Answers).Select(Unasked);
        return AllSignals.Of(Basis(found), [.. asked]);
    }

    /// <summary>What is said when nothing speaks against the candidate: as many answers as asked for, or still too few.</summary>
    private Verdict Basis(ImmutableArray<SignalSummary> found)
    {
        var counts = found[comparesAnswers ? 0 : 1];
        var (stable, candidate) = (counts.Stable ?? new(0, 0, 0, null), counts.Candidate ?? new(0, 0, 0, null));
        var evidence = EvidenceSummary.Empty with
        {
            Method = AllSignals.Method + ": " + counts.Name,
            LogE = counts.LogE, LogEToRollBack = counts.LogEToRollBack,
            CandidateRequests = (long)candidate.Trials, CandidateFailures = (long)candidate.Events,
            CandidateTrials = (long)candidate.Trials, CandidateTrialFailures = (long)candidate.Events,
            StableRequests = (long)stable.Trials, StableFailures = (long)stable.Events,
            StableTrials = (long)stable.Trials, StableTrialFailures = (long)stable.Events,
            ClockSeconds = clock.Waited,
        };
        if (candidate.Trials >= watch!.Requests) return new(VerdictKind.Promote, counts.Says, evidence);
        var says = $"{candidate.Trials:0} of {watch.Requests} answers have been compared.";
        return clock.Waited < watch.AtMost.TotalSeconds
            ? new(VerdictKind.KeepWatching, says, evidence)
            : new(VerdictKind.NoEvidence, $"{says} Time is up.", evidence) { Asks = true };
    }

    /// <summary>Time needs many copies to be judged; the step does not wait for it unless it is suspicious.</summary>
    private static SignalSummary Unasked(SignalSummary signal) =>
        signal.Name == ShadowSignals.Latency && signal.Kind != VerdictKind.Rollback && signal.LogE < Math.Log(2)
            ? signal with { Kind = VerdictKind.Promote } : signal;

    /// <summary>In the words of what was compared, with the first example: it is what a person wants to know.</summary>
    private static SignalSummary Told(SignalSummary signal)
    {
        // Nobody was served well by a copy: it never stands in for users.
        signal = signal with { StandsForUsers = false };
        if (signal is not { Stable: { } stable, Candidate: { } candidate }) return signal;
        var what = signal.Name switch
        {
            ShadowSignals.Answers => $"{candidate.Events:0} of {candidate.Trials:0} answers to copied requests differ from "
                + $"stable's, {stable.Events:0} of {stable.Trials:0} when stable is asked twice",
            ShadowSignals.Errors => $"{candidate.Events:0} of {candidate.Trials:0} copied requests fail on the candidate, "
                + $"{stable.Events:0} of {stable.Trials:0} failed with stable",
            _ => $"{candidate.Events:0} of {candidate.Trials:0} answers to copied requests are slow, "
                + $"{stable.Events:0} of {stable.Trials:0} when stable is asked twice",
        };
        var says = signal.Kind switch
        {
            VerdictKind.Rollback => "proven worse",
            VerdictKind.Promote => "nothing speaks against the candidate",
            VerdictKind.Inconclusive => "time is up without proof either way",
            VerdictKind.NoEvidence => "too little is seen of the candidate",
            _ => "nothing is proven yet",
        };
        var example = signal.Kind == VerdictKind.Rollback && !signal.Examples.IsDefaultOrEmpty
            ? $" For example {signal.Examples[0]}." : "";
        return signal with { Says = $"{signal.Name}: {what}: {says}.{example}" };
    }
}
