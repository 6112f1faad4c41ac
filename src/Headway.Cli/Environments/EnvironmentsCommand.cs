using System.CommandLine;
using Headway.Cli.Api;
using Headway.Cli.Terminal;
using Headway.Server.Provisioning;

namespace Headway.Cli.Environments;

/// <summary>`headway environments`: what they consist of, made again or taken away.</summary>
internal static class EnvironmentsCommand
{
    public static Command Build()
    {
        var command = new Command("environments", "Environments of services: what runs there, and what they consist of (`provision:`).")
        {
            List(),
            Act("make", "Make again what the release describes that is wanted there.", "is being made; `headway environments list` shows how it goes."),
            Act("remove", "Stop everything that runs there, and take away what it consists of; a newer release comes in again.", "is being emptied."),
        };
        command.Aliases.Add("environment");
        return command;
    }

    private static Command List()
    {
        var service = new Option<string?>("--service") { Description = "Of one service only.", HelpName = "name" };
        var command = new Command("list", "Every environment of every service.") { service };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            var all = (await api.GetAsync<EnvironmentView[]>(ProvisionEndpoints.Path[1..], stop)).Where(each => result.GetValue(service) is not { } only || each.Service == only).ToArray();
            screen.Answer(all, _ =>
            {
                if (all.Length == 0) screen.Line("There are no environments yet: the first release of a service brings those of its headway.yaml.");
                foreach (var each in all)
                {
                    screen.Line($"{$"{each.Service}/{each.Environment}",-36} {each.Current ?? "nothing"}");
                    if (each.Says is { } says) screen.Line($"  {says}{(each.Run is { } run ? $" (run {run})" : "")}");
                }
            });
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Act(string verb, string says, string told)
    {
        var service = new Argument<string>("service") { Description = "Name of the service." };
        var environment = new Argument<string>("environment") { Description = "Which." };
        var reason = new Option<string?>("--reason") { Description = "Why; goes into the record.", HelpName = "text" };
        var command = new Command(verb, says) { service, environment, reason };
        command.SetAction(async (result, stop) =>
        {
            using var api = ApiClient.For(result);
            var (name, where) = (result.GetValue(service)!, result.GetValue(environment)!);
            await api.PostAsync($"api/v1/lanes/{Uri.EscapeDataString(name)}/{Uri.EscapeDataString(where)}/{(verb == "remove" ? "empty" : verb)}",
                new EnvironmentAsk(result.GetValue(reason)), stop);
            Screen.Of(result).Answer(new { environment = $"{name}/{where}" }, begun => Screen.Of(result).Line($"{begun.environment} {told}"));
            return ExitCode.Ok;
        });
        return command;
    }
}
