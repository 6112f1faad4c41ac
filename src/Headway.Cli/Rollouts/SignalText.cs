using Headway.Cli.Terminal;
using Headway.Core.Evidence;
using Headway.Core.Judging;
using Headway.Core.Judging.Signals;

namespace Headway.Cli.Rollouts;

/// <summary>The signals of a verdict as text: what each says, what it may do, and what it was asked.</summary>
internal static class SignalText
{
    public static void Show(Screen screen, Verdict verdict)
    {
        if (verdict.Signals.IsDefaultOrEmpty) return;
        screen.Line("  signals");
        foreach (var signal in verdict.Signals)
        {
            screen.Line($"    {Mark(signal.Kind)} {signal.Says}");
            screen.Line($"      {signal.Source}, {May(signal.Trust)}; e = {E(signal.LogE)} of {E(signal.LogEToRollBack)}");
            if (signal.Asked is { } asked) screen.Line($"      asked: {asked}");
            foreach (var example in signal.Examples) screen.Line($"      for example: {example}");
        }
    }

    private static string Mark(VerdictKind kind) => kind switch
    {
        VerdictKind.Promote => "ok  ",
        VerdictKind.Rollback => "bad ",
        VerdictKind.KeepWatching => "... ",
        _ => "?   ",
    };

    private static string May(Trust trust) => trust switch
    {
        Trust.Observe => "only shown",
        Trust.Pause => "may pause",
        _ => "may roll back",
    };

    private static string E(double logE) => $"{Math.Exp(Math.Min(logE, 700)):G3}";
}
