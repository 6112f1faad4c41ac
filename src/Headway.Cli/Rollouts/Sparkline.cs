using System.Collections.Immutable;

namespace Headway.Cli.Rollouts;

/// <summary>A curve in one line of text.</summary>
internal static class Sparkline
{
    private const int Width = 48;
    private const string Levels = "▁▂▃▄▅▆▇█";

    /// <param name="seconds">Where the values stand.</param>
    /// <param name="values">The curve; 0 and below is the lowest level.</param>
    /// <param name="top">The value of the highest level.</param>
    public static string Of(ImmutableArray<double> seconds, ImmutableArray<double> values, double top)
    {
        if (values.IsEmpty) return "";
        var (first, span) = (seconds[0], Math.Max(seconds[^1] - seconds[0], 1));
        var heights = new double[Math.Min(Width, Math.Max(values.Length, 1))];
        var last = 0.0;
        for (int column = 0, i = 0; column < heights.Length; column++)
        {
            var end = first + span * (column + 1) / heights.Length;
            var most = double.NegativeInfinity;
            for (; i < values.Length && (seconds[i] <= end || column == heights.Length - 1); i++) most =
                Math.Max(most, values[i]);
            heights[column] = last = double.IsNegativeInfinity(most) ? last : most;
        }

        return string.Concat(heights.Select(h => Level(top > 0 ? h / top : 0)));
    }

    /// <summary>Only what reaches the top is drawn at the highest level.</summary>
    private static char Level(double part) =>
        part >= 1 ? Levels[^1] : Levels[(int)Math.Clamp(Math.Floor(part * (Levels.Length - 1)), 0, Levels.Length - 2)];
}
