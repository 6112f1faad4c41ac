using System.Collections.Immutable;
using System.Text.Json;
using System.Web;
using Headway.Core.Evidence;
using Headway.Server.Connections;
using Headway.Server.Signals;
using Headway.Server.Signals.Stores;
using Headway.Server.Tests.Storage;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Headway.Server.Tests.Signals;

/// <summary>
/// Datadog and New Relic in the format that their documentation gives, from a real HTTP endpoint that checks the request
/// to the letter. The services themselves cannot be reached from a test.
/// </summary>
public sealed class StoreReaderTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2030, 1, 1, 12, 0, 20, TimeSpan.Zero);
    private readonly TempFolder folder = new();
    private readonly OutsideHttp http = new();

    [Fact]
    public async Task Datadog_is_asked_for_the_minutes_since_the_last_look_with_both_keys()
    {
        var asked = new List<string>();
        await using var other = await OtherSide.StartAsync(context =>
        {
            lock (asked)
                asked.Add($"{context.Request.Method} {context.Request.Path} {context.Request.Headers["DD-API-KEY"]} "
                    + $"{context.Request.Headers["DD-APPLICATION-KEY"]} {HttpUtility.UrlDecode(context.Request.QueryString.Value)}");
            var bad = context.Request.Query["query"].ToString().Contains("failed", StringComparison.Ordinal);
            // One point before the window, one without a value, one after it.
            var from = long.Parse(context.Request.Query["from"]!, null) * 1000;
            return context.Response.WriteAsync($$"""
                {"status":"ok","series":[{"metric":"x","interval":20,"pointlist":[[{{from - 20_000}}.0,1000],[{{from}}.0,{{(bad ? 2 : 40)}}],
                 [{{from + 20_000}}.0,null],[{{from + 40_000}}.0,{{(bad ? 1 : 10)}}],[{{from + 60_000}}.0,1000]]}]}
                """);
        });
        Keep(new("dd", ConnectionKind.Datadog, other.Url)
        {
            Credential = Headers(("DD-API-KEY", "api-1"), ("DD-APPLICATION-KEY", "app-1")),
        });
        var source = new SignalSource.Datadog("dd", new(
            "sum:payments.failed{version:$release}.as_count()", "sum:payments{version:$release}.as_count()", null));
        var reading = await ReadAsync(new DatadogStore(http), source, since: Noon.AddMinutes(-1));

        Assert.Null(reading.Problem);
        Assert.Equal((50, 3), (reading.Candidate!.Trials, reading.Candidate.Events));
        var (from, to) = (Seconds(Noon) - 20 - 120, Seconds(Noon) - 20 - 60);
        Assert.Equal(4, asked.Count);
        Assert.Contains($"GET /api/v1/query api-1 app-1 ?from={from}&to={to}&query=sum:payments.failed{{version:{Asked.Candidate}}}.as_count()", asked);
        Assert.Contains($"GET /api/v1/query api-1 app-1 ?from={from}&to={to}&query=sum:payments{{version:{Asked.Stable}}}.as_count()", asked);
    }

    [Theory]
    [InlineData(200, "{\"status\":\"error\",\"error\":\"Rule is too long\"}", "it says: Rule is too long")]
    [InlineData(403, "{\"errors\":[\"Forbidden\"]}", "the keys are wrong, or may not read metrics")]
    [InlineData(429, "", "it was asked too often")]
    [InlineData(200, "<html>", "its answer is not one of Datadog: <html>")]
    public async Task What_Datadog_refuses_is_told(int status, string body, string says)
    {
        await using var other = await OtherSide.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            return context.Response.WriteAsync(body);
        });
        Keep(new("dd", ConnectionKind.Datadog, other.Url) { Credential = Headers(("DD-API-KEY", "x")) });
        var source = new SignalSource.Datadog("dd", new(null, null, "avg:queue{version:$release}"));
        Assert.Contains(says, (await ReadAsync(new DatadogStore(http), source, null)).Problem);
    }

    [Fact]
    public async Task New_Relic_is_asked_in_NRQL_for_exactly_the_window()
    {
        var asked = new List<string>();
        await using var other = await OtherSide.StartAsync(async context =>
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body);
            var nrql = body.RootElement.GetProperty("variables").GetProperty("nrql").GetString()!;
            lock (asked)
                asked.Add($"{context.Request.Method} {context.Request.Path} {context.Request.Headers["API-Key"]} "
                    + $"{body.RootElement.GetProperty("variables").GetProperty("account")} {nrql}");
            var count = nrql.Contains("error", StringComparison.Ordinal) ? 3 : 70;
            await context.Response.WriteAsync(
                """{"data":{"actor":{"account":{"nrql":{"results":[{"facet":"a","host":"a","count":COUNT},{"facet":"b","count":0}]}}}}}"""
                    .Replace("COUNT", $"{count}", StringComparison.Ordinal));
        });
        Keep(new("nr", ConnectionKind.NewRelic, other.Url) { Credential = Headers(("API-Key", "user-1")), Account = "42" });
        var source = new SignalSource.NewRelic("nr", new(
            "SELECT count(*) FROM Transaction WHERE error IS true AND release = '$release' FACET host",
            "SELECT count(*) FROM Transaction WHERE release = '$release'", null));
        var reading = await ReadAsync(new NewRelicStore(http), source, since: Noon.AddMinutes(-1));

        Assert.Null(reading.Problem);
        Assert.Equal((70, 3), (reading.Candidate!.Trials, reading.Candidate.Events));
        var (from, to) = ((Seconds(Noon) - 20 - 120) * 1000, (Seconds(Noon) - 20 - 60) * 1000);
        Assert.Contains("POST /graphql user-1 42 SELECT count(*) FROM Transaction WHERE error IS true AND release = "
            + $"'{Asked.Candidate}' FACET host LIMIT MAX SINCE {from} UNTIL {to}", asked);
        Assert.Contains($"POST /graphql user-1 42 SELECT count(*) FROM Transaction WHERE release = '{Asked.Stable}' "
            + $"SINCE {from} UNTIL {to}", asked);
    }

    [Fact]
    public async Task An_error_of_New_Relic_in_a_200_is_a_problem()
    {
        await using var other = await OtherSide.StartAsync(context => context.Response.WriteAsync(
            """{"data":{"actor":{"account":{"nrql":null}}},"errors":[{"message":"NRQL Syntax Error: unexpected 'FORM'"}]}"""));
        Keep(new("nr", ConnectionKind.NewRelic, other.Url) { Credential = Headers(("API-Key", "x")), Account = "1" });
        var source = new SignalSource.NewRelic("nr", new(null, null, "SELECT average(x) FORM Y WHERE r = '$release'"));
        Assert.Contains("NRQL Syntax Error", (await ReadAsync(new NewRelicStore(http), source, null)).Problem);
    }

    [Fact]
    public void Looks_one_after_another_cover_every_minute_once()
    {
        var began = Noon.AddMinutes(-3);
        var source = new SignalSource.Datadog("dd", new("b", "t", null));
        DateTimeOffset? since = null, end = null;
        for (var at = began.AddSeconds(7); at < Noon.AddMinutes(30); at += TimeSpan.FromSeconds(61))
        {
            var question = Asked.Of(source, at) with { Began = began, Since = since };
            var (from, to) = StoreWindow.Of(question, TimeSpan.FromMinutes(1), isCounted: true);
            Assert.True(from >= began && to <= at.AddMinutes(-1), $"{from} to {to} at {at}");
            if (to > from)
            {
                if (end is not null) Assert.Equal(end, from);
                end = to;
            }
            since = at;
        }
        Assert.True(end > Noon.AddMinutes(27), $"{end}");
    }

    public void Dispose()
    {
        http.Dispose();
        folder.Dispose();
    }

    private KnownConnections Known => Asked.Connections(folder.Path);

    private void Keep(Connection connection) => Assert.Null(Known.Keep(connection));

    private Task<SignalReading> ReadAsync(IMetricStore store, SignalSource source, DateTimeOffset? since) =>
        new StoreReader(store, Known).ReadAsync(Asked.Of(source, Noon) with { Since = since }, default);

    private static long Seconds(DateTimeOffset at) => at.ToUnixTimeSeconds();

    private static Credential.Headers Headers(params (string Name, string Value)[] headers) =>
        new(headers.ToImmutableSortedDictionary(header => header.Name, header => header.Value));
}
