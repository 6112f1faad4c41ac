using System.CommandLine;
using Headway.Cli.Api;
using Headway.Cli.Terminal;
using Headway.Server.Telemetry;
using Headway.Server.Telemetry.Limits;

namespace Headway.Cli.Telemetry;

/// <summary>
/// `headway telemetry`: what comes in from which release, what was dropped and why; with a word behind it, what was
/// sent.
/// </summary>
internal static class TelemetryCommand
{
    public static Command Build()
    {
        var command = new Command("telemetry", "Show what releases send, what of it was dropped, and the limits.")
        {
            TelemetryAsking.Traces(), TelemetryAsking.Logs(), TelemetryAsking.Metrics(), TelemetryAsking.Red(),
            TelemetryAsking.Templates(), CoverageCommand.Build(),
        };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            screen.Answer(await api.GetAsync<TelemetryView>("api/v1/telemetry", stop), view => Show(screen, view));
            return ExitCode.Ok;
        });
        return command;
    }

    private static void Show(Screen screen, TelemetryView view)
    {
        screen.Line(view is { Http: null, Grpc: null } ? "OTLP is not received here."
            : $"OTLP is received at {string.Join(" and, with gRPC, at ", new[] { view.Http, view.Grpc }.OfType<string>())}");
        if (view.Sources.IsEmpty)
            screen.Line("Nothing has come in yet. Instances are told where to send; see OTEL_EXPORTER_OTLP_ENDPOINT.");
        foreach (var source in view.Sources) Show(screen, source);
        if (view.Problem is { } problem) screen.Styled($"[red]{problem}[/]");
        if (view.Corrupt + view.TurnedAway > 0)
            screen.Line($"requests: {view.Corrupt} could not be read, {view.TurnedAway} were turned away");
        var (use, limits) = (view.Use, view.Limits);
        screen.Line($"series {use.Series} of {limits.Series} ({limits.SeriesOfService} for a service), "
            + $"names {use.Metrics} of {limits.Metrics}");
        screen.Line($"memory: samples {Size(use.SampleBytes)} of {Size(limits.SampleBytes)}, "
            + $"spans {Size(use.SpanBytes)}, logs {Size(use.LogBytes)} of {Size(limits.RecordsBytes)} each");
        screen.Line($"disk: {Size(use.DiskBytes)} of {Size(limits.DiskBytes)}, "
            + $"kept for {limits.Retention.TotalHours:0.#} h");
    }

    private static void Show(Screen screen, SourceView source)
    {
        screen.Styled($"[bold]{source.Service}[/]  {(source.Release.Length > 0 ? source.Release : "(no release)")}");
        screen.Line($"  {source.Points} points, {source.Spans} spans, {source.Logs} log records; "
            + $"{source.PerSecond:0.#} a second; newest {source.NewestAt.ToLocalTime():HH:mm:ss}");
        if (!source.Dropped.IsEmpty) screen.Styled(
            $"  [yellow]dropped: {string.Join(", ", source.Dropped.Select(pair => $"{pair.Value} {pair.Key}"))}[/]");
    }

    private static string Size(long bytes) => bytes < 1_000_000 ? $"{bytes / 1e3:0.#} kB" : $"{bytes / 1e6:0.#} MB";
}
