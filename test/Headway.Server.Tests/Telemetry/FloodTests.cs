using Headway.Server.Telemetry;
using Headway.Server.Telemetry.Limits;
using Headway.Server.Telemetry.Otlp;
using Xunit;

namespace Headway.Server.Tests.Telemetry;

public sealed class FloodTests
{
    /// <summary>Without the limit a million sets of labels would take more than 500 MB.</summary>
    [Fact]
    public async Task A_million_sets_of_labels_take_bounded_memory_and_leave_other_services_their_room()
    {
        await using var server = await OtlpServer.StartAsync(new() { SamplesPerSecond = int.MaxValue / 4,
            SamplesPerSecondOfService = int.MaxValue / 4 });
        await server.TakeAsync(Requests.Gauge("quiet", "depth", (Requests.Now, 1, "a")));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var rejected = 0;
        for (var batch = 0; batch < 200; batch++)
        {
            var at = Requests.Now;
            rejected += (await server.TakeAsync(Requests.Gauge("flood", "depth",
                [.. Enumerable.Range(0, 5_000).Select(i => (at, (double)i, $"value-{batch}-{i}"))]))).Count;
        }
        var limits = new TelemetryLimits();
        Assert.Equal(1_000_000 - limits.SeriesOfService, rejected);
        Assert.Equal(rejected, server.Dropped("flood", DropReason.TooManySeries));
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, 0, 60L * 1024 * 1024);
        Assert.Equal(0, (await server.TakeAsync(Requests.Gauge("quiet", "depth", (Requests.Now + 1, 2, "b")))).Count);
    }

    [Fact]
    public async Task Memory_of_samples_spans_and_logs_stays_below_its_limit_and_the_rest_is_read_from_the_disk()
    {
        var limits = new TelemetryLimits { SampleBytes = 400_000, RecordsBytes = 4 * 1024 * 1024 };
        await using var server = await OtlpServer.StartAsync(limits, sampling: new() { TracesPerSecond = 1_000_000,
            PendingBytes = 0 });
        var (random, from) = (new Random(1), Requests.Now - 3_600_000);
        for (var i = 0; i < 300; i++)
            await server.TakeAsync(Requests.Gauge("shop", "depth",
                [.. Enumerable.Range(0, 300).Select(s => (from + i * 1000L, random.NextDouble(), $"{s}"))]));
        var filler = new string('x', 5_000);
        for (var i = 1; i <= 3_000; i++)
        {
            await server.Intake.TakeAsync(TelemetryKind.Logs, Requests.Log("shop", $"{filler} number-{i:D5}"), default);
            await server.Intake.TakeAsync(TelemetryKind.Traces, Requests.Span("shop", (UInt128)i, (ulong)i,
                span => Requests.Attribute(span, 9, "filler", filler)), default);
        }
        var use = server.Queries.View(server.Intake).Use;
        Assert.InRange(use.SampleBytes, 1, limits.SampleBytes);
        Assert.InRange(use.LogBytes, 1, limits.RecordsBytes + 3 * 1024 * 1024);
        Assert.InRange(use.SpanBytes, 1, limits.RecordsBytes + 3 * 1024 * 1024);
        Assert.All(server.All("depth"), series => Assert.Equal(300, series.Values.Length));
        Assert.Equal(300, server.All("depth").Count);
        Assert.Equal(1, (await server.AskAsync("/logs?text=number-00001")).GetArrayLength());
        Assert.Equal(1, (await server.AskAsync($"/traces?trace={1:x32}")).GetArrayLength());
    }

    [Fact]
    public async Task Points_beyond_the_rate_with_too_many_labels_or_too_many_names_are_dropped_and_counted()
    {
        await using var server = await OtlpServer.StartAsync(new()
        {
            SamplesPerSecondOfService = 50, Labels = 3, LabelValueBytes = 20, Metrics = 4, Origins = 5, Sources = 3,
        });
        var at = Requests.Now;
        var many = Requests.Gauge("fast", "depth", [.. Enumerable.Range(0, 500).Select(i => (at + i, 1.0, "a"))]);
        Assert.InRange((await server.TakeAsync(many)).Count, 350, 400);
        Assert.True(server.Dropped("fast", DropReason.Rate) >= 350);
        await server.TakeAsync(Requests.Gauge("long", "depth", (at, 1, new string('v', 21)), (at, 1, "short")));
        Assert.Equal(1, server.Dropped("long", DropReason.Labels));
        for (var i = 0; i < 9; i++) await server.TakeAsync(Requests.Gauge("names", $"name{i}", (at, 1, "a")));
        Assert.Equal(6, server.Dropped("names", DropReason.TooManyMetrics));
        for (var i = 0; i < 9; i++) await server.TakeAsync(Requests.Gauge($"service{i}", "depth", (at, 1, "a")));
        Assert.Equal(1, server.Dropped("service8", DropReason.TooManyOrigins));
        Assert.Equal(3, server.Queries.View(server.Intake).Sources.Length);
    }

    [Fact]
    public async Task The_disk_stays_below_its_limit_and_the_oldest_is_deleted()
    {
        var limits = new TelemetryLimits { DiskBytes = 8 * 1024 * 1024, RecordsBytes = 1 };
        await using var server = await OtlpServer.StartAsync(limits);
        var filler = new string('x', 10_000);
        for (var i = 1; i <= 2_000; i++)
            await server.Intake.TakeAsync(TelemetryKind.Logs, Requests.Log("shop", $"{filler} number-{i:D5}"), default);
        server.State.Ask(state =>
        {
            var keeping = new TelemetryKeeping(state);
            keeping.Checkpoint();
            keeping.Expire();
            return true;
        });
        Assert.InRange(new DirectoryInfo(Path.Combine(server.Folder, "telemetry")).GetFiles().Sum(file => file.Length),
            1, limits.DiskBytes + 1024 * 1024);
        Assert.Equal(0, (await server.AskAsync("/logs?text=number-00001")).GetArrayLength());
        Assert.Equal(1, (await server.AskAsync("/logs?text=number-02000")).GetArrayLength());
    }
}
