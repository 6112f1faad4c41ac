using System.CommandLine;
using System.Text.Json;
using Headway.Cli.Api;
using Headway.Cli.Status;
using Headway.Cli.Terminal;
using Headway.Core;
using Headway.Core.Rollouts;
using Headway.Server.Rollouts;

namespace Headway.Cli.Rollouts;

/// <summary>`headway rollouts watch`: tells a rollout as it happens, until it is promoted or has ended.</summary>
internal static class WatchCommand
{
    public static Command Build()
    {
        var id = RolloutsCommand.IdArgument();
        var command = new Command(
            "watch", "Follow a rollout until it is promoted or back; exits with 1 when it went back.") { id };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            var rollout = (await RolloutChoice.FindAsync(api, result.GetValue(id), stop)).State;
            if (rollout.IsOpen) rollout = await FollowAsync(screen, api, rollout, stop);
            screen.Answer(rollout, _ => screen.Line($"{rollout.Id}: {Words.Of(rollout)}"));
            return rollout.Promoted || rollout.End is RolloutEnd.Completed ? ExitCode.Ok : ExitCode.No;
        });
        return command;
    }

    private static async Task<RolloutState> FollowAsync(
        Screen screen, ApiClient api, RolloutState rollout, CancellationToken stop)
    {
        var story = new Story(rollout.StartedAt);
        await foreach (var status in api.StatusesAsync(stop))
        {
            var lane = status.Services.SelectMany(service => service.Lanes)
                .FirstOrDefault(lane => lane.Lane == rollout.Lane);
            var only = status with
            {
                Services = [.. status.Services.Where(service => service.Service.Name == rollout.Service)
                    .Select(service => service with { Run = null, Lanes = lane is null ? [] : [lane] })],
            };
            foreach (var line in story.Next(only)) Tell(screen, line);
            if (lane?.Rollout?.State is not { } now) continue;
            if (now.Id != rollout.Id)
                return (await api.GetAsync<RolloutView>($"api/v1/rollouts/{Uri.EscapeDataString(rollout.Id)}", stop))
                    .State;
            if (now.Promoted || !now.IsOpen) return now;
        }
        throw new CliException(ExitCode.NoServer, "The server has gone away.", "The rollout goes on when it is back.");
    }

    /// <summary>
    /// With `--json` each line is a JSON value of its own on standard error; the end is on standard output.
    /// </summary>
    private static void Tell(Screen screen, StoryLine line)
    {
        if (screen.Json)
            screen.Note(JsonSerializer.Serialize(new { at = DateTimeOffset.UtcNow, says = line.Text }, Wire.Json));
        else screen.Tell("", line);
    }
}
