using System.CommandLine;
using Headway.Cli.Api;
using Headway.Cli.Lanes;
using Headway.Cli.Terminal;
using Headway.Server.Delivery;

namespace Headway.Cli.Delivery;

/// <summary>`headway approvals link`: a signed address with which somebody approves or rejects, from any browser.</summary>
internal static class ApprovalLinkCommand
{
    public static Command Build()
    {
        var service = new Argument<string>("service") { Description = "Name of the service." };
        var environment = new Option<string?>("--environment") { Description = "Which (default: the last one).", HelpName = "name" };
        var release = new Option<string?>("--release") { Description = "Which (default: the one that waits).", HelpName = "id" };
        var name = new Option<string?>("--for") { Description = "Who will answer (default: you; others take an administrator).", HelpName = "name" };
        var email = new Option<string[]>("--email") { Description = "Their address, by which commits name them. May be given several times.", HelpName = "address" };
        var group = new Option<string[]>("--group") { Description = "A group that they are in. May be given several times.", HelpName = "name" };
        var minutes = new Option<int?>("--minutes") { Description = "How long it may be used (default: a day; at most a week).", HelpName = "n" };
        var command = new Command("link", "Make a signed link with which somebody approves or rejects the release that waits, without a token.")
        {
            service, environment, release, name, email, group, minutes,
        };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            var what = result.GetValue(service)!;
            var where = result.GetValue(environment) ?? await LaneCommands.LastAsync(api, what, stop);
            var ask = new LinkAsk(result.GetValue(release), result.GetValue(name), [.. result.GetValue(email) ?? []], [.. result.GetValue(group) ?? []],
                result.GetValue(minutes));
            var made = await api.PostAsync<LinkSigned>(
                $"api/v1/lanes/{Uri.EscapeDataString(what)}/{Uri.EscapeDataString(where)}/approval-link", ask, stop);
            screen.Answer(made, _ =>
            {
                screen.Note($"Whoever has this link answers as {made.Link.By} about {made.Link.Release} in {made.Link.Environment}, until {made.Link.Until:yyyy-MM-dd HH:mm} UTC:");
                screen.Line(made.Url);
            });
            return ExitCode.Ok;
        });
        return command;
    }
}
