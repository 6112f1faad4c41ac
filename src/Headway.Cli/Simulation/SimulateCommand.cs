using System.CommandLine;
using Headway.Cli.Api;
using Headway.Cli.Specs;
using Headway.Cli.Terminal;
using Headway.Core.Services;
using Headway.Server.Specs;
using Headway.Simulation.Runs;

namespace Headway.Cli.Simulation;

/// <summary>
/// `headway simulate`: what would happen to a release under the plan of a headway.yaml, when it is good, when it is bad,
/// when nobody uses it, and when everything else fails. Without a file a lane is drawn from the seed, as the tests do.
/// </summary>
public static class SimulateCommand
{
    private const string DefaultFile = "headway.yaml";

    public static Command Build()
    {
        var seed = new Option<int?>("--seed") { Description = "Tell the story of this seed; the same seed tells the same story." };
        var seeds = new Option<string?>("--seeds") { Description = "Sum up these seeds.", HelpName = "A..B" };
        var file = new Option<string?>("--file") { Description = $"Whose plan (else {DefaultFile} here, else any plan).", HelpName = "path" };
        var any = new Option<bool>("--any") { Description = "Draw plan and world from the seed even where a headway.yaml is." };
        var traffic = new TrafficOptions();
        var command = new Command("simulate", "Show what a release would go through, without touching anything.") { seed, seeds, file, any };
        foreach (var option in traffic.All) command.Options.Add(option);
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            var range = result.GetValue(seeds) is { } text ? SeedRange.Parse(text) : (SeedRange?)null;
            var path = result.GetValue(any) ? null
                : result.GetValue(file) ?? (File.Exists(DefaultFile) ? DefaultFile : null);
            if (path is null && result.GetValue(traffic.Faults))
                throw new CliException(ExitCode.Usage, $"--faults needs a plan, and there is no {DefaultFile} here.", "Name one with --file.");
            if (path is null) return AnyPlan.Run(screen, result.GetValue(seed), range, stop);
            var reading = SpecReader.Read(path, await SpecFile.ReadAsync(path, stop));
            if (reading.Spec is { } own && result.GetValue(traffic.Faults))
                return await OwnTraffic.RunAsync(
                    screen, own, traffic.Read(result, result.GetValue(seed) ?? 1), () => ApiClient.For(result), stop);
            return reading.Spec is { } spec
                ? OwnPlan.Run(screen, spec, result.GetValue(seed), range, stop)
                : Wrong(screen, reading);
        });
        return command;
    }

    private static int Wrong(Screen screen, SpecReading reading)
    {
        screen.Answer(new { valid = false, reading.Problems }, _ =>
        {
            foreach (var problem in reading.Problems) screen.Line(problem.ToString());
        });
        return ExitCode.No;
    }
}
