using System.Globalization;
using Headway.Cli.Status;
using Headway.Cli.Terminal;
using Headway.Core.Judging.Explanations;

namespace Headway.Cli.Rollouts;

/// <summary>An explanation as text.</summary>
internal static class ExplanationText
{
    private const int Rows = 10;

    public static void Show(Screen screen, Explanation explained)
    {
        screen.Styled($"[bold]{explained.Rollout}[/]  {explained.Stable ?? "nothing"} -> {explained.Candidate}");
        screen.Line($"  {explained.Says}");
        if (explained.Leading is { } leading) screen.Line($"  because of {leading.Name}: {leading.Says}");
        if (explained.ByNow is { } now) screen.Line($"  {now.Says}");
        if (explained.AtPlansEnd is { } end && explained.ByNow is { AtPlansEnd: false }) screen.Line($"  {end.Says}");
        if (explained.ByNow?.How is { } how) screen.Line($"    {how}");
        if (explained.Curve.Seconds.Length > 0) Curve(screen, explained);
        screen.Line($"  users: {Words.Of(explained.Users)}");
        foreach (var metric in explained.Metrics)
        {
            var beyond = metric.StableMilliseconds is { } edge ? string.Create(CultureInfo.InvariantCulture,
                $"  beyond {edge:0.#} ms") : "";
            screen.Line($"    {metric.Name,-8} log e {metric.LogE,8:0.##}  candidate "
                + $"{Part(metric.Counts.CandidateEvents, metric.Counts.CandidateTrials)}, "
                + $"stable {Part(metric.Counts.StableEvents, metric.Counts.StableTrials)}{beyond}");
        }

        Table(screen, "routes", explained.Routes);
        Table(screen, "instances (clients)", explained.Instances);
        foreach (var signal in explained.Signals)
        {
            screen.Line($"  signal {signal.Name} ({signal.Source}, {signal.Trust.ToString().ToLowerInvariant()}): "
                + $"{signal.Says}");
            if (signal.Asked is { } asked) screen.Line($"    asked: {asked}");
            foreach (var example in signal.Examples) screen.Line($"    example: {example}");
        }

        foreach (var note in explained.Notes) screen.Line($"  note: {note}");
    }

    private static void Curve(Screen screen, Explanation explained)
    {
        var curve = explained.Curve;
        screen.Line($"  evidence against it over {Words.Of(TimeSpan.FromSeconds(curve.Seconds[^1]))} (it acts at "
            + $"log e {curve.ActsAt:0.##}):");
        foreach (var line in curve.Lines.OrderByDescending(l => l.Name ==
            EvidenceCurve.Combined).ThenByDescending(l => l.LogE[^1]))
            screen.Line($"    {Sparkline.Of(curve.Seconds, line.LogE, line.ActsAt ?? curve.ActsAt)} {line.Name} "
                + $"{line.LogE[^1]:0.##}");
    }

    private static void Table(Screen screen, string what, System.Collections.Immutable.ImmutableArray<BothSides> sides)
    {
        if (sides.IsDefaultOrEmpty) return;
        screen.Line($"  {what}:");
        foreach (var side in sides.Take(Rows))
            screen.Line($"    {side.Name,-28} candidate {Part(side.CandidateEvents, side.CandidateTrials)}, "
                + $"stable {Part(side.StableEvents, side.StableTrials)}");
        if (sides.Length > Rows) screen.Line($"    and {sides.Length - Rows} more; --json has them all");
    }

    private static string Part(double events, double trials) => string.Create(CultureInfo.InvariantCulture,
        $"{events:0} of {trials:0} ({(trials > 0 ? 100 * events / trials : 0):0.##} %)");
}
