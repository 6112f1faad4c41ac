using System.CommandLine;
using Headway.Cli.Api;
using Headway.Cli.Specs;
using Headway.Cli.Terminal;
using Headway.Core.Evidence;
using Headway.Server.Signals;

namespace Headway.Cli.Evidence;

/// <summary>`headway evidence check [FILE]`: what every source of a headway.yaml says now, before a rollout depends on it.</summary>
internal static class EvidenceCommand
{
    public static Command Build() => new("evidence", "What releases are judged by besides the requests of users.")
    {
        Check(),
    };

    private static Command Check()
    {
        var file = new Argument<string>("file")
        {
            Description = "The headway.yaml to try.", DefaultValueFactory = _ => "headway.yaml",
        };
        var environment = new Option<string?>("--environment")
        {
            Description = "Which environment (default: the last one).", HelpName = "name",
        };
        var command = new Command("check", "Ask every source of headway.yaml now, and show what came.")
        {
            file, environment,
        };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            var path = result.GetValue(file)!;
            var wanted = new EvidenceWanted(await SpecFile.ReadAsync(path, stop), path, result.GetValue(environment));
            using var api = ApiClient.For(result);
            var found = await api.PostAsync<EvidenceChecked>("api/v1/evidence/check", wanted, stop);
            screen.Answer(found, _ => Tell(screen, found));
            return found.Problems.IsEmpty && found.Signals.All(signal => signal.Problem is null) ? ExitCode.Ok : ExitCode.No;
        });
        return command;
    }

    private static void Tell(Screen screen, EvidenceChecked found)
    {
        foreach (var problem in found.Problems) screen.Line(problem.ToString());
        if (!found.Problems.IsEmpty) return;
        screen.Line($"{found.Service} in {found.Environment}: stable {found.Stable}, candidate {found.Candidate}.");
        if (found.Remark is { } remark) screen.Line(remark);
        if (found.Signals.IsEmpty) screen.Line("headway.yaml names no evidence for it.");
        foreach (var signal in found.Signals) Tell(screen, signal);
    }

    private static void Tell(Screen screen, SignalLook signal)
    {
        screen.Line();
        screen.Line(signal.Name);
        foreach (var lookup in signal.Lookups)
        {
            screen.Line($"  {lookup.Side,-10} {lookup.Key,-6} {lookup.Asked}");
            screen.Line($"  {"",-10} {"",-6} {lookup.Came}");
        }
        if (signal.Problem is { } problem) screen.Line($"  cannot be asked: {problem}");
        if (signal.Problem is null && signal.Lookups.IsEmpty) screen.Line($"  stable {Of(signal.Stable)}, candidate {Of(signal.Candidate)}");
        if (signal.Remark is { } remark) screen.Line($"  {remark}");
    }

    private static string Of(SideReading? side) => side is null ? "shows nothing"
        : side.Values.IsEmpty ? $"{side.Events:0.###} of {side.Trials:0.###}"
        : string.Join(", ", side.Values.Take(5).Select(value => $"{value:0.####}"));
}
