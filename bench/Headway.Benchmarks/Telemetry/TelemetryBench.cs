using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Headway.Benchmarks.Server;

namespace Headway.Benchmarks.Telemetry;

/// <summary>
/// Taking in points beside Prometheus' remote-write receiver, each a process of its own and one after the other, with
/// the same series; and how long questions by release take over an hour of 1,000 services.
/// </summary>
public static partial class TelemetryBench
{
    private const int Services = 1_000, SeriesOfService = 10;
    private const double PointsBar = 100_000, MemoryBar = 300, QuestionBar = 100;
    private static readonly TimeSpan Each = TimeSpan.FromSeconds(10);

    public static async Task<int> RunAsync(CancellationToken stop)
    {
        var data = Directory.CreateTempSubdirectory("headway-bench-").FullName;
        try
        {
            var table = BarTable.Begin();
            var (process, address, _) = await HeadwayProcess.ServerAsync(data, stop);
            await using (process)
            {
                using var otlp = new HttpClient { BaseAddress = await OtlpAsync(data, stop) };
                var ours = await IntakeAsync(process.Cpu, process.Memory, seconds => SendAsync(otlp, "v1/metrics",
                    PointRequests.Otlp(seconds, Services, SeriesOfService), null, stop));
                Show(table, "headway", ours, PointsBar, MemoryBar);
                using var api = Installation.Client(address);
                await QuestionsAsync(table, otlp, api, stop);
                table.Add($"memory after that, under {MemoryBar:0} MB", $"{process.Memory():0} MB",
                    process.Memory() < MemoryBar);
            }
            await PrometheusAsync(table, Path.Combine(data, "prometheus"), stop);
            return table.ExitCode;
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    private static async Task PrometheusAsync(BarTable table, string data, CancellationToken stop)
    {
        if (!File.Exists(PrometheusProcess.Program))
        {
            Console.WriteLine("Prometheus is not installed, so there is nothing to compare with: apt-get install prometheus");
            return;
        }
        using var prometheus = await PrometheusProcess.StartAsync(data, stop);
        using var http = new HttpClient { BaseAddress = prometheus.Address };
        var theirs = await IntakeAsync(prometheus.Cpu, prometheus.Memory, seconds => SendAsync(http, "api/v1/write",
            PointRequests.RemoteWrite(seconds, Services, SeriesOfService), "snappy", stop));
        Show(table, "Prometheus 2 remote write", theirs, null, null);
    }

    private static async Task<Intake> IntakeAsync(Func<TimeSpan> cpu, Func<double> memory, Func<int, Task<int>> send)
    {
        // The first rounds make the series and warm up.
        for (var second = 0; second < 3; second++) await send(second - 3);
        var (before, watch, points, peak) = (cpu(), Stopwatch.StartNew(), 0L, 0.0);
        for (var second = 0; watch.Elapsed < Each; second++)
        {
            points += await send(second);
            peak = Math.Max(peak, memory());
        }
        return new(points / watch.Elapsed.TotalSeconds, points / (cpu() - before).TotalSeconds, peak);
    }

    private static void Show(BarTable table, string who, Intake intake, double? points, double? memory)
    {
        table.Add(points is null ? $"{who}: points a second of processor time"
            : $"{who}: points a second of processor time, at least {points:0}",
            $"{intake.PerCpuSecond:0} ({intake.PerSecond:0} a second by the clock)",
            points is null ? null : intake.PerCpuSecond >= points);
        table.Add(memory is null ? $"{who}: resident" : $"{who}: resident, under {memory:0} MB",
            $"{intake.Memory:0} MB", memory is null ? null : intake.Memory < memory);
    }

    /// <summary>
    /// An hour at a point a minute, and for each service traces and logs; then one release is asked for.
    /// </summary>
    private static async Task QuestionsAsync(BarTable table, HttpClient otlp, HttpClient api, CancellationToken stop)
    {
        for (var minute = -60; minute < 0; minute++)
            await SendAsync(otlp, "v1/metrics", PointRequests.Otlp(minute * 60, Services, 2, "hourly"), null, stop);
        for (var round = 0; round < 20; round++)
        {
            await SendAsync(otlp, "v1/traces", RecordRequests.Spans(round, Services), null, stop);
            await SendAsync(otlp, "v1/logs", RecordRequests.Logs(round, Services), null, stop);
        }
        foreach (var what in new[] { "metrics", "traces", "logs" })
        {
            var times = new List<double>();
            for (var i = 0; i < 21; i++)
            {
                var watch = Stopwatch.StartNew();
                var text = await api.GetStringAsync($"api/v1/telemetry/{what}?release=release-{i * 37}&limit=1000",
                    stop);
                if (text.Length < 100) throw new InvalidOperationException($"No {what} came back: {text}");
                times.Add(watch.Elapsed.TotalMilliseconds);
            }
            var median = BarTable.Median(times.Skip(1));
            table.Add($"{what} of one release of {Services}, an hour: under {QuestionBar:0} ms",
                $"{median:0.0} ms, median of 20 (slowest {times.Skip(1).Max():0.0})", median < QuestionBar);
        }
    }

    private static async Task<int> SendAsync(
        HttpClient http, string path, IEnumerable<(byte[] Body, int Points)> requests, string? encoding,
        CancellationToken stop)
    {
        var sent = 0;
        foreach (var (body, points) in requests)
        {
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
            if (encoding is not null) content.Headers.ContentEncoding.Add(encoding);
            using var answer = await http.PostAsync(path, content, stop);
            answer.EnsureSuccessStatusCode();
            sent += points;
        }
        return sent;
    }

    private static async Task<Uri> OtlpAsync(string data, CancellationToken stop)
    {
        var log = await File.ReadAllTextAsync(Path.Combine(data, "server.log"), stop);
        return new(Received().Match(log).Groups[1].Value);
    }

    [GeneratedRegex(@"OTLP is received at (http://[\d.:]+)")]
    private static partial Regex Received();

    private sealed record Intake(double PerSecond, double PerCpuSecond, double Memory);
}
