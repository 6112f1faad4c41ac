using System.Collections.Immutable;
using Headway.Core.Evidence;
using Headway.Core.Judging.Routes;

namespace Headway.Core.Judging;

/// <summary>
/// Compares candidate and stable while both serve, for one rollout. Pure state: batches of evidence go in, in any
/// order and as often as they come; a verdict comes out whenever it is asked for, as often as wanted, without raising
/// the rate of false alarms. A new judge that is fed the stored batches again is as good as the old one.
/// Formulae, assumptions and defaults: docs/concepts/judge.md.
/// </summary>
public sealed class Judge
{
    /// <summary>Without the worst instance less than this must be left for the instance to be a suspect.</summary>
    private const double LeftWithoutWorst = 10;

    /// <summary>Part of the evidence that is given to the routes, where gateways count their trials.</summary>
    private const double OfRoutes = 0.1;

    private readonly JudgeSettings settings;
    private readonly StableHistory history;
    private readonly Comparison comparison;
    private readonly LatencyThresholds thresholds;
    private readonly BatchReading reading;
    private readonly MetricTest[] tests;
    private readonly int spell;
    private readonly RiskInterval risk = new(RiskGrid.Default);
    private readonly ExcessBudget budget = new();
    private readonly Suspects suspects = new();
    private readonly RouteTests routes;
    private readonly RouteCoverage coverage;
    private readonly Incidents incidents;
    private readonly StepClock clock = new();
    private readonly SeenBatches seen = new();
    private readonly Dictionary<(string Node, string Boot), OpenBatch> open = [];
    private JudgeStep step;
    private readonly JudgeTotals totals = new();
    private DateTimeOffset newestSecond;
    private long requestsInStep;

    public Judge(JudgeSettings settings, StableHistory history, Comparison comparison)
    {
        (this.settings, this.history, this.comparison) = (settings, history, comparison);
        thresholds = LatencyThresholds.Of(history.Latency);
        var tolerance = LatencyThresholds.Tolerance(settings.InstanceSpread, 1, history.Instances);
        reading = new(settings.Sticky, thresholds, tolerance, settings.FeltMilliseconds);
        tests = MetricTest.Of(settings.Sticky, thresholds, PastRateOf);
        spell = Array.FindIndex(tests, t => t.Metric == Metric.Spell);
        incidents = new(history);
        (routes, coverage) = (new(history.Routes), new(history.Routes));

        // Nothing can pass before the first step has begun.
        step = new(DateTimeOffset.MinValue, 0, 1, TimeSpan.FromDays(3650));
        StepStarted(step);
    }

    /// <summary>What was last found wrong with a batch; such a batch is not used.</summary>
    public string? Problem { get; private set; }

    /// <summary>Restarts the pass test and the clock of the step; everything against the candidate is kept.</summary>
    public void StepStarted(JudgeStep started)
    {
        step = started;
        clock.StepStarted();
        requestsInStep = 0;
        var margin = PassProcess.MarginOf(PooledRate(0), Math.Max(started.NextShare, 1e-6));
        foreach (var test in tests)
            test.StepStarted(test.Metric switch
            {
                Metric.Errors => PassProcess.Margin(margin),
                // Twice and three times the usual rate, said as differences: when stable is quicker now than in its
                // past hardly anything is slow on either side, and of a rate near zero no multiple can be excluded.
                Metric.P90 => PassProcess.Margin(0.10),
                Metric.P99 => PassProcess.Margin(0.02),
                _ => null,
            });
        foreach (var batch in open.Values) batch.Clear();
    }

    /// <summary>Takes a batch in; false when it is not for this judge, was there before, or cannot be right.</summary>
    public bool Observe(EvidenceBatch batch)
    {
        if (batch.Lane != comparison.Lane || batch.Stable.Release != comparison.Stable) return false;
        if (batch.Candidate is { } side && side.Release != comparison.Candidate) return false;
        if (reading.Problem(batch) is { } problem)
        {
            Problem = problem;
            return false;
        }

        if (!seen.Add(batch.Node, batch.Boot, batch.Sequence)) return false;
        var errors = reading.Of(Metric.Errors, batch);
        incidents.Observe(batch.Second, errors, BatchReading.Requests(batch));
        totals.Add(batch, errors);
        routes.Observe(batch);
        coverage.Observe(batch);
        Accumulate(batch);
        return true;
    }

    /// <summary>What there is to say now. To be asked about once a second: the clocks run by it.</summary>
    public Verdict Assess(DateTimeOffset now)
    {
        incidents.Tick();
        clock.Tick(now, incidents.IsOn || incidents.IsBlind);
        return VerdictOf.Judge(Finding());
    }

    /// <summary>A judge that has seen all this, in the order of the seconds.</summary>
    public static Judge Replay(
        JudgeSettings settings, StableHistory history, Comparison comparison,
        IEnumerable<JudgeStep> steps, IEnumerable<EvidenceBatch> batches)
    {
        var judge = new Judge(settings, history, comparison);
        var coming = new Queue<JudgeStep>(steps.OrderBy(s => s.At));
        foreach (var second in batches.GroupBy(b => b.Second).OrderBy(g => g.Key))
        {
            while (coming.TryPeek(out var next) && next.At < second.Key.AddSeconds(1))
                judge.StepStarted(coming.Dequeue());
            foreach (var batch in second.OrderBy(b => b.Node, StringComparer.Ordinal).ThenBy(b => b.Sequence))
                judge.Observe(batch);
            judge.Assess(second.Key.AddSeconds(1));
        }

        while (coming.TryDequeue(out var last)) judge.StepStarted(last);
        return judge;
    }

    private void Accumulate(EvidenceBatch batch)
    {
        var key = (batch.Node, batch.Boot);
        if (!open.TryGetValue(key, out var node))
        {
            if (open.Count >= 64) open.Remove(open.Keys.First());
            open[key] = node = new([.. tests.Select(t => RateOf(t.Metric))]) { RouteVersion = batch.RouteVersion };
        }

        if (batch.RouteVersion < node.RouteVersion)
        {
            // Late, from before a change of shares: it stands alone or not at all.
            var alone = new OpenBatch(node.Rates);
            alone.Add(batch, reading, tests);
            if (alone.IsJudgeable(0, spell)) Close(alone, batch.Second);
            return;
        }

        if (batch.RouteVersion > node.RouteVersion)
        {
            node.Clear();
            node.RouteVersion = batch.RouteVersion;
        }

        node.Add(batch, reading, tests);
        if (!node.IsJudgeable(0, spell)) return;
        Close(node, batch.Second);
        node.Clear();
    }

    private void Close(OpenBatch batch, DateTimeOffset second)
    {
        var wakes = second > newestSecond;
        if (wakes) newestSecond = second;

        // Evidence that comes late after a node was cut off counts from the moment that it is there.
        var inStep = second >= Seconds.Floor(step.At) || clock.Waited > 10;
        suspects.Apply(batch.Trials[0], batch.Instances, tests[0].Fail, batch.Rates[0].Value, wakes);
        for (var i = 0; i < tests.Length; i++)
        {
            var trials = batch.Trials[i];
            tests[i].Apply(trials, batch.Rates[i].Value, wakes, inStep);
            batch.Rates[i].Observe(trials);
        }

        risk.Apply(batch.Trials[0]);
        budget.Apply(batch.Trials[0], batch.Requests);
        if (!inStep) return;
        clock.BatchJudged();
        requestsInStep += (long)batch.Requests.CandidateTrials;
    }

    private StableRate RateOf(Metric metric)
    {
        var design = new StableRateDesign();
        return metric switch
        {
            Metric.Errors => new(design, history.Failures, history.Trials),
            Metric.Spell => new(design, 0, history.Clients),
            Metric.Refused => new(design, history.Refused, history.Trials),
            _ => new(design, history.Latency.Above(thresholds.Of(metric)!.Value), history.Latency.Total),
        };
    }

    /// <summary>Stable's share of slow answers before the rollout, one standard deviation on the safe side.</summary>
    private double? PastRateOf(Metric metric)
    {
        if (thresholds.Of(metric) is not { } bucket) return null;
        double total = history.Latency.Total;
        var rate = Math.Max(history.Latency.Above(bucket), 1) / total;
        return rate + Math.Sqrt(rate * (1 - rate) / total);
    }

    /// <summary>Stable's rate of a metric over all gateways.</summary>
    private double PooledRate(int test)
    {
        if (open.Count == 0) return RateOf(tests[test].Metric).Value;
        var rates = open.Values.Select(o => o.Rates[test]).ToList();
        return Math.Clamp(rates.Sum(r => r.Events) / rates.Sum(r => r.Trials), 1e-5, 0.9);
    }

    private Finding Finding()
    {
        Span<double> weights = stackalloc double[tests.Length], logs = stackalloc double[tests.Length];
        for (var i = 0; i < tests.Length; i++) (weights[i], logs[i]) = (tests[i].Weight, tests[i].LogE);
        var logE = Combination.LogE(weights, logs);
        var (worst, left) = suspects.Worst();
        if (worst is not null)
        {
            logs[0] = left;
            left = Combination.LogE(weights, logs);
        }

        var met = coverage.Now();
        var (all, counted) = (logE, routes.AreCounted == true);
        if (counted) all = LogSpace.Sum(Math.Log(1 - OfRoutes) + logE, Math.Log(OfRoutes) + routes.LogE);
        return new(settings, step, tests, totals, clock, incidents, budget, risk)
        {
            LogE = all,
            Met = met,
            Route = counted && routes.LogE + Math.Log(OfRoutes) > logE + Math.Log(1 - OfRoutes) ? routes.Leading : null,
            Routes = counted ? new("routes", OfRoutes, routes.LogE, null) : null,
            RequestsInStep = requestsInStep,
            Rates = [.. Enumerable.Range(0, tests.Length).Select(PooledRate)],
            LooksLikeInstance = suspects.Count == 1 || (worst is not null && left < Math.Log(LeftWithoutWorst)
                && logE >= Math.Log(1 / settings.Alpha)),
            Suspect = suspects.Count == 1 ? null : worst,
        };
    }
}
