using System.Text;
using Headway.Core.Evidence;
using Headway.Server.Signals;
using Headway.Server.Signals.Prometheus;
using Headway.Server.Telemetry;
using Headway.Server.Telemetry.Series;
using Headway.Server.Telemetry.Promql;
using Headway.Server.Tests.Telemetry;
using Xunit;

namespace Headway.Server.Tests.Signals;

/// <summary>What releases send over OTLP as evidence about them.</summary>
public sealed class TelemetrySignalTests
{
    private static readonly SignalSource Expected = new SignalSource.Telemetry(IsRequired: false);

    [Fact]
    public async Task A_candidate_is_asked_for_telemetry_where_stable_sends_it_and_in_the_environment_that_is_meant()
    {
        await using var server = await OtlpServer.StartAsync();
        var reader = new TelemetryReader(server.Presence);
        Assert.False(reader.IsExpected(Question(Expected)));
        Assert.NotNull((await ReadAsync(reader, Expected)).Candidate);
        Assert.Contains("no metrics, traces or logs have come",
            (await ReadAsync(reader, new SignalSource.Telemetry(IsRequired: true))).Unseen);

        await LogAsync(server, Asked.Stable, "production", "ready");
        await LogAsync(server, Asked.Candidate, "staging", "ready");
        Assert.True(reader.IsExpected(Question(Expected)));
        var blind = await ReadAsync(reader, Expected);
        Assert.NotNull(blind.Stable);
        Assert.Null(blind.Candidate);
        Assert.Contains("deployment.environment.name=production", blind.Unseen);

        await LogAsync(server, "", "production", "ready");
        Assert.Contains("comes without `headway.release.id`", (await ReadAsync(reader, Expected)).Unseen);
        await LogAsync(server, Asked.Candidate, "production", "ready");
        Assert.NotNull((await ReadAsync(reader, Expected)).Candidate);
    }

    [Fact]
    public async Task Calls_of_a_dependency_are_counted_since_the_look_before_and_only_in_this_environment()
    {
        await using var server = await OtlpServer.StartAsync();
        var (reader, source) = (new DependencyReader(server.Queries), new SignalSource.Dependency("payments"));
        await CallAsync(server, Asked.Candidate, "production", failed: 3, all: 9);
        Assert.Contains("has sent no client span to `mail`; shop calls payments",
            (await ReadAsync(reader, new SignalSource.Dependency("mail"))).Unseen);
        var first = (await ReadAsync(reader, source)).Candidate!;
        Assert.Equal((9, 3), (first.Trials, first.Events));
        await CallAsync(server, Asked.Candidate, "production", failed: 2, all: 5);
        await CallAsync(server, Asked.Candidate, "staging", failed: 5, all: 5);
        await CallAsync(server, Asked.Stable, "production", failed: 0, all: 4);
        var reading = await ReadAsync(reader, source);
        Assert.Equal((5, 2), (reading.Candidate!.Trials, reading.Candidate.Events));
        Assert.Null(reading.Stable);
        await CallAsync(server, Asked.Stable, "production", failed: 1, all: 4);
        reading = await ReadAsync(reader, source);
        Assert.Equal((4, 1), (reading.Stable!.Trials, reading.Stable.Events));
        Assert.Equal(0, reading.Candidate!.Trials);
    }

    [Fact]
    public async Task Errors_of_a_kind_that_no_earlier_release_has_written_are_the_bad_ones_among_log_records()
    {
        await using var server = await OtlpServer.StartAsync();
        var (reader, source) = (new LogsReader(server.Queries), new SignalSource.Logs());
        await LogAsync(server, Asked.Stable, "production", "cannot reach 10.0.0.7", severity: 17);
        await LogAsync(server, Asked.Candidate, "production", "order 12 taken");
        await ReadAsync(reader, source);
        await LogAsync(server, Asked.Candidate, "production", "cannot reach 10.0.0.9", severity: 17);
        await LogAsync(server, Asked.Candidate, "production", "order 13 taken");
        await LogAsync(server, Asked.Candidate, "production", "cart 99 is negative", severity: 17);
        var candidate = (await ReadAsync(reader, source)).Candidate!;
        Assert.Equal((3, 1), (candidate.Trials, candidate.Events));
        Assert.Contains("is negative", Assert.Single(candidate.Examples));
    }

    [Fact]
    public async Task Headways_own_series_are_kept_beside_those_of_services_and_asked_without_the_network()
    {
        await using var server = await OtlpServer.StartAsync();
        var keeping = new OwnSeries(server.State);
        var labels = System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty
            .Add("__name__", "headway_candidate_share").Add("job", "headway").Add("service", "shop");
        var at = DateTimeOffset.UtcNow;
        keeping.Keep(labels, 0.05, at.AddSeconds(-30).ToUnixTimeMilliseconds());
        keeping.Keep(labels, 0.25, at.AddSeconds(-15).ToUnixTimeMilliseconds());
        using var engine = new Engine(server.Queries.Select, new());
        var own = new OwnPrometheus(engine);
        var answer = await own.InstantAsync("headway_candidate_share{service=\"shop\",job=\"headway\"}", at, default);
        Assert.Equal(0.25, Assert.Single(Assert.Single(answer.Series).Values));
        var range = await own.RangeAsync("headway_candidate_share",
            new(at.AddSeconds(-20), at, TimeSpan.FromSeconds(10)), default);
        Assert.Equal([0.05, 0.25, 0.25], Assert.Single(range.Series).Values);
        Assert.Contains("it says", (await own.InstantAsync("sum(", at, default)).Problem);
    }

    private static SignalQuestion Question(SignalSource source) => Asked.Of(source, DateTimeOffset.UtcNow);

    private static Task<SignalReading> ReadAsync(ISignalReader reader, SignalSource source) =>
        reader.ReadAsync(Question(source), default);

    private static Task LogAsync(OtlpServer server, string release, string environment, string text, int severity = 9) =>
        PostAsync(server, TelemetryKind.Logs, "resourceLogs", "scopeLogs", "logRecords", release, environment,
            $"{{\"timeUnixNano\":\"{Nanos}\",\"severityNumber\":{severity},\"body\":{{\"stringValue\":\"{text}\"}}}}");

    private static async Task CallAsync(OtlpServer server, string release, string environment, int failed, int all)
    {
        for (var i = 0; i < all; i++)
            await PostAsync(server, TelemetryKind.Traces, "resourceSpans", "scopeSpans", "spans", release, environment,
                $$"""
                {"traceId":"{{Guid.NewGuid():N}}","spanId":"{{Guid.NewGuid():N}}","name":"pay","kind":3,
                 "startTimeUnixNano":"{{Nanos}}","endTimeUnixNano":"{{Nanos}}","status":{"code":{{(i < failed ? 2 : 0)}} },
                 "attributes":[{"key":"server.address","value":{"stringValue":"payments"} }]}
                """.Replace(Environment.NewLine, "", StringComparison.Ordinal), shorten: true);
    }

    private static long Nanos => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1_000_000;

    private static async Task PostAsync(
        OtlpServer server, TelemetryKind kind, string outer, string scope, string inner, string release,
        string environment, string record, bool shorten = false)
    {
        // A span's id has half the length of a trace's.
        if (shorten) record = System.Text.RegularExpressions.Regex.Replace(
            record, "(\"spanId\":\"[0-9a-f]{16})[0-9a-f]{16}", "$1");
        var id = release.Length == 0 ? "" : Attribute("headway.release.id", release) + ",";
        var answer = await server.PostAsync(kind, Encoding.UTF8.GetBytes(
            $"{{\"{outer}\":[{{\"resource\":{{\"attributes\":[{id}{Attribute("service.name", "shop")},"
            + $"{Attribute("deployment.environment.name", environment)}]}},\"{scope}\":[{{\"{inner}\":[{record}]}}]}}]}}"),
            "application/json");
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static string Attribute(string key, string value) =>
        $$$"""{"key":"{{{key}}}","value":{"stringValue":"{{{value}}}"}}""";
}
