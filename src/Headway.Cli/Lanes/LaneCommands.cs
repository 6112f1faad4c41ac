using System.CommandLine;
using Headway.Cli.Api;
using Headway.Cli.Terminal;
using Headway.Core.Environments;
using Headway.Server.Status;

namespace Headway.Cli.Lanes;

/// <summary>`headway rollback`, `hold` and `resume`: what a person may ask of a service in an environment.</summary>
internal static class LaneCommands
{
    private static readonly Argument<string> Service = new("service") { Description = "Name of the service." };

    private static readonly Option<string?> Environment = new("--environment")
    {
        Description = "Which environment (default: the last one, where users are).", HelpName = "name",
    };

    private static readonly Option<string?> Reason = new(
        "--reason") { Description = "Why; goes into the record.", HelpName = "text" };

    public static Command Rollback()
    {
        var to = new Option<string?>("--to")
        {
            Description = "Id of the release to go back to (default: the newest earlier one that was good there).",
                HelpName = "release",
        };
        return Build("rollback", "Go back to an earlier release, at once; no freeze blocks it.",
            (result, reason) => new { to = result.GetValue(to), reason },
            lane => lane.Queued is { } queued ? $"{lane.Lane} goes back to {queued.Release}."
                : $"{lane.Lane} is going back.", to);
    }

    public static Command Hold() => Build("hold", "Let nothing new into an environment until it is resumed.",
        (_, reason) => new { reason }, lane => $"{lane.Lane} is held.");

    public static Command Resume() => Build("resume", "End a hold: newer releases go on.",
        (_, reason) => new { reason }, lane => $"{lane.Lane} is held no more.");

    private static Command Build(
        string verb, string description, Func<ParseResult, string?, object> body, Func<LaneState, string> says,
        params Option[] options)
    {
        var command = new Command(verb, description) { Service, Environment, Reason };
        foreach (var option in options) command.Options.Add(option);
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            var service = result.GetValue(Service)!;
            var environment = result.GetValue(Environment) ?? await LastAsync(api, service, stop);
            var lane = await api.PostAsync<LaneState>(
                $"api/v1/lanes/{Uri.EscapeDataString(service)}/{Uri.EscapeDataString(environment)}/{verb}",
                body(result, result.GetValue(Reason)), stop);
            screen.Answer(lane, state => screen.Line(says(state)));
            return ExitCode.Ok;
        });
        return command;
    }

    public static async Task<string> LastAsync(ApiClient api, string service, CancellationToken stop)
    {
        var status = await api.GetAsync<StatusView>("api/v1/status", stop);
        var found = status.Services.FirstOrDefault(each => each.Service.Name == service)
            ?? throw new CliException(ExitCode.NotFound, $"No service is called {service}.",
                status.Services.IsEmpty ? "No service is carried yet."
                    : $"There is {string.Join(", ", status.Services.Select(each => each.Service.Name))}.");
        return found.Lanes is [.., var last] ? last.Environment
            : throw new CliException(
                ExitCode.Refused, $"{service} has no environment yet: no commit has passed its jobs.");
    }
}
