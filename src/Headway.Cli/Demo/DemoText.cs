using Headway.Cli.Status;
using Headway.Cli.Terminal;
using Headway.Core.SupplyChain;

namespace Headway.Cli.Demo;

/// <summary>The summary for people.</summary>
internal static class DemoText
{
    public static void Show(Screen screen, DemoSummary summary, DemoRun demo, bool staysUp)
    {
        screen.Line();
        screen.Styled($"[bold]Summary[/]");
        foreach (var release in summary.Releases)
            screen.Line($"  {release.Version,-20} {Outcome(release),-12} {release.CommitToProductionSeconds,6:0.0} s "
                + $"from the push to {Where(release)}");
        screen.Line($"  {summary.Requests:N0} requests by customers; {summary.FailedByBadRelease:N0} failed because of "
            + "the bad release, "
            + $"{summary.FailedByGoodReleases:N0} by the good ones (their payment provider is not always there), "
            + $"{summary.Lost:N0} were lost on the way.");
        screen.Line($"  {summary.SecondsToRollback:0.0} s from the first failed request to the last customer who met "
            + "the bad release.");
        screen.Line($"  The judge: {summary.Evidence.Says}");
        screen.Line($"    {Words.Of(summary.Evidence.Evidence)}");
        if (summary.Verified is { } verified) screen.Line(Says(verified));
        screen.Line("  What was wanted of production, in git:");
        foreach (var commit in summary.Commits) screen.Line($"    {commit.Commit[..8]} {commit.Subject}");
        screen.Line($"  Look closer{(staysUp ? "" : ", without --exit")}, with --data {demo.Data}:");
        screen.Line($"    headway rollouts explain {summary.BadRollout}; headway release show {summary.Releases[1].Version}; "
            + "headway runs list; headway tests shop; headway state log");
        if (!summary.IsAsPromised) screen.Styled(
            $"  [red]This is not what was to be shown: two promoted, the third taken back.[/]");
    }

    private static string Says(Verification verified) => verified.Refused is { } refused
        ? $"  {verified.Release} does not verify: {refused}"
        : $"  {verified.Release} was verified before each placement: "
            + $"{string.Join(", ", verified.Checks.Where(check => check.Result is CheckResult.Passed).Select(check => check.Name))}.";

    private static string Outcome(DemoRelease release) => release.Outcome == "promoted" ? "promoted" : "rolled back";

    private static string Where(DemoRelease release) => release.Outcome == "promoted" ? "production"
        : "its first customer";
}
