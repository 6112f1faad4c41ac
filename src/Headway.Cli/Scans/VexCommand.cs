using System.CommandLine;
using System.Text.Json;
using Headway.Cli.Api;
using Headway.Cli.Terminal;
using Headway.Core;
using Headway.Server.Scans;

namespace Headway.Cli.Scans;

/// <summary>`headway scans vex export|import`: triage as OpenVEX, out and in.</summary>
internal static class VexCommand
{
    public static Command Build() => new("vex", "Decisions about findings as an OpenVEX document.") { Export(), Import() };

    private static Command Export()
    {
        var command = new Command("export", "Print what was decided, as OpenVEX.") { TriageCommand.Service };
        command.SetAction(async (result, stop) =>
        {
            using var api = ApiClient.For(result);
            var service = await ScansCommand.OneAsync(api, result.GetValue(TriageCommand.Service), stop);
            var document = await api.GetAsync<JsonElement>($"{ScansCommand.PathOf(service)}/vex", stop);
            Screen.Of(result).Out.WriteLine(JsonSerializer.Serialize(document, Wire.Indented));
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Import()
    {
        var file = new Argument<string>("file") { Description = "An OpenVEX document." };
        var command = new Command("import", "Take over what an OpenVEX document says is not affected or fixed.")
        {
            file, TriageCommand.Until, TriageCommand.Service,
        };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            var service = await ScansCommand.OneAsync(api, result.GetValue(TriageCommand.Service), stop);
            var until = TriageCommand.DayOf(result) is { } day ? $"?until={Uri.EscapeDataString(day.ToString("O"))}" : "";
            var taken = await api.SendFileAsync<TriageAsked[]>(
                $"{ScansCommand.PathOf(service)}/vex{until}", result.GetValue(file)!, stop);
            screen.Answer(taken, _ => screen.Line($"{taken.Length} decisions are recorded for {service}."));
            return ExitCode.Ok;
        });
        return command;
    }
}
