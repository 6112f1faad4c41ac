using System.CommandLine;
using Headway.Cli.Api;
using Headway.Cli.Lanes;
using Headway.Cli.Status;
using Headway.Cli.Terminal;
using Headway.Server.Drift;

namespace Headway.Cli.Drift;

/// <summary>`headway drift`: where what runs is not what was released.</summary>
internal static class DriftCommand
{
    public static Command Build()
    {
        var command = new Command("drift", "Where what runs is not what was released, and what is done about it.") { Heal() };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            var all = await api.GetAsync<DriftView[]>("api/v1/drift", stop);
            screen.Answer(all, _ =>
            {
                if (all.Length == 0) screen.Line("Everything runs as it was released.");
                foreach (var view in all)
                {
                    screen.Line($"{view.Service}/{view.Environment}  {view.Release}, {Words.Ago(view.Since)}");
                    foreach (var difference in view.Differences) screen.Line($"  {difference}");
                    screen.Line($"  {view.Says}");
                }
            });
            return all.Length == 0 ? ExitCode.Ok : ExitCode.No;
        });
        return command;
    }

    private static Command Heal()
    {
        var service = new Argument<string>("service") { Description = "Name of the service." };
        var environment = new Option<string?>("--environment") { Description = "Which (default: the last one).", HelpName = "name" };
        var reason = new Option<string?>("--reason") { Description = "Why; goes into the record.", HelpName = "text" };
        var command = new Command("heal", "Put back what was released: files anew, instances replaced one by one.") { service, environment, reason };
        command.SetAction(async (result, stop) =>
        {
            using var api = ApiClient.For(result);
            var name = result.GetValue(service)!;
            var where = result.GetValue(environment) ?? await LaneCommands.LastAsync(api, name, stop);
            await api.PostAsync($"api/v1/lanes/{Uri.EscapeDataString(name)}/{Uri.EscapeDataString(where)}/heal", new HealAsk(result.GetValue(reason)), stop);
            Screen.Of(result).Answer(new { healing = $"{name}/{where}" }, begun => Screen.Of(result).Line($"{begun.healing} is being put back; `headway drift` shows when it is."));
            return ExitCode.Ok;
        });
        return command;
    }
}
