using System.Collections.Immutable;
using Headway.Core.Evidence;

namespace Headway.Core.Judging;

/// <summary>How much may fail, whoever it is compared with.</summary>
/// <param name="FailureRate">Share of client trials; above it the objective is being spent much too fast.</param>
/// <param name="Says">What the limit comes from, for people.</param>
public sealed record GuardLimit(double FailureRate, string Says)
{
    /// <summary>Ten times the failures that the objective allows: its month is spent in three days.</summary>
    private const double Burn = 10;

    /// <summary>Without an objective: more than one client in twenty.</summary>
    public static readonly GuardLimit Default = new(0.05, "5 %, as no objective is set");

    /// <param name="availability">For example 0.999.</param>
    public static GuardLimit Of(double? availability) => availability is > 0 and < 1
        ? new(Math.Min(Burn * (1 - availability.Value), 0.5),
            $"{Burn:0} times what the objective of {availability * 100:0.###} % allows")
        : Default;
}

/// <summary>
/// Judges a release alone, where there is no stable to compare with: a first release, or 100 % after the watch. It
/// knows only the absolute limit, so an incident that is nobody's fault counts as well: when the other side, or the
/// past, breaks the limit too, it holds and asks instead of blaming.
/// </summary>
public sealed class ObjectiveGuard(JudgeSettings settings, GuardLimit limit, string lane, string release)
{
    private const string Method = "objective guard";
    private const double LeastTrials = 30, LeastTrialsWhenRare = 10;

    /// <summary>What of alpha belongs to the promises of speed, where there are any.</summary>
    private const double OfLatency = 0.3;

    private readonly LimitProcess own = new(limit.FailureRate, MixtureDesign.Errors);
    private readonly LimitProcess other = new(limit.FailureRate, MixtureDesign.Errors);
    private readonly SeenBatches seen = new();
    private readonly StepClock clock = new();
    private JudgeStep step = new(DateTimeOffset.MinValue, 1, 1, TimeSpan.Zero);
    private DateTimeOffset newestSecond;
    private long requests, failures, trials, stepTrials, stepRequests;

    /// <summary>The release before, or this one in its past, kept within the limit: only then is it to blame.</summary>
    public bool PastWasGood { get; init; } = true;

    private readonly ImmutableArray<LatencyGuard> latencies = [];
    private readonly double weight = 1;

    /// <summary>Promises of speed, judged as absolutely as that of availability; they take part of its alpha.</summary>
    /// <param name="limits">One for each quantile that is promised.</param>
    /// <param name="past">Latencies before the rollout.</param>
    public ObjectiveGuard(
        JudgeSettings settings, GuardLimit limit, (string Lane, string Release) of,
        ImmutableArray<LatencyLimit> limits, LatencyCounts past)
        : this(settings, limit, of.Lane, of.Release)
    {
        if (limits.IsDefaultOrEmpty) return;
        weight = 1 - OfLatency;
        var bound = Math.Log(limits.Length / (OfLatency * settings.Alpha));
        latencies = [.. limits.Select(each => new LatencyGuard(each, bound, each.IsKeptBy(past)))];
    }

    public void StepStarted(JudgeStep started)
    {
        step = started;
        clock.StepStarted();
        (stepTrials, stepRequests) = (0, 0);
    }

    public bool Observe(EvidenceBatch batch)
    {
        if (batch.Lane != lane) return false;
        var isStable = batch.Stable.Release == release;
        var side = isStable ? batch.Stable : batch.Candidate?.Release == release ? batch.Candidate : null;
        if (side is null || !IsPossible(side) || !seen.Add(batch.Node, batch.Boot, batch.Sequence)) return false;
        var wakes = batch.Second > newestSecond;
        if (wakes) newestSecond = batch.Second;
        var (n, k) = Trials(side);
        own.Apply(n, k, wakes);
        var beside = isStable ? batch.Candidate : batch.Stable;
        if (beside is not null && IsPossible(beside) && Trials(beside) is (> 0, _) there)
            other.Apply(there.N, there.K, wakes);
        foreach (var latency in latencies) latency.Observe(side, beside, wakes);
        (requests, failures, trials) = (requests + side.Requests, failures + side.Failures, trials + n);
        if (batch.Second < Seconds.Floor(step.At) && clock.Waited <= 10) return true;
        (stepTrials, stepRequests) = (stepTrials + n, stepRequests + side.Requests);
        if (n > 0) clock.BatchJudged();
        return true;
    }

    /// <summary>Feeds stored evidence again, in the order of the seconds.</summary>
    public void Replay(IEnumerable<JudgeStep> steps, IEnumerable<EvidenceBatch> batches)
    {
        var coming = new Queue<JudgeStep>(steps.OrderBy(s => s.At));
        foreach (var second in batches.GroupBy(b => b.Second).OrderBy(g => g.Key))
        {
            while (coming.TryPeek(out var next) && next.At < second.Key.AddSeconds(1)) StepStarted(coming.Dequeue());
            foreach (var batch in second) Observe(batch);
            Assess(second.Key.AddSeconds(1));
        }

        while (coming.TryDequeue(out var last)) StepStarted(last);
    }

    public Verdict Assess(DateTimeOffset now)
    {
        clock.Tick(now, held: false);
        var bound = Bound;
        var logE = own.GatedLogE(MetricTest.LeastEvents);
        var counts = $"{requests} requests ({failures} failures)";
        if (logE >= bound)
        {
            var says = $"It fails more than {limit.Says}, e-value {Math.Exp(Math.Min(logE, 600)):0.0e0} after {counts}";
            if (other.GatedLogE(MetricTest.LeastEvents) >= bound)
                return Say(VerdictKind.Hold, $"{says}, and so does the other release: an incident, nobody is blamed.", true);
            return PastWasGood
                ? Say(VerdictKind.Rollback, $"{says}.", false)
                : Say(VerdictKind.Hold, $"{says}, as it did before this rollout: nobody is blamed.", true);
        }

        foreach (var latency in latencies.Where(each => each.IsBroken))
            return latency.IsNobodysFault
                ? Say(VerdictKind.Hold, $"{latency.Says}, and so is the other release or was the past: nobody is blamed.", true)
                : Say(VerdictKind.Rollback, $"{latency.Says}.", false);

        var hasEnough = stepTrials >= Needed && stepRequests >= step.Requests;
        var atLeast = Math.Max(step.AtLeast.TotalSeconds, settings.Dwell.TotalSeconds);
        var patience = Math.Max(
            atLeast, (step.AtMost > TimeSpan.Zero ? step.AtMost : settings.Patience).TotalSeconds);
        if (hasEnough && clock.Judged >= atLeast && logE < Math.Log(2)
            && latencies.All(each => each.LogE < Math.Log(2)))
            return Say(VerdictKind.Promote, $"Within {limit.Says}: {counts}.", false);
        if (clock.Waited < patience)
            return Say(VerdictKind.KeepWatching, $"Watched against the limit of {limit.Says}: {counts} so far.", false);
        return hasEnough
            ? Say(VerdictKind.Inconclusive, $"Time is up without proof that {limit.Says} is kept or broken: {counts}.", false)
            : Say(VerdictKind.NoEvidence, $"No data: {stepTrials} trials in this step, {Needed:0} are needed.", true);
    }

    private double Bound => Math.Log(1 / (weight * settings.Alpha));

    private double Needed =>
        clock.Waited >= 60 && stepTrials / clock.Waited < 0.1 ? LeastTrialsWhenRare : LeastTrials;

    private (int N, int K) Trials(SideCounts side) =>
        settings.Sticky ? (side.Clients, side.ClientFailures) : (side.Requests, side.Failures);

    private bool IsPossible(SideCounts side) => Trials(side) is var (n, k) && k >= 0 && k <= n;

    private Verdict Say(VerdictKind kind, string says, bool asks) =>
        new(kind, says, EvidenceSummary.Empty with
        {
            Method = Method, LogE = own.GatedLogE(MetricTest.LeastEvents), LogEToRollBack = Bound,
            CandidateRequests = requests, CandidateFailures = failures, CandidateTrials = trials,
            CandidateTrialFailures = (long)own.Events, ClockSeconds = clock.Judged,
            Metrics =
            [
                new("errors", weight, own.LogE, null),
                .. latencies.Select(each => each.Summary(OfLatency / latencies.Length)),
            ],
        })
        {
            Asks = asks,
        };
}
