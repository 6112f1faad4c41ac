using System.Globalization;
using Headway.Core.Evidence;

namespace Headway.Core.Judging.Explanations;

/// <summary>What speaks loudest against a candidate: in which metric, bucket, route and instance.</summary>
internal static class LeadingOf
{
    /// <summary>A route or an instance is named when so much of the excess is its own.</summary>
    private const double MostOfIt = 0.5;

    public static LeadingReason? Verdict(
        Verdict verdict, EvidenceTally tally, LatencyThresholds thresholds, JudgeSettings settings)
    {
        var method = verdict.Evidence.Method;
        if (verdict.Signals.FirstOrDefault(s => method == $"signal: {s.Name}") is { } signal)
            return new("signal", signal.Name, signal.Says);
        if (verdict.Evidence.Metrics.IsDefaultOrEmpty) return null;
        var metric = verdict.Evidence.Metrics.MaxBy(m => m.LogE + Math.Log(m.Weight))!;
        if (metric.LogE <= 0 && verdict.Kind != VerdictKind.Rollback) return null;
        var kind = method switch { "exposure budget" => "budget", "objective guard" => "guard", _ => "metric" };
        var counts = tally.In(MetricNames.Of(metric.Name));
        var bucket = thresholds.Of(MetricNames.Of(metric.Name));
        var route = bucket is null ? Worst(tally.Routes) : null;
        var says = $"{What(metric.Name, bucket, settings)}: {Side(counts.CandidateEvents, counts.CandidateTrials)} "
            + $"with the "
            + $"candidate, {Side(counts.StableEvents, counts.StableTrials)} with stable";
        if (route is not null) says += $"; most of it on route {route}";
        if (verdict.Suspect is { } instance) says += $"; instance {instance} explains it as well as the release does";
        return new(kind, metric.Name, $"{says}.")
        {
            Route = route, Instance = verdict.Suspect ?? Worst(tally.Instances), Bucket = bucket,
        };
    }

    private static string What(string metric, int? bucket, JudgeSettings settings) => metric switch
    {
        "errors" when settings.Sticky => "clients that failed, of those at risk",
        "errors" => "requests that failed",
        "spell" => "clients that failed three times in a row",
        "refused" => "clients that were refused (other 4xx)",
        _ when bucket is { } edge => string.Create(CultureInfo.InvariantCulture,
            $"answers slower than {LatencyScale.UpperEdgeMilliseconds(edge):0.#} ms, stable's {metric} before"),
        _ => metric,
    };

    private static string Side(double events, double trials) => string.Create(CultureInfo.InvariantCulture,
        $"{events:0} of {trials:0} ({(trials > 0 ? 100 * events / trials : 0):0.##} %)");

    private static string? Worst(System.Collections.Immutable.ImmutableArray<BothSides> sides)
    {
        var ours = sides.Where(s => s.CandidateTrials > 0 && s.Excess > 0).ToArray();
        return ours.Length > 0 && ours[0].Excess > MostOfIt * ours.Sum(s => s.Excess) && ours[0].Name !=
            EvidenceTally.Rest
            ? ours[0].Name : null;
    }
}
