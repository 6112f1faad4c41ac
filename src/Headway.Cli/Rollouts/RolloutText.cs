using Headway.Cli.Status;
using Headway.Cli.Terminal;
using Headway.Core.Rollouts;
using Headway.Server.Rollouts;

namespace Headway.Cli.Rollouts;

/// <summary>A rollout as text: the plan with marks, then the evidence.</summary>
internal static class RolloutText
{
    public static void Show(Screen screen, RolloutView view)
    {
        var rollout = view.State;
        var from = rollout.Stable ?? "nothing";
        screen.Styled($"[bold]{rollout.Id}[/]  {from} -> {rollout.Candidate}  ({rollout.Plan.Strategy})");
        screen.Line($"  {Words.Of(rollout)}");
        for (var i = 0; i < view.Steps.Length; i++)
            screen.Line($"  {Mark(rollout, i)} {i + 1,2}. {view.Steps[i]}{Proof(rollout, i)}");
        foreach (var note in rollout.Plan.Notes) screen.Line($"  note: {note}");
        if (rollout.LastVerdict is not { } verdict) return;
        screen.Line($"  judge ({verdict.Evidence.Method}): {verdict.Says}");
        screen.Line($"    {Words.Of(verdict.Evidence)}");
        foreach (var metric in verdict.Evidence.Metrics.OrderByDescending(metric => metric.LogE))
            screen.Line($"    {metric.Name,-8} log e {metric.LogE,8:0.##}  weight {metric.Weight:0.##}");
        SignalText.Show(screen, verdict);
    }

    private static string Mark(RolloutState rollout, int step) =>
        rollout.History.Any(record => record.Step == step && record.PassedAt is not null) ? "x"
        : rollout.Phase == RolloutPhase.Advancing && rollout.Step == step ? ">" : " ";

    private static string Proof(RolloutState rollout, int step) =>
        rollout.History.LastOrDefault(record => record.Step == step) is { PassedAt: { } passed } record
            ? $"  ({Words.Of(passed - record.StartedAt)}, {record.Why})" : "";
}
