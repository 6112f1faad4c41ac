using System.CommandLine;
using Headway.Cli.Api;
using Headway.Cli.Lanes;
using Headway.Cli.Status;
using Headway.Cli.Terminal;
using Headway.Core.Delivery;
using Headway.Server.Delivery;

namespace Headway.Cli.Delivery;

/// <summary>`headway approvals`, `approve`, `reject`, `withdraw`, `promote`, `break-glass` and `review-glass`.</summary>
internal static class ApprovalCommands
{
    private static readonly Argument<string> Service = new("service") { Description = "Name of the service." };

    private static readonly Option<string?> Environment = new("--environment")
    {
        Description = "Which environment (default: the last one, where users are).", HelpName = "name",
    };

    private static readonly Option<string?> Release = new("--release")
    {
        Description = "Which release (default: the one that waits).", HelpName = "id",
    };

    private static readonly Option<string?> Reason = new("--reason") { Description = "Why; goes into the record.", HelpName = "text" };

    private static readonly Option<int?> Minutes = new("--minutes") { Description = "How long it lasts (default: 60).", HelpName = "n" };

    public static Command Approve() => Say("approve", "Approve a release that waits to come into an environment; not by who wrote it.");

    public static Command Reject() => Say("reject", "Turn a release away before it comes; a newer one ends that.");

    public static Command Withdraw() => Say("withdraw", "Take back your approval.");

    public static Command Promote() => Say("promote", "Let a release come where releases come by hand.");

    public static Command BreakGlass() => Say("break-glass",
        "In an emergency: past approvals, windows, freezes, soak and policies. Needs a reason, and is shown until reviewed.", Minutes);

    public static Command ReviewGlass() => Say("review-glass", "Say that a broken glass was looked at; by somebody else than who broke it.");

    public static Command List()
    {
        var command = new Command("approvals", "What waits for people or the clock, and what would let it go on.") { ApprovalLinkCommand.Build() };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            var glasses = await api.GetAsync<BrokenGlass[]>("api/v1/glasses", stop);
            screen.Answer(await api.GetAsync<WaitingRelease[]>("api/v1/approvals", stop), all =>
            {
                if (all.Length == 0) screen.Line("Nothing waits.");
                foreach (var each in all) Show(screen, each);
                foreach (var glass in glasses)
                    screen.Line($"! {glass.Service}/{glass.Environment}: {glass.Glass.By} broke the glass for {glass.Glass.Release} "
                        + $"{Words.Ago(glass.Glass.At)}: {glass.Glass.Why} (`headway review-glass {glass.Service} --release {glass.Glass.Release}`)");
            });
            return ExitCode.Ok;
        });
        return command;
    }

    private static void Show(Screen screen, WaitingRelease waiting)
    {
        screen.Line($"{waiting.Service}/{waiting.Environment}  {waiting.Release} \"{waiting.Subject}\" of {Words.Ago(waiting.CreatedAt)}");
        foreach (var answer in waiting.Answers) screen.Line($"  {(answer.Passed ? "ok  " : "wait")} {Says(answer)}");
    }

    private static string Says(DeliveryAnswer answer) => answer.Passed ? answer.Says
        : $"{answer.Says}{(answer.Until is { } until ? $" Until {until:yyyy-MM-dd HH:mm} UTC." : "")}{(answer.Unblocks is { } how ? $" -> {how}" : "")}";

    private static Command Say(string verb, string description, params Option[] more)
    {
        var command = new Command(verb, description) { Service, Environment, Release, Reason };
        foreach (var option in more) command.Options.Add(option);
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            var service = result.GetValue(Service)!;
            var environment = result.GetValue(Environment) ?? await LaneCommands.LastAsync(api, service, stop);
            var ask = new DeliveryAsk(result.GetValue(Release), result.GetValue(Reason), more.Length == 0 ? null : result.GetValue(Minutes));
            screen.Answer(await api.PostAsync<WaitingRelease>(
                $"api/v1/lanes/{Uri.EscapeDataString(service)}/{Uri.EscapeDataString(environment)}/{verb}", ask, stop), now => Show(screen, now));
            return ExitCode.Ok;
        });
        return command;
    }
}
