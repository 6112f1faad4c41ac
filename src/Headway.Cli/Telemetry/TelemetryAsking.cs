using System.CommandLine;
using System.Collections.Immutable;
using Headway.Cli.Api;
using Headway.Cli.Terminal;
using Headway.Server.Telemetry.Logs;
using Headway.Server.Telemetry.Series;
using Headway.Server.Telemetry.Traces;

namespace Headway.Cli.Telemetry;

/// <summary>`headway telemetry traces`, `logs`, `metrics`, `red` and `templates`.</summary>
internal static class TelemetryAsking
{
    private const string NothingFits = "Nothing that was sent fits. `headway telemetry` shows what comes in, and where.";

    private static readonly Argument<string> Service = new("service") { Description = "Name of the service." };

    private static readonly Option<string?> Release = new("--release")
    {
        Description = "Only of this release.", HelpName = "id",
    };

    private static readonly Option<string?> Trace = new("--trace") { Description = "Only of this trace.",
        HelpName = "id" };

    private static readonly Option<double> Since = new("--since")
    {
        Description = "Minutes back from now.", HelpName = "minutes", DefaultValueFactory = _ => 60,
    };

    private static readonly Option<int> Limit = new("--limit")
    {
        Description = "At most so many.", HelpName = "n", DefaultValueFactory = _ => 50,
    };

    private static readonly Option<bool> Errors = new("--errors") { Description = "Only those that failed." };

    private static readonly Option<double?> Slow = new("--slow")
    {
        Description = "Only those with a span that took so long.", HelpName = "milliseconds",
    };

    private static readonly Option<string?> Severity = new("--severity")
    {
        Description = "Only of this severity or worse: info, warn, error.", HelpName = "word",
    };

    private static readonly Option<string?> Text = new("--text") { Description = "Only with this text.",
        HelpName = "text" };

    private static readonly Option<string?> Name = new("--name")
    {
        Description = "Only of this name, in the manner of Prometheus.", HelpName = "name",
    };

    private static readonly Option<bool> New = new("--new")
    {
        Description = "Only what no earlier release has said.",
    };

    public static Command Traces() => Asking<ImmutableArray<TraceView>>("traces",
        "Show traces in which the service took part, the newest first.", "traces",
        [Release, Trace, Since, Limit, Errors, Slow], (screen, traces) =>
        {
            foreach (var trace in traces) Show(screen, trace);
            if (traces.IsEmpty) screen.Line(NothingFits);
        });

    public static Command Logs() => Asking<ImmutableArray<LogView>>("logs",
        "Show log records that the service sent, the newest first.", "logs",
        [Release, Trace, Since, Limit, Severity, Text], (screen, logs) =>
        {
            foreach (var log in logs) screen.Line(
                $"{log.At.ToLocalTime():HH:mm:ss.fff} {log.Release} {log.Severity,-5} {log.Text}");
            if (logs.IsEmpty) screen.Line(NothingFits);
        });

    public static Command Metrics() => Asking<ImmutableArray<MetricView>>("metrics",
        "Show the series of the service with their newest values.", "metrics", [Release, Name, Limit], (screen,
            metrics) =>
        {
            foreach (var metric in metrics) screen.Line($"{metric.Name}{{{Labels(metric)}}} {metric.Value:R}");
            if (metrics.IsEmpty) screen.Line(NothingFits);
        });

    public static Command Red() => Asking<RedAnswer>("red",
        "Show requests, errors and durations by operation and dependency, counted before sampling.", "red", [Release],
        (screen, red) =>
        {
            foreach (var count in red.Counts) screen.Line($"{count.Release} {count.Kind,-10} {count.Name}: "
                + $"{count.Requests} requests, {count.Errors} failed, "
                + $"{count.Seconds * 1000 / Math.Max(1, count.Requests):0.#} ms on average");
            if (red.Counts.IsDefaultOrEmpty) screen.Line(NothingFits);
        });

    public static Command Templates() => Asking<ImmutableArray<TemplateCount>>("templates",
        "Show what the service logs, without what varies in it.", "templates", [Release, New], (screen, templates) =>
        {
            foreach (var one in templates) screen.Line($"{one.Count,8} {one.Release} "
                + $"{string.Join(' ', one.Severities.Keys)}{(one.IsNew ? " new" : "")}: {one.Template}");
            if (templates.IsEmpty) screen.Line(NothingFits);
        });

    private static Command Asking<T>(
        string word, string description, string path, Option[] options, Action<Screen, T> show)
    {
        var command = new Command(word, description) { Service };
        foreach (var option in options) command.Options.Add(option);
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            var address = $"api/v1/telemetry/{path}?{Query(result, options)}";
            screen.Answer(await api.GetAsync<T>(address, stop), answer => show(screen, answer));
            return ExitCode.Ok;
        });
        return command;
    }

    private static string Query(ParseResult result, Option[] options)
    {
        var since = DateTimeOffset.UtcNow.AddMinutes(-result.GetValue(Since));
        (Option Option, string Name, object? Value)[] all =
        [
            (Release, "release", result.GetValue(Release)), (Trace, "trace", result.GetValue(Trace)),
            // A trace is looked for in all that is kept, unless a time is given.
            (Since, "from", result.GetValue(Trace) is null || result.GetResult(Since) is { Implicit: false }
                ? $"{since:O}" : null),
            (Limit, "limit", result.GetValue(Limit)), (Errors, "errors", result.GetValue(Errors) ? "true" : null),
            (Slow, "slow", result.GetValue(Slow)), (Severity, "severity", result.GetValue(Severity)),
            (Text, "text", result.GetValue(Text)), (Name, "name", result.GetValue(Name)),
            (New, "isNew", result.GetValue(New) ? "true" : null),
        ];
        return string.Join('&', all.Where(one => one.Value is not null && options.Contains(one.Option))
            .Select(one => $"{one.Name}={Uri.EscapeDataString($"{one.Value}")}")
            .Prepend($"service={Uri.EscapeDataString(result.GetValue(Service)!)}"));
    }

    private static void Show(Screen screen, TraceView trace)
    {
        var failed = trace.Errors > 0 ? $", {trace.Errors} failed" : "";
        var at = trace.StartedAt.ToLocalTime();
        screen.Styled($"[bold]{trace.TraceId}[/]  {at:HH:mm:ss.fff}  {trace.Milliseconds:0.#} ms{failed}");
        foreach (var span in trace.Spans) screen.Line(
            $"  {(span.StartedAt - trace.StartedAt).TotalMilliseconds,8:0.#} {span.Milliseconds,8:0.#} ms  "
            + $"{span.Service} {span.Release}  {span.Kind} {span.Name}{(span.IsError ? $"  FAILED {span.Says}" : "")}");
    }

    private static string Labels(MetricView metric) =>
        string.Join(", ", metric.Labels.Select(pair => $"{pair.Key}=\"{pair.Value}\""));
}

/// <param name="Bounds">Of the buckets, in milliseconds.</param>
internal sealed record RedAnswer(ImmutableArray<double> Bounds, ImmutableArray<RedCount> Counts);
