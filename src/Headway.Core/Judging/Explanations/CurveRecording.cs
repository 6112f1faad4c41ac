using System.Collections.Immutable;

namespace Headway.Core.Judging.Explanations;

/// <summary>
/// Keeps the curve of a rollout of any length in bounded memory: when there are too many points, of two neighbours the
/// one with less evidence goes. The first point, the newest, and the one that crossed the line always stay.
/// </summary>
public sealed class CurveRecording
{
    /// <summary>Points of a finished curve.</summary>
    public const int Most = 300;

    private readonly List<Point> points = [];
    private readonly List<(string Name, double? ActsAt)> names = [(EvidenceCurve.Combined, null)];
    private double actsAt;

    /// <summary>Seconds at which the combined evidence first reached its line, or null.</summary>
    public double? Crossed { get; private set; }

    public void Add(double seconds, double share, Verdict verdict)
    {
        var evidence = verdict.Evidence;
        if (evidence.LogEToRollBack > 0) actsAt = evidence.LogEToRollBack;
        var point = new Point(seconds, share, new double[names.Count + evidence.Metrics.Length
            + verdict.Signals.Length]);
        point.Set(0, evidence.LogE);
        foreach (var metric in evidence.Metrics) point.Set(IndexOf(metric.Name, null), metric.LogE);
        foreach (var signal in verdict.Signals)
            point.Set(IndexOf($"signal: {signal.Name}", signal.LogEToRollBack), signal.LogE);
        if (Crossed is null && actsAt > 0 && evidence.LogE >= actsAt)
            (Crossed, point.Stays) = (seconds, true);
        points.Add(point);
        if (points.Count >= 2 * Most) Thin();
    }

    public EvidenceCurve Finish()
    {
        while (points.Count > Most) Thin();
        return new(
            [.. points.Select(p => p.Seconds)], [.. points.Select(p => p.Share)], actsAt,
            [.. names.Select((n, i) => new CurveLine(
                n.Name, i == 0 ? actsAt : n.ActsAt, [.. points.Select(p => Math.Round(p.Of(i), 4))]))]);
    }

    private int IndexOf(string name, double? line)
    {
        var index = names.FindIndex(n => n.Name == name);
        if (index >= 0) return index;
        names.Add((name, line));
        return names.Count - 1;
    }

    private void Thin()
    {
        var kept = new List<Point> { points[0] };
        for (var i = 1; i < points.Count - 1; i += 2)
        {
            var (one, other) = (points[i], i + 1 < points.Count - 1 ? points[i + 1] : points[i]);
            if (one.Stays || other.Stays)
            {
                if (one.Stays) kept.Add(one);
                if (other.Stays && other != one) kept.Add(other);
            }
            else
                kept.Add(other.Of(0) >= one.Of(0) ? other : one);
        }

        if (points.Count > 1) kept.Add(points[^1]);
        points.Clear();
        points.AddRange(kept);
    }

    private sealed class Point(double seconds, double share, double[] logs)
    {
        public double Seconds => seconds;

        public double Share => share;

        /// <summary>Never thinned out.</summary>
        public bool Stays { get; set; }

        /// <summary>A line that began later was at e = 1 here.</summary>
        public double Of(int index) => index < logs.Length ? logs[index] : 0;

        public void Set(int index, double logE)
        {
            if (index < logs.Length) logs[index] = double.IsNaN(logE) ? 0 : Math.Clamp(logE, -1e6, 1e6);
        }
    }
}
