using System.CommandLine;
using System.Globalization;
using Headway.Cli.Api;
using Headway.Cli.Terminal;
using Headway.Core.Judging.Calibrations;
using Headway.Simulation.Replay;

namespace Headway.Cli.Judging;

/// <summary>
/// `headway judge calibrate SERVICE`: how far the requests of a service fail together, and whether they may be counted
/// one by one. Exit code 1 when that is shown to be unsafe or cannot be told.
/// </summary>
internal static class CalibrateCommand
{
    private const double Alpha = 0.03;
    private static readonly double[] Shares = [0.05, 0.25, 0.5];

    public static Command Build()
    {
        var service = new Argument<string>("SERVICE") { Description = "Name of the service." };
        var environment = new Option<string>("--environment")
        {
            Description = "Whose evidence.", HelpName = "name", DefaultValueFactory = _ => "production",
        };
        var hours = new Option<double>("--hours") { Description = "How far back to look.", DefaultValueFactory = _
            => 6 };
        var runs = new Option<int>("--runs") { Description = "Comparisons of stable with itself.",
            DefaultValueFactory = _ => 300 };
        var seed = new Option<int>("--seed") { Description = "Where the chance comes from.", DefaultValueFactory =
            _ => 1 };
        var command = new Command("calibrate", "Compare stable with itself: may requests be the unit, or must "
            + "clients be?")
        {
            service, environment, hours, runs, seed,
        };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            if (result.GetValue(runs) is < 20 or > 100_000)
                throw new CliException(ExitCode.Usage, "--runs is out of range.", "It is from 20 to 100,000.");
            using var api = ApiClient.For(result);
            var profile = await api.GetAsync<TrafficProfile>(string.Create(CultureInfo.InvariantCulture,
                $"api/v1/lanes/{Uri.EscapeDataString(result.GetRequiredValue(service))}/"
                + $"{Uri.EscapeDataString(result.GetValue(environment)!)}/profile?hours={result.GetValue(hours)}"),
                stop);
            var calibration = Of(screen, profile, result.GetValue(runs), result.GetValue(seed));
            screen.Answer(calibration, c => Print(screen, c, profile));
            return calibration.RequestsAreSafe is true ? ExitCode.Ok : ExitCode.No;
        });
        return command;
    }

    public static Calibration Of(Screen screen, TrafficProfile profile, int runs, int seed)
    {
        var split = new SplitAlike(profile.Counts, Shares);
        var enough = profile.Counts.Length >= Calibration.LeastSeconds ? runs : 0;
        AlikeSplits Split(bool byClient) => Simulation.Progress.Of(
            screen, byClient ? "split by clients" : "split by requests", Math.Max(enough, 1),
            told => split.Run(enough, byClient, seed, Alpha, told));
        return Calibration.Of(profile, Split(byClient: false), Split(byClient: true), Alpha);
    }

    private static void Print(Screen screen, Calibration calibration, TrafficProfile profile)
    {
        screen.Line($"{calibration.Lane}: {calibration.Seconds} seconds of stable alone, "
            + $"{profile.Past.RequestsPerSecond:0.##} requests/s, {profile.FailureRate * 100:0.###} % fail");
        screen.Line("  unit       failures   scatter   next second    5 s   blamed for nothing");
        foreach (var unit in new[] { calibration.Requests, calibration.Clients })
            screen.Line($"  {unit.Unit,-10} {unit.Dispersion.Failures,8} {Number(unit.Dispersion.VarianceToMean),9} "
                + $"{Number(unit.Dispersion.NextSecond),13} {Number(unit.Dispersion.NextFive),6}   "
                + $"{unit.Rate * 100:0.##} % of {unit.Runs} (at most {unit.AtMost * 100:0.##} %)");
        screen.Line($"  {calibration.Says}");
        screen.Line("  Recorded are counts a second, not who failed: failures are given back to the clients that "
            + "fail in that second "
            + "or just before. Counts for each client would say it exactly.");
    }

    private static string Number(double? value) => value is { } number
        ? number.ToString("0.00", CultureInfo.InvariantCulture) : "-";
}
