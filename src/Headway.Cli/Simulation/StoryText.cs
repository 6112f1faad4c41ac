using Headway.Cli.Terminal;
using Headway.Simulation.Runs;

namespace Headway.Cli.Simulation;

/// <summary>A story in lines: when, what, and why.</summary>
internal static class StoryText
{
    public static void Print(Screen screen, IEnumerable<StoryLine> story)
    {
        foreach (var line in story) screen.Line($"  {Time(line.At),9}  {line.Kind,-13} {line.Says}");
    }

    public static string Time(TimeSpan time) =>
        time.TotalHours >= 1 ? $"{(int)time.TotalHours}:{time:mm\\:ss}" : $"{time:mm\\:ss}";
}
