using System.CommandLine;
using Headway.Cli.Api;
using Headway.Cli.Status;
using Headway.Cli.Terminal;
using Headway.Server.Rollouts;

namespace Headway.Cli.Rollouts;

/// <summary>`headway rollouts`: list, show, watch, and what a person may ask of one.</summary>
internal static class RolloutsCommand
{
    public static Command Build() => new("rollouts", "Look at rollouts, and pause, resume, promote or abort one.")
    {
        List(),
        Show(),
        WatchCommand.Build(),
        ExplainCommand.Build(),
        Ask("pause", "Let a rollout stay where it is; the judge keeps watching."),
        Ask("resume", "Let a paused rollout go on."),
        Ask("promote", "Pass the current step on your own word."),
        Ask("abort", "Take the candidate back."),
    };

    public static Argument<string?> IdArgument() => new("id")
    {
        Description = "Id of the rollout (default: the open one, when there is just one).",
            Arity = ArgumentArity.ZeroOrOne,
    };

    private static Command List()
    {
        var service = new Option<string?>("--service") { Description = "Only of this service.", HelpName = "name" };
        var environment = new Option<string?>("--environment") { Description = "Only in this environment.",
            HelpName = "name" };
        var limit = new Option<int>("--limit") { Description = "At most so many, the newest first.",
            DefaultValueFactory = _ => 20 };
        var command = new Command("list", "List rollouts, the newest first.") { service, environment, limit };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            var query = $"limit={result.GetValue(limit)}"
                + (result.GetValue(service) is { } s ? $"&service={Uri.EscapeDataString(s)}" : "")
                + (result.GetValue(environment) is { } e ? $"&environment={Uri.EscapeDataString(e)}" : "");
            screen.Answer(await api.GetAsync<RolloutView[]>($"api/v1/rollouts?{query}", stop), rollouts =>
            {
                if (rollouts.Length == 0) screen.Line("There is no rollout yet.");
                foreach (var rollout in rollouts)
                    screen.Line($"{rollout.State.Id,-28} {rollout.State.Candidate,-24} "
                        + $"{Words.Ago(rollout.State.StartedAt),-14} {Words.Of(rollout.State)}");
            });
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Show()
    {
        var id = IdArgument();
        var command = new Command("show", "Show a rollout: its plan, where it stands, and the evidence.") { id };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            screen.Answer(await RolloutChoice.FindAsync(api, result.GetValue(id), stop), view =>
                RolloutText.Show(screen, view));
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Ask(string verb, string description)
    {
        var id = IdArgument();
        var reason = new Option<string?>("--reason") { Description = "Why; goes into the record.", HelpName = "text" };
        var command = new Command(verb, description) { id, reason };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            var rollout = await RolloutChoice.FindAsync(api, result.GetValue(id), stop);
            var answer = await api.PostAsync<RolloutView>(
                $"api/v1/rollouts/{Uri.EscapeDataString(rollout.State.Id)}/{verb}",
                    new { reason = result.GetValue(reason) }, stop);
            screen.Answer(answer, view => screen.Line($"{view.State.Id}: {Words.Of(view.State)}"));
            return ExitCode.Ok;
        });
        return command;
    }
}
