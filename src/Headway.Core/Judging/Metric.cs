namespace Headway.Core.Judging;

/// <summary>What is compared. Each is a yes or no about a trial, so the same test serves all.</summary>
public enum Metric
{
    /// <summary>A client at risk fails in a second: its first failure, as a rule.</summary>
    Errors,

    /// <summary>A client's third failure in a row, for the first time.</summary>
    Spell,

    P50,
    P90,
    P99,

    /// <summary>A client at risk meets a 4xx that is no failure.</summary>
    Refused,
}

/// <summary>The tests of one metric.</summary>
/// <param name="pastRate">
/// For latencies: stable's rate before the rollout. The candidate must be slower than that too. Stable has less to do
/// the more users the candidate takes, and answers faster then, which is no fault of the candidate. The smaller of two
/// e-values is one for either null.
/// </param>
public sealed class MetricTest(Metric metric, double weight, MixtureDesign design, double? pastRate = null)
{
    /// <summary>Candidate events below which a metric can suspect nobody: two failures may be one accident.</summary>
    public const double LeastEvents = 3;

    public Metric Metric { get; } = metric;

    public double Weight { get; } = weight;

    public FailProcess Fail { get; } = new(design);

    /// <summary>The pass test of the current step; null for metrics without one.</summary>
    public PassProcess? Pass { get; private set; }

    private readonly LimitProcess? past = pastRate is { } rate and > 0 and < 1 ? new(rate, design) : null;

    public double LogE => Math.Min(Fail.GatedLogE(LeastEvents), past?.LogE ?? double.PositiveInfinity);

    /// <summary>Trials of the current step, for the forecast.</summary>
    public Trials InStep { get; private set; }

    public void StepStarted(PassProcess? pass) => (Pass, InStep) = (pass, default);

    /// <param name="batch">The closed batch.</param>
    /// <param name="stableRate">The plug-in from before it.</param>
    /// <param name="wakes">The batch began a new tick.</param>
    /// <param name="inStep">The batch belongs to the current step.</param>
    public void Apply(in Trials batch, double stableRate, bool wakes, bool inStep)
    {
        Fail.Apply(batch, stableRate, wakes);
        past?.Apply(batch.CandidateTrials, batch.CandidateEvents, wakes);
        if (!inStep) return;
        Pass?.Apply(batch, stableRate);
        InStep += batch;
    }

    /// <summary>Which metrics are judged, and their weights, which sum to 1.</summary>
    /// <param name="sticky">Clients stay on their side.</param>
    /// <param name="thresholds">Of the latencies.</param>
    /// <param name="pastRate">Stable's share of slow answers before the rollout, by metric.</param>
    public static MetricTest[] Of(bool sticky, LatencyThresholds thresholds, Func<Metric, double?> pastRate)
    {
        var designs = new List<(Metric Metric, double Weight, MixtureDesign Design)>
        {
            (Metric.Errors, 0.7, MixtureDesign.Errors),
        };
        if (thresholds.P50 is not null) designs.Add((Metric.P50, 0.1, MixtureDesign.Middle));
        if (thresholds.P90 is not null) designs.Add((Metric.P90, 0.1, MixtureDesign.Middle));
        if (thresholds.P99 is not null) designs.Add((Metric.P99, 0.1, MixtureDesign.Tail));
        Join((Metric.Refused, 0.1, MixtureDesign.Refused));
        if (sticky) Join((Metric.Spell, 0.2, MixtureDesign.Spell));
        return [.. designs.Select(d => new MetricTest(d.Metric, d.Weight, d.Design, pastRate(d.Metric)))];

        // A further metric takes its weight from all before it.
        void Join((Metric Metric, double Weight, MixtureDesign Design) further)
        {
            var sum = designs.Sum(d => d.Weight);
            for (var i = 0; i < designs.Count; i++)
                designs[i] = designs[i] with { Weight = designs[i].Weight / sum * (1 - further.Weight) };
            designs.Add(further);
        }
    }
}
