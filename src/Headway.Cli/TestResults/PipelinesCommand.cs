using System.CommandLine;
using Headway.Cli.Api;
using Headway.Cli.Terminal;
using Headway.Core.TestResults;

namespace Headway.Cli.TestResults;

/// <summary>`headway pipelines stats`: how often pipelines succeed, and how long they take.</summary>
internal static class PipelinesCommand
{
    private const int DaysShown = 14;

    public static Command Build()
    {
        var service = new Argument<string?>("service")
        {
            Description = "Only this service.", Arity = ArgumentArity.ZeroOrOne,
        };
        var days = new Option<int>("--days") { Description = "How far back.", DefaultValueFactory = _ => 30 };
        var stats = new Command("stats", "Success rate of pipelines, durations, time in the queue.") { service, days };
        stats.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            var name = result.GetValue(service) is { } only ? $"&service={Uri.EscapeDataString(only)}" : "";
            var found = await api.GetAsync<PipelineStats[]>($"api/v1/pipelines/stats?days={result.GetValue(days)}{name}", stop);
            screen.Answer(found, all =>
            {
                if (all.Length == 0) screen.Line("No run has ended yet.");
                foreach (var each in all) Print(screen, each);
            });
            return ExitCode.Ok;
        });
        return new Command("pipelines", "How pipelines do.") { stats };
    }

    private static void Print(Screen screen, PipelineStats stats)
    {
        screen.Line($"{stats.Service}: {Percent(stats.SuccessRate)} of {stats.Succeeded + stats.Failed} runs succeeded; "
            + $"{stats.LostByInfrastructure} lost with their runner and {stats.NotCounted} cancelled or superseded are not counted.");
        screen.Line($"  duration p50 {Seconds(stats.SecondsP50)}, p95 {Seconds(stats.SecondsP95)}; in the queue p50 "
            + $"{Seconds(stats.QueuedSecondsP50)}, p95 {Seconds(stats.QueuedSecondsP95)}; "
            + $"{Percent(stats.RetriedRate)} needed another attempt because of flaky tests.");
        foreach (var day in stats.Days.TakeLast(DaysShown))
            screen.Line($"  {day.Day:yyyy-MM-dd}  {Percent(day.SuccessRate)}  {day.Succeeded} succeeded, {day.Failed} failed");
    }

    private static string Percent(double? share) => share is { } known
        ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{known * 100:0.#} %") : "none";

    private static string Seconds(double? seconds) => seconds is { } known
        ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{known:0.0} s") : "unknown";
}
