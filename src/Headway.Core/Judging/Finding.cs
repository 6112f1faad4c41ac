using System.Collections.Immutable;
using Headway.Core.Judging.Routes;

namespace Headway.Core.Judging;

/// <summary>Everything that a verdict is drawn from, at one moment.</summary>
internal sealed record Finding(
    JudgeSettings Settings, JudgeStep Step, MetricTest[] Tests, JudgeTotals Totals, StepClock Clock,
    Incidents Incidents, ExcessBudget Budget, RiskInterval Risk)
{
    /// <summary>Judged candidate trials that a step needs; fewer where traffic is very rare.</summary>
    private const int LeastTrials = 30, LeastTrialsWhenRare = 10;

    private const double RarePerSecond = 0.1;

    public required double LogE { get; init; }
    public required long RequestsInStep { get; init; }
    public required double[] Rates { get; init; }
    public required bool LooksLikeInstance { get; init; }
    public required string? Suspect { get; init; }

    /// <summary>What of stable's routes the candidate has met; null when they are not counted.</summary>
    public RoutesMet? Met { get; init; }

    /// <summary>The route that says most against the candidate, when the routes do.</summary>
    public RouteTest? Route { get; init; }

    public MetricSummary? Routes { get; init; }

    public bool IsRepresentative => Settings.Representative <= 0 || Met is null || Met.Share >= Settings.Representative;

    public double LogEToRollBack => Math.Log(1 / Settings.Alpha);

    /// <summary>Something is suspected: nothing is promoted before patience ends.</summary>
    public bool IsSuspicious => LogE >= Math.Log(2);

    public double TrialsInStep => Tests[0].InStep.CandidateTrials;

    public double NeededTrials =>
        Clock.Waited >= 60 && TrialsInStep / Clock.Waited < RarePerSecond ? LeastTrialsWhenRare : LeastTrials;

    public bool HasEnough => TrialsInStep >= NeededTrials && RequestsInStep >= Step.Requests;

    public bool IsProven => Tests.All(t => t.Pass is null || t.Pass.LogE >= Math.Log(1 / Settings.Beta));

    public double AtLeastSeconds => Math.Max(Step.AtLeast.TotalSeconds, Settings.Dwell.TotalSeconds);

    public double PassSeconds => Math.Max(AtLeastSeconds, IsProven ? 0 : Settings.PassUnproven.TotalSeconds);

    public double PatienceSeconds => Math.Max(
        AtLeastSeconds, (Step.AtMost > TimeSpan.Zero ? Step.AtMost : Settings.Patience).TotalSeconds);

    /// <summary>About how long until the step can pass when both sides are alike; null when that cannot be said.</summary>
    public double? MoreSeconds
    {
        get
        {
            if (TrialsInStep <= 0 || Clock.Waited <= 0) return null;
            var trialsPerSecond = TrialsInStep / Clock.Waited;
            var proof = 0.0;
            for (var i = 0; i < Tests.Length; i++) proof = Math.Max(proof, SecondsToProof(i));
            var time = Math.Min(
                Math.Max(proof, AtLeastSeconds - Clock.Judged),
                Math.Max(AtLeastSeconds, Settings.PassUnproven.TotalSeconds) - Clock.Judged);
            var requests = Math.Max(Step.Requests - RequestsInStep, 0) * Clock.Waited / Math.Max(RequestsInStep, 1);
            return Math.Max(Math.Max(time, requests), Math.Max((NeededTrials - TrialsInStep) / trialsPerSecond, 0));
        }
    }

    private double SecondsToProof(int index)
    {
        var test = Tests[index];
        if (test.Pass is not { } pass) return 0;
        var missing = Math.Log(1 / Settings.Beta) - pass.LogE;
        if (missing <= 0) return 0;
        var (nc, ns) = (test.InStep.CandidateTrials / Clock.Waited, test.InStep.StableTrials / Clock.Waited);
        if (nc <= 0 || ns <= 0) return double.PositiveInfinity;
        var growth = pass.ExpectedGrowth(nc, ns, Rates[index]);
        return growth > 0 ? missing / growth : double.PositiveInfinity;
    }

    public EvidenceSummary Summary(string method)
    {
        var (estimate, low, high) = Risk.Report(0.05);
        var more = MoreSeconds;
        var perSecond = Clock.Waited > 0 ? RequestsInStep / Clock.Waited : 0;
        return new(
            method, LogE, LogEToRollBack,
            Totals.CandidateRequests, Totals.CandidateFailures,
            (long)Totals.Trials.CandidateTrials, (long)Totals.Trials.CandidateEvents,
            Totals.StableRequests, Totals.StableFailures,
            (long)Totals.Trials.StableTrials, (long)Totals.Trials.StableEvents,
            estimate, low, high, Budget.Requests, Clock.Judged,
            more is { } seconds ? (long)Math.Ceiling(seconds * perSecond) : null, more,
            [
                .. Tests.Select(t => new MetricSummary(NameOf(t.Metric), t.Weight, t.LogE, t.Pass?.LogE)),
                .. Routes is { } routes ? [routes] : ImmutableArray<MetricSummary>.Empty,
            ]);
    }

    public static string NameOf(Metric metric) => metric switch
    {
        Metric.Errors => "errors",
        Metric.Spell => "spell",
        Metric.Refused => "refused",
        Metric.P50 => "p50",
        Metric.P90 => "p90",
        _ => "p99",
    };
}
