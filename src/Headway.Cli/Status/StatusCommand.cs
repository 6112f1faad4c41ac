using System.CommandLine;
using Headway.Cli.Api;
using Headway.Cli.Terminal;
using Headway.Server.Rollouts;
using Headway.Server.Status;

namespace Headway.Cli.Status;

/// <summary>`headway status`: every service, from its newest commit to its last environment, and the nodes.</summary>
internal static class StatusCommand
{
    public static Command Build()
    {
        var command = new Command(
            "status", "Show every service, what is out where, what is on its way, and the nodes.");
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            screen.Answer(await api.GetAsync<StatusView>("api/v1/status", stop), status => Show(screen, status));
            return ExitCode.Ok;
        });
        return command;
    }

    private static void Show(Screen screen, StatusView status)
    {
        if (status.Services.IsEmpty)
            screen.Line("No service is carried yet. `headway up` in its repository begins.");
        foreach (var service in status.Services) Show(screen, service);
        foreach (var node in status.Nodes)
        {
            screen.Line($"node {node.Node}: " + (node.HeardSecondsAgo is { } age ? $"heard {age:0.#} s ago"
                : "not heard since the server started"));
            foreach (var problem in node.Problems) screen.Styled($"  [red]{problem}[/]");
        }
        foreach (var (stream, says) in status.Unreadable) screen.Styled($"[red]{stream} is read-only: {says}[/]");
    }

    private static void Show(Screen screen, ServiceStatus status)
    {
        screen.Styled($"[bold]{status.Service.Name}[/]  {status.Service.Source} ({status.Service.Branch})");
        if (status.Run is { } run)
            screen.Line($"  {"build",-12} {run.Commit.Short} \"{run.Commit.Subject}\"  {Words.Of(run)}");
        foreach (var lane in status.Lanes) Show(screen, lane);
        foreach (var wait in status.Waits.Where(wait => wait.Unblocks is not null))
            screen.Styled($"  [yellow]{wait.Subject}[/]: {wait.Says} -> {wait.Unblocks}");
    }

    private static void Show(Screen screen, LaneView lane)
    {
        screen.Line($"  {lane.Environment,-12} {lane.Address ?? "-",-24} {Words.Of(lane)}");
        if (lane.Commit is { } commit) screen.Line($"  {"",-12} since {commit.Commit[..8]} \"{commit.Says}\" in the state repo");
        if (lane.Rollout?.State is { IsOpen: true } rollout) screen.Line(
            $"  {"",-12} {rollout.Id}: {Words.Of(rollout)}");
        if (lane.Verdict is { } verdict && lane.Rollout?.State.IsOpen == true) screen.Line(
            $"  {"",-12} judge: {verdict.Says}");
        if (lane.Traffic.At is not null)
            screen.Line($"  {"",-12} {lane.Traffic.StableRequests + lane.Traffic.CandidateRequests:0} requests/s, "
                + $"{lane.Traffic.StableFailures + lane.Traffic.CandidateFailures:0.##} fail"
                + ((lane.Traffic.StableP99 ?? lane.Traffic.CandidateP99) is { } p99 ? $", p99 {p99:0.#} ms" : ""));
    }
}
