using Headway.Server.Telemetry;
using Headway.Server.Telemetry.Limits;
using Headway.Server.Telemetry.Logs;
using Headway.Server.Telemetry.Traces;
using Xunit;

namespace Headway.Server.Tests.Telemetry;

public sealed class SamplingTests
{
    [Fact]
    public async Task Failed_and_slow_traces_are_kept_and_of_the_others_a_quota_of_each_release_but_all_are_counted()
    {
        // Nothing waits, so that each trace is decided about as it comes.
        await using var server = await OtlpServer.StartAsync(sampling: new() { TracesPerSecond = 2, PendingBytes = 0 });
        for (var i = 1ul; i <= 300; i++)
            await SendAsync(Requests.Span("shop", i, i, isError: i % 100 == 0, milliseconds: i % 75 == 0 ? 1_500 : 20));
        for (var i = 1ul; i <= 3; i++) await SendAsync(Requests.Span("shop", 1_000 + i, i, release: "shop-8-def"));
        Assert.Equal(3, (await server.AskAsync("/traces?errors=true&limit=1000")).GetArrayLength());
        Assert.Equal(4, (await server.AskAsync("/traces?slow=1000&limit=1000")).GetArrayLength());
        Assert.Equal(3, (await server.AskAsync("/traces?release=shop-8-def&limit=1000")).GetArrayLength());
        var kept = (await server.AskAsync($"/traces?release={Requests.Release}&limit=1000")).GetArrayLength();
        Assert.InRange(kept, 6 + 4, 40);
        Assert.Equal(300 - kept, server.Queries.View(server.Intake).Sources.Sum(source
            => source.Dropped.GetValueOrDefault("Sampled")));
        var red = Assert.Single(server.Queries.Red("shop", Requests.Release));
        Assert.Equal((300, 3, 300), (red.Requests, red.Errors, red.Buckets.Sum()));
        Assert.Equal(4, red.Buckets[10]);

        async Task SendAsync(byte[] span) => await server.Intake.TakeAsync(TelemetryKind.Traces, span, default);
    }

    [Fact]
    public async Task A_trace_waits_for_its_spans_and_an_error_in_the_last_keeps_all_of_them()
    {
        await using var server = await OtlpServer.StartAsync(sampling: new() { TracesPerSecond = 0,
            DecideAfter = TimeSpan.FromMinutes(1) });
        for (var span = 1ul; span <= 5; span++)
            await server.Intake.TakeAsync(TelemetryKind.Traces,
                Requests.Span("shop", 7, span, isError: span == 5, parent: span - 1), default);
        await server.Intake.TakeAsync(TelemetryKind.Traces, Requests.Span("shop", 8, 1), default);
        Assert.Equal(2, (await server.AskAsync("/traces?service=shop")).GetArrayLength());
        server.State.Ask(state =>
        {
            state.Spans.Sampling.Decide(DateTimeOffset.UtcNow, all: true);
            return true;
        });
        var trace = Assert.Single((await server.AskAsync("/traces?service=shop")).EnumerateArray());
        Assert.Equal(5, trace.GetProperty("spans").GetArrayLength());
        // What comes after the decision follows it, but what failed itself is kept.
        await server.Intake.TakeAsync(TelemetryKind.Traces, Requests.Span("shop", 8, 2), default);
        await server.Intake.TakeAsync(TelemetryKind.Traces, Requests.Span("shop", 8, 3, isError: true), default);
        Assert.Equal(1, (await server.AskAsync($"/traces?trace={8:x32}"))[0].GetProperty("spans").GetArrayLength());
        Assert.Equal(2, server.Dropped("shop", DropReason.Sampled));
    }

    [Fact]
    public async Task Dependencies_are_counted_by_the_attribute_that_says_best_what_was_called()
    {
        await using var server = await OtlpServer.StartAsync();
        var span = 0ul;
        foreach (var attributes in new (string, string)[][]
        {
            [("server.address", "bank.example"), ("peer.service", "bank")], [("server.address", "10.0.0.7"),
                ("db.system", "postgresql")],
            [("db.system", "redis")], [("rpc.service", "Mail")], [],
        })
            await server.Intake.TakeAsync(TelemetryKind.Traces, Requests.Span("shop", 5, ++span, into =>
            {
                foreach (var (name, value) in attributes) Requests.Attribute(into, 9, name, value);
            }, kind: 3, isError: span == 1), default);
        Assert.Equal(["10.0.0.7 0", "Mail 0", "bank 1", "redis 0", "unknown 0"], server.Queries.Red("shop", null)
            .Where(count => count.Kind == RedKind.Dependency).Select(count
                => $"{count.Name} {count.Errors}").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("order 4711 failed after 12.5s", "order * failed after *")]
    [InlineData("user \"ann smith\" at 10.0.0.7:8080 said 'no'", "user \"*\" at * said '*'")]
    [InlineData("id 2f6c1a9e-11ee-4c2a-9d0b-0242ac120002 isn't known", "id * isn't known")]
    [InlineData("  plain\n\tmessage ", "plain message")]
    [InlineData("", "")]
    public void A_message_without_what_varies_is_its_template(string message, string template) =>
        Assert.Equal(template, MessageTemplate.Of(message));

    [Fact]
    public async Task What_is_new_in_a_release_can_be_asked()
    {
        await using var server = await OtlpServer.StartAsync();
        await LogAsync("order 1 placed", 9, "shop-1");
        await LogAsync("order 2 placed", 9, "shop-1");
        await LogAsync("order 3 placed", 9, "shop-2");
        await LogAsync("no stock for 4", 17, "shop-2");
        await LogAsync("no stock for 5", 13, "shop-2");
        await LogAsync("no stock for 6", 17, "shop-1");
        await LogAsync("no price for 7", 17, "shop-2");
        var fresh = (await server.AskAsync("/templates?service=shop&release=shop-2&isNew=true")).EnumerateArray().ToArray();
        Assert.Equal("no price for *", Assert.Single(fresh).GetProperty("template").GetString());
        var counts = server.Queries.Templates("shop", "shop-2", isNew: false);
        var stock = Assert.Single(counts, count => count.Template == "no stock for *");
        Assert.Equal((2, 1, 1, false), (stock.Count, stock.Severities["error"], stock.Severities["warn"], stock.IsNew));

        async Task LogAsync(string text, int severity, string release) =>
            await server.Intake.TakeAsync(TelemetryKind.Logs, Requests.Log("shop", text, severity, release), default);
    }
}
