using System.CommandLine;
using Headway.Cli.Api;
using Headway.Cli.Terminal;
using Headway.Server.Telemetry;

namespace Headway.Cli.Telemetry;

/// <summary>`headway telemetry coverage`: which releases can be seen, and what is missing from the others.</summary>
internal static class CoverageCommand
{
    public static Command Build()
    {
        var command = new Command(
            "coverage", "Show which services send metrics, traces and logs with their release id, and which do not.");
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            screen.Answer(await api.GetAsync<CoverageView>("api/v1/telemetry/coverage", stop), view => Show(screen, view));
            return ExitCode.Ok;
        });
        return command;
    }

    private static void Show(Screen screen, CoverageView view)
    {
        if (view.Share is not { } share)
        {
            screen.Line("No release is out yet.");
            return;
        }
        screen.Line($"Observability coverage: {share * 100:0.#} % of {view.Lanes.Length} "
            + "(metrics, traces and logs with the release id within the last hour)");
        foreach (var lane in view.Lanes)
            screen.Line($"  {lane.Service}/{lane.Environment,-14} {lane.Release,-24} {Missing(lane)}");
    }

    private static string Missing(LaneCoverage lane)
    {
        string[] missing =
        [
            .. lane.Metrics ? [] : (string[])["metrics"], .. lane.Traces ? [] : (string[])["traces"],
            .. lane.Logs ? [] : (string[])["logs"],
        ];
        var counted = lane.Requests ? "" : "; the gateway has counted no request either";
        return missing.Length == 0 ? "covered" : $"no {string.Join(", no ", missing)}{counted}";
    }
}
