using System.CommandLine;
using System.Collections.Immutable;
using Headway.Cli.Api;
using Headway.Cli.Terminal;
using Headway.Core.Waiting;

namespace Headway.Cli.Status;

/// <summary>`headway why SERVICE`: what it waits for, what would unblock it, and when it goes on by itself.</summary>
internal static class WhyCommand
{
    public static Command Build()
    {
        var service = new Argument<string>("service") { Description = "Name of the service." };
        var command = new Command("why", "Say why a service does not move, and what would move it.") { service };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            var waits = await api.GetAsync<ImmutableArray<Wait>>(
                $"api/v1/services/{Uri.EscapeDataString(result.GetValue(service)!)}/why", stop);
            screen.Answer(waits, _ =>
            {
                foreach (var wait in waits) Show(screen, wait);
            });
            return ExitCode.Ok;
        });
        return command;
    }

    private static void Show(Screen screen, Wait wait)
    {
        screen.Styled($"[bold]{wait.Subject}[/]: {wait.Says}");
        if (wait.Since is { } since) screen.Line($"  since {Words.Ago(since)}");
        if (wait.Unblocks is { } unblocks) screen.Line($"  unblocked by: {unblocks}");
        if (wait.Until is { } until && until > DateTimeOffset.UtcNow)
            screen.Line($"  goes on by itself in about {Words.Of(until - DateTimeOffset.UtcNow)}");
    }
}
