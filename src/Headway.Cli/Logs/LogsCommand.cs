using System.CommandLine;
using System.Text.Json;
using Headway.Cli.Api;
using Headway.Cli.Lanes;
using Headway.Cli.Terminal;
using Headway.Core;
using Headway.Server.Nodes;

namespace Headway.Cli.Logs;

/// <summary>`headway logs SERVICE`: what instances wrote; `headway logs RUN/JOB`: what a job wrote.</summary>
internal static class LogsCommand
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(500);

    public static Command Build()
    {
        var service = new Argument<string?>("service") { Description = "Name of the service, or RUN/JOB for what a job wrote.",
            Arity = ArgumentArity.ZeroOrOne };
        var environment = new Option<string?>(
            "--environment") { Description = "Which environment (default: the last one).", HelpName = "name" };
        var release = new Option<string?>("--release") { Description = "Only of this release.", HelpName = "id" };
        var limit = new Option<int>("--limit") { Description = "At most so many of the newest lines.",
            DefaultValueFactory = _ => 200 };
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on with new lines." };
        var job = new Option<string?>("--job") { Description = "What a job of a pipeline wrote, such as shop-3/test.",
            HelpName = "run/job" };
        var command = new Command("logs", "Print what instances, or the jobs of a pipeline, wrote.")
        {
            service, environment, release, limit, follow, job,
        };
        var ofJob = new JobLog();
        ofJob.AddTo(command);
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            if ((result.GetValue(job) ?? JobIn(result.GetValue(service))) is { } path)
                return await ofJob.PrintAsync(result, path, (result.GetValue(limit), result.GetValue(follow)), stop);
            var name = result.GetValue(service) ?? throw new CliException(
                ExitCode.Usage, "Name a service, or a job with --job.");
            var lane = new LaneLog(api, name, result.GetValue(environment) ?? await LaneCommands.LastAsync(
                api, name, stop),
                result.GetValue(release));
            return await LaneAsync(screen, lane, result.GetValue(limit), result.GetValue(follow), stop);
        });
        return command;
    }

    /// <summary>The name of a service has no slash, so one that has is a job of a run.</summary>
    private static string? JobIn(string? name) => name?.Contains('/') == true ? name : null;

    private static async Task<int> LaneAsync(Screen screen, LaneLog log, int limit, bool follow, CancellationToken stop)
    {
        var lines = await log.ReadAsync(0, limit, stop);
        if (!follow)
        {
            screen.Answer(lines, _ => Print(screen, lines));
            return ExitCode.Ok;
        }
        for (var after = 0L; ; await Task.Delay(Pace, stop))
        {
            Print(screen, lines);
            if (lines.Length > 0) after = lines[^1].Number;
            lines = await log.ReadAsync(after, 5000, stop);
        }
    }

    private static void Print(Screen screen, InstanceLine[] lines)
    {
        foreach (var line in lines)
            if (screen.Json) screen.Out.WriteLine(JsonSerializer.Serialize(line, Wire.Json));
            else screen.Line($"{line.Line.At:HH:mm:ss.fff} {line.Release} {line.Line.Text}");
    }

    private sealed record LaneLog(ApiClient Api, string Service, string Environment, string? Release)
    {
        public Task<InstanceLine[]> ReadAsync(long after, int limit, CancellationToken stop) =>
            Api.GetAsync<InstanceLine[]>(
            $"api/v1/lanes/{Uri.EscapeDataString(Service)}/{Uri.EscapeDataString(Environment)}/logs"
            + $"?after={after}&limit={limit}"
            + (Release is null ? "" : $"&release={Uri.EscapeDataString(Release)}"), stop);
    }
}
