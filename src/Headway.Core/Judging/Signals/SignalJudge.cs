using Headway.Core.Evidence;

namespace Headway.Core.Judging.Signals;

/// <summary>
/// Judges one signal in one rollout, in the same words as the judge of users' requests. A source that cannot be asked
/// and a side that shows nothing are states of their own: neither speaks for the candidate nor against it.
/// </summary>
public sealed class SignalJudge
{
    /// <summary>Looks that may be missed before the signal counts as unseen.</summary>
    private const double MissedLooks = 3;

    private static readonly TimeSpan LeastPatience = TimeSpan.FromSeconds(30);

    private readonly SignalSpec spec;
    private readonly JudgeSettings settings;
    private readonly Comparison comparison;
    private readonly ISignalTest test;
    private readonly SeenBatches seen = new();
    private readonly StepClock clock = new();
    private JudgeStep step = new(DateTimeOffset.MinValue, 0, 1, TimeSpan.FromDays(3650));
    private double seenAt, answeredAt;
    private string? problem, asked, unseen;
    private SignalSample? telling;

    /// <param name="alpha">This signal's part of the probability of a false alarm.</param>
    public SignalJudge(SignalSpec spec, JudgeSettings settings, Comparison comparison, double alpha)
    {
        (this.spec, this.settings, this.comparison) = (spec, settings, comparison);
        test = SignalTests.Of(spec.Test, alpha, settings.Beta);
    }

    /// <summary>It sets the candidate against stable, which is fair only where both get requests of the same kind.</summary>
    public bool Compares => spec.Test is not (SignalTest.Limit or SignalTest.Seen) && !spec.Source.AsksAlike;

    public void StepStarted(JudgeStep started)
    {
        step = started;
        clock.StepStarted();
        (seenAt, answeredAt) = (0, 0);
        test.StepStarted(started);
    }

    /// <summary>Takes a sample in; false when it is not for this judge or was there before.</summary>
    public bool Observe(SignalSample sample)
    {
        if (sample.Lane != comparison.Lane || sample.Signal != spec.Name) return false;
        if (!IsOurs(sample.Stable, comparison.Stable) || !IsOurs(sample.Candidate, comparison.Candidate)) return false;
        if (!seen.Add(sample.Origin, sample.Signal, sample.Sequence)) return false;
        (problem, asked, unseen) = (sample.Problem, sample.Asked ?? asked, sample.Unseen);
        if (problem is not null) return true;
        answeredAt = clock.Waited;
        if (sample.Candidate is { } side)
        {
            seenAt = clock.Waited;
            if (!side.Examples.IsDefaultOrEmpty) telling = sample;
        }

        test.Observe(sample);
        return true;
    }

    /// <summary>What there is to say now. To be asked about once a second: the clock runs by it.</summary>
    public SignalSummary Assess(DateTimeOffset now)
    {
        clock.Tick(now, held: false);
        var found = test.Find();
        var (kind, says) = KindOf(found);
        return new(spec.Name, NameOf(spec.Source), spec.Trust, kind, Sentence(says), found.LogE, found.LogEToRollBack)
        {
            Stable = found.Stable,
            Candidate = found.Candidate,
            Asked = asked,
            Examples = telling?.Candidate?.Examples ?? [],
            StandsForUsers = spec.Test is SignalTest.Counts,
            MayBeMissing = spec.Missing == WhenMissing.GoOn,
        };
    }

    private (VerdictKind Kind, string Says) KindOf(SignalFinding found)
    {
        if (found.Kind == FindingKind.Worse) return (VerdictKind.Rollback, $"{found.Says}: proven worse");
        if (found.Kind == FindingKind.Nobody) return (VerdictKind.Hold, found.Says);
        var patience = Math.Max(MissedLooks * spec.Every.TotalSeconds, LeastPatience.TotalSeconds);
        if (problem is not null && clock.Waited - answeredAt >= patience)
            return (VerdictKind.SourceDown, $"{NameOf(spec.Source)} cannot be asked: {problem.TrimEnd('.')}");
        if (clock.Waited - seenAt >= patience)
            return (VerdictKind.NoEvidence, unseen?.TrimEnd('.')
                ?? $"nothing was seen of the candidate for {clock.Waited - seenAt:0} s");
        var suspicious = found.LogE >= Math.Log(2);
        var atLeast = Math.Max(step.AtLeast.TotalSeconds, settings.Dwell.TotalSeconds);
        var atMost = Math.Max(atLeast, (step.AtMost > TimeSpan.Zero ? step.AtMost : settings.Patience).TotalSeconds);
        if (found.Kind == FindingKind.TooLittle)
            return clock.Waited < atMost
                ? (VerdictKind.KeepWatching, $"{found.Says}: too little to judge yet")
                : (VerdictKind.NoEvidence, $"{found.Says}: too little to judge, and time is up");
        if (clock.Waited < atLeast) return (VerdictKind.KeepWatching, found.Says);
        if (found.Kind == FindingKind.NotWorse) return (VerdictKind.Promote, $"{found.Says}: not worse");
        if (!suspicious && clock.Waited >= Math.Max(atLeast, settings.PassUnproven.TotalSeconds))
            return (VerdictKind.Promote, $"{found.Says}: not proven, but nothing is suspected");
        return clock.Waited < atMost
            ? (VerdictKind.KeepWatching, $"{found.Says}: nothing is proven yet")
            : (VerdictKind.Inconclusive, $"{found.Says}: time is up without proof either way");
    }

    /// <summary>The source's word in headway.yaml.</summary>
    private static string NameOf(SignalSource source)
    {
        var name = source.GetType().Name;
        return char.ToLowerInvariant(name[0]) + name[1..];
    }

    private static bool IsOurs(SideReading? side, string release) => side is null || side.Release == release;

    private string Sentence(string says) => $"{spec.Name}: {says}.";
}
