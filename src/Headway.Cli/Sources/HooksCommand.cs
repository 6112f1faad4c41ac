using System.CommandLine;
using Headway.Cli.Api;
using Headway.Cli.Terminal;
using Headway.Server.Sources.Hooks;

namespace Headway.Cli.Sources;

/// <summary>`headway hooks`: addresses that a host of repositories calls after a push.</summary>
internal static class HooksCommand
{
    private const string Path = "api/v1/hooks";

    public static Command Build() => new("hooks", "Push hooks of GitHub, GitLab and Gitea.") { Create(), List(), Remove() };

    private static Command Create()
    {
        var service = new Argument<string>("service") { Description = "Name of the service." };
        var host = new Option<string>("--host") { Description = "github, gitlab or gitea.", HelpName = "host", Required = true };
        var command = new Command("create", "Make a hook. Its secret is shown this once.") { service, host };
        command.SetAction(async (result, stop) =>
        {
            if (!Enum.TryParse<HookHost>(result.GetValue(host), ignoreCase: true, out var kind) || !Enum.IsDefined(kind))
                throw new CliException(ExitCode.Usage, $"There is no host `{result.GetValue(host)}`.",
                    "One of github, gitlab, gitea.");
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            var made = await api.PostAsync<HookMade>(Path, new HookWanted(result.GetValue(service)!, kind), stop);
            screen.Answer(made, _ =>
            {
                screen.Line($"Address  {new Uri(api.Address, made.Path)}");
                screen.Line($"Secret   {made.Secret}");
                screen.Line(HowTo(made.Host));
                screen.Line("The secret is not shown again. If the host knows the server by another name, use that name "
                    + "in the address.");
            });
            return ExitCode.Ok;
        });
        return command;
    }

    private static string HowTo(HookHost host) => host switch
    {
        HookHost.GitHub => "In the repository: Settings, Webhooks, Add webhook. Content type application/json; events: "
            + "pushes, branch or tag creation, pull requests.",
        HookHost.GitLab => "In the project: Settings, Webhooks, Add new webhook. Give the secret as signing token, or as "
            + "secret token where there is none; triggers: push, tag push and merge request events.",
        _ => "In the repository: Settings, Webhooks, Add webhook, Gitea. POST, application/json; events: push, create, "
            + "pull request, pull request synchronized.",
    };

    private static Command List()
    {
        var command = new Command("list", "List hooks, without their secrets.");
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            screen.Answer(await api.GetAsync<HookView[]>(Path, stop), hooks =>
            {
                if (hooks.Length == 0) screen.Line("There is no hook. `headway hooks create SERVICE --host github` makes one.");
                foreach (var hook in hooks)
                    screen.Line($"{hook.Id}  {hook.Service,-20} {$"{hook.Host}".ToLowerInvariant(),-8} {hook.Path}");
            });
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Remove()
    {
        var id = new Argument<string>("id") { Description = "Id of the hook, as `headway hooks list` shows it: the last part of its address." };
        var command = new Command("remove", "Forget a hook: who calls it is refused from now on.") { id };
        command.SetAction(async (result, stop) =>
        {
            using var api = ApiClient.For(result);
            await api.DeleteAsync($"{Path}/{Uri.EscapeDataString(result.GetValue(id)!)}", stop);
            Screen.Of(result).Answer(new { removed = result.GetValue(id) },
                removed => Screen.Of(result).Line($"Hook {removed.removed} is forgotten."));
            return ExitCode.Ok;
        });
        return command;
    }
}
