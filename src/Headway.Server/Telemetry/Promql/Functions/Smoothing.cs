using Headway.Server.Telemetry.Promql.Evaluation;

namespace Headway.Server.Telemetry.Promql.Functions;

/// <summary>Double exponential smoothing (Holt): a level and a trend, each drawn towards what is seen.</summary>
internal static class Smoothing
{
    public static double Of(in Window window, double levelFactor, double trendFactor)
    {
        if (!(levelFactor > 0 && levelFactor < 1))
            throw QueryFailedException.Execution($"invalid smoothing factor. Expected: 0 < sf < 1, got: {levelFactor:F6}");
        if (!(trendFactor > 0 && trendFactor < 1))
            throw QueryFailedException.Execution($"invalid trend factor. Expected: 0 < tf < 1, got: {trendFactor:F6}");
        var values = window.Values;
        if (values.Length < 2) return Row.Absent;
        double before = 0, level = values[0], trend = values[1] - values[0];
        for (var i = 1; i < values.Length; i++)
        {
            if (i > 1) trend = trendFactor * (level - before) + (1 - trendFactor) * trend;
            (before, level) = (level, levelFactor * values[i] + (1 - levelFactor) * (level + trend));
        }
        return level;
    }
}
