using System.Buffers;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Headway.Server.Access;
using Headway.Server.Telemetry;
using Headway.Server.Telemetry.Limits;
using Headway.Server.Telemetry.Otlp;
using Xunit;

namespace Headway.Server.Tests.Telemetry;

public sealed class OtlpFormatTests
{
    private static readonly long At = Requests.Now;

    [Fact]
    public async Task Json_by_the_mapping_of_otlp_is_taken_in()
    {
        await using var server = await OtlpServer.StartAsync();
        var nanos = $"{Requests.Now}000000";
        const string resource = """{"attributes":[{"key":"service.name","value":{"stringValue":"my.service"}}]}""";
        await SendAsync(server, TelemetryKind.Metrics, $$$$"""
            {"resourceMetrics":[{"resource":{{{{resource}}}},"unknown":{"a":[1,{}]},"scopeMetrics":[{"metrics":[
             {"name":"my.counter","unit":"1","sum":{"aggregationTemporality":1,"isMonotonic":true,"dataPoints":[
              {"asDouble":5,"timeUnixNano":"{{{{nanos}}}}","attributes":[{"key":"a.b","value":{"stringValue":"v"}}]}]}},
             {"name":"as.int","gauge":{"dataPoints":[{"asInt":"-7","timeUnixNano":{{{{nanos}}}}}]}},
             {"name":"my.histogram","histogram":{"aggregationTemporality":2,"dataPoints":[
              {"timeUnixNano":"{{{{nanos}}}}","count":"2","sum":2,"bucketCounts":["1",1],"explicitBounds":[1]}]}},
             {"name":"exp","exponentialHistogram":{"aggregationTemporality":2,
             "dataPoints":[{"timeUnixNano":"{{{{nanos}}}}",
              "count":"3","sum":10,"scale":0,"zeroCount":"1","positive":{"offset":1,"bucketCounts":["0","2"]}}]}}]}]}]}
            """);
        Assert.Equal(("5", "v"), (server.All("my_counter_total")[0].Show(),
            server.All("my_counter_total")[0].Labels["a_b"]));
        Assert.Equal("-7", server.All("as_int")[0].Show());
        Assert.Equal(["+Inf=2", "1=1"], Buckets(server, "my_histogram"));
        // Scale 0, offset 1: two values in (4, 8], and one is zero.
        Assert.Equal(["+Inf=3", "0=1", "8=3"], Buckets(server, "exp"));

        await SendAsync(server, TelemetryKind.Traces, $$$$"""
            {"resourceSpans":[{"resource":{{{{resource}}}},
            "scopeSpans":[{"spans":[{"traceId":"5B8EFFF798038103D269B633813FC60C",
             "spanId":"EEE19B7EC3C1B174","parentSpanId":"EEE19B7EC3C1B173","name":"I'm a server span","kind":2,
             "startTimeUnixNano":"{{{{nanos}}}}","endTimeUnixNano":"{{{{nanos}}}}","status":{"code":2,
             "message":"broken"}}]}]}]}
            """);
        var span = (await server.AskAsync("/traces?trace=5b8efff798038103d269b633813fc60c"))[0].GetProperty("spans")[0];
        Assert.Equal(("eee19b7ec3c1b174", "eee19b7ec3c1b173", true), (span.GetProperty("spanId").GetString(),
            span.GetProperty("parentSpanId").GetString(), span.GetProperty("isError").GetBoolean()));

        await SendAsync(server, TelemetryKind.Logs, $$$$"""
            {"resourceLogs":[{"resource":{{{{resource}}}},"scopeLogs":[{"logRecords":[{"timeUnixNano":"{{{{nanos}}}}",
             "severityNumber":10,"traceId":"5B8EFFF798038103D269B633813FC60C","body":{"kvlistValue":{"values":[
             {"key":"url","value":{"stringValue":"/a"}},{"key":"n","value":{"intValue":"3"}}]}}}]}]}]}
            """);
        var log = (await server.AskAsync("/logs?service=my.service"))[0];
        Assert.Equal("""{"url":"/a","n":3}""", log.GetProperty("text").GetString());
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{\"resourceMetrics\":{}}")]
    [InlineData("{\"resourceMetrics\":[{\"scopeMetrics\":[{\"metrics\":[{\"name\":7}]}]}]}")]
    [InlineData("{\"resourceMetrics\":[{\"scopeMetrics\":[{\"metrics\":[{\"sum\":{\"aggregationTemporality\":\"DELTA\"}}]}]}]}")]
    [InlineData("{\"resourceMetrics\":[")]
    public async Task Json_that_is_no_request_is_refused_with_a_status_that_says_why(string json)
    {
        await using var server = await OtlpServer.StartAsync();
        using var answer = await server.PostAsync(TelemetryKind.Metrics, Encoding.UTF8.GetBytes(json),
            "application/json");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var status = JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync());
        Assert.Equal(3, status.GetProperty("code").GetInt32());
        Assert.NotEmpty(status.GetProperty("message").GetString()!);
    }

    [Fact]
    public async Task A_corrupt_request_leaves_nothing_behind()
    {
        await using var server = await OtlpServer.StartAsync();
        byte[] good = Requests.Gauge("shop", "depth", (At, 1, "a"));
        using var answer = await server.PostAsync(TelemetryKind.Metrics, [.. good, 0x0a, 0x7f]);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/x-protobuf", answer.Content.Headers.ContentType!.MediaType);
        Assert.Empty(server.All("depth"));
        Assert.Equal(1, server.Intake.Corrupt);
    }

    [Fact]
    public async Task Gzip_is_unpacked_and_a_bomb_is_refused_without_being_held()
    {
        await using var server = await OtlpServer.StartAsync();
        using var taken = await server.PostAsync(
            TelemetryKind.Metrics, Gzip(Requests.Gauge("shop", "depth", (At, 4, "a"))), encoding: "gzip");
        Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
        Assert.Equal("4", Assert.Single(server.All("depth")).Show());

        var bomb = Gzip(new byte[64 * 1024 * 1024 + 1]);
        Assert.InRange(bomb.Length, 1, 1024 * 1024);
        var before = GC.GetTotalAllocatedBytes();
        using var refused = await server.PostAsync(TelemetryKind.Metrics, bomb, encoding: "gzip");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, refused.StatusCode);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 16 * 1024 * 1024);

        // It lies about its size: it is unpacked as far as it said, and no further.
        BitConverter.TryWriteBytes(bomb.AsSpan(bomb.Length - 4), 1000);
        using var lying = await server.PostAsync(TelemetryKind.Metrics, bomb, encoding: "gzip");
        Assert.Equal(HttpStatusCode.BadRequest, lying.StatusCode);
        using var noise = await server.PostAsync(TelemetryKind.Metrics, new byte[100], encoding: "gzip");
        Assert.Equal(HttpStatusCode.BadRequest, noise.StatusCode);
    }

    [Fact]
    public async Task What_is_too_large_or_of_another_format_or_too_much_at_once_is_turned_away()
    {
        await using var server = await OtlpServer.StartAsync(new() { BodyBytes = 100_000, InFlightBytes = 50_000 });
        await Expect(new byte[100_001], HttpStatusCode.RequestEntityTooLarge);
        await Expect(new byte[60_000], HttpStatusCode.ServiceUnavailable);
        await Expect([], HttpStatusCode.UnsupportedMediaType, "text/plain");
        await Expect([], HttpStatusCode.UnsupportedMediaType, encoding: "br");
        await Expect([], HttpStatusCode.OK);

        async Task Expect(byte[] body, HttpStatusCode status, string type = "application/x-protobuf",
            string? encoding = null)
        {
            using var answer = await server.PostAsync(TelemetryKind.Metrics, body, type, encoding);
            Assert.Equal(status, answer.StatusCode);
            Assert.Equal(status == HttpStatusCode.ServiceUnavailable, answer.Headers.RetryAfter is not null);
        }
    }

    /// <summary>Each `0,` of two bytes becomes a number of eight, so the request grows when it is turned.</summary>
    [Fact]
    public async Task What_json_is_turned_into_takes_room_as_well_and_gives_it_back()
    {
        var json = Encoding.UTF8.GetBytes("{\"resourceMetrics\":[{\"scopeMetrics\":[{\"metrics\":[{\"name\":\"m\","
            + "\"histogram\":{\"dataPoints\":[{\"bucketCounts\":[" + string.Join(',', Enumerable.Repeat("0", 30_000))
            + "]}]}}]}]}]}");
        await using var little = await OtlpServer.StartAsync(new() { InFlightBytes = 800_000 });
        await using var enough = await OtlpServer.StartAsync(new() { InFlightBytes = 1_000_000 });
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await SendAsync(little));
            Assert.Equal(HttpStatusCode.OK, await SendAsync(enough));
        }

        async Task<HttpStatusCode> SendAsync(OtlpServer server)
        {
            using var answer = await server.PostAsync(TelemetryKind.Metrics, json, "application/json");
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task What_is_dropped_is_said_to_the_sender_and_counted_for_the_source()
    {
        await using var server = await OtlpServer.StartAsync();
        var hour = (long)TimeSpan.FromHours(1).TotalMilliseconds;
        var request = Requests.Gauge("shop", "depth", (At, 1, "a"), (At, double.NaN, "b"),
            (At, double.PositiveInfinity, "c"), (At + hour, 1, "d"), (At - 13 * hour, 1, "e"));
        using var answer = await server.PostAsync(TelemetryKind.Metrics, request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var partial = OtlpParts.First(await answer.Content.ReadAsByteArrayAsync(), 1).ToArray();
        Assert.Equal([0x08, 4, 0x12], partial[..3]);
        Assert.Contains("2 Skew, 2 NotFinite", Encoding.UTF8.GetString(partial));
        Assert.Equal((2, 2), (server.Dropped("shop", DropReason.Skew), server.Dropped("shop", DropReason.NotFinite)));
        var view = await server.AskAsync("");
        Assert.Equal(Requests.Release, view.GetProperty("sources")[0].GetProperty("release").GetString());
        Assert.Equal(2, view.GetProperty("sources")[0].GetProperty("dropped").GetProperty("Skew").GetInt32());
    }

    [Fact]
    public async Task Grpc_calls_end_with_a_status()
    {
        await using var server = await OtlpServer.StartAsync();
        const string export = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";
        var good = Requests.Gauge("shop", "depth", (At, 1, "a"));
        Assert.Equal("0", await CallAsync(export, Framed(0, good)));
        Assert.Equal("0", await CallAsync(export, Framed(1, Gzip(good)), "gzip"));
        Assert.Equal("3", await CallAsync(export, Framed(0, [.. good, 0x0a, 0x7f])));
        Assert.Equal("3", await CallAsync(export, [0, 0, 0, 1, 0]));
        Assert.Equal("3", await CallAsync(export, Framed(1, good), "zstd"));
        Assert.Equal("8", await CallAsync(export, Framed(1, Gzip(new byte[64 * 1024 * 1024 + 1])), "gzip"));
        Assert.Equal("12", await CallAsync("/some.Service/Method", Framed(0, [])));
        Assert.Single(server.All("depth"));

        async Task<string> CallAsync(string path, byte[] body, string? encoding = null)
        {
            using var http = new HttpClient { DefaultRequestVersion = HttpVersion.Version20,
                DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
            using var request = new HttpRequestMessage(HttpMethod.Post, server.GrpcAddress + path)
            {
                Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                Content = new ByteArrayContent(body) { Headers = { ContentType = new("application/grpc") } },
            };
            request.Headers.Add("te", "trailers");
            if (encoding is not null) request.Headers.Add("grpc-encoding", encoding);
            using var answer = await http.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            await answer.Content.ReadAsByteArrayAsync();
            return answer.TrailingHeaders.TryGetValues("grpc-status", out var said) ? said.Single()
                : answer.Headers.GetValues("grpc-status").Single();
        }
    }

    [Fact]
    public async Task Beyond_the_loopback_a_token_is_needed_and_a_browser_is_never_let_in()
    {
        await using var server = await OtlpServer.StartAsync(http: "0.0.0.0:0");
        using var client = new HttpClient { BaseAddress = new($"http://127.0.0.1:{server.Receivers.Http!.Port}") };
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(null));
        foreach (var (scope, status) in new[]
        {
            (Scope.Telemetry, HttpStatusCode.OK), (Scope.Node, HttpStatusCode.OK), (Scope.Admin, HttpStatusCode.OK),
            (Scope.Read, HttpStatusCode.Unauthorized), (Scope.Deploy, HttpStatusCode.Unauthorized),
        })
            Assert.Equal(status, await PostAsync((await server.AllTokens.CreateAsync("t", scope, null,
                default)).Secret));
        var sender = (await server.AllTokens.CreateAsync("t", Scope.Telemetry, null, default)).Token;
        Assert.DoesNotContain([Scope.Read, Scope.Deploy, Scope.Admin, Scope.Node], sender.May);
        client.DefaultRequestHeaders.Add("Origin", "https://example.com");
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(null));

        async Task<HttpStatusCode> PostAsync(string? token)
        {
            client.DefaultRequestHeaders.Authorization = token is null ? null
                : new AuthenticationHeaderValue("Bearer", token);
            using var content = new ByteArrayContent([]) { Headers = { ContentType = new("application/x-protobuf") } };
            using var answer = await client.PostAsync("/v1/metrics", content);
            return answer.StatusCode;
        }
    }

    internal static byte[] Gzip(byte[] bytes)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(bytes);
        return packed.ToArray();
    }

    private static byte[] Framed(byte packed, byte[] message)
    {
        byte[] framed = [packed, 0, 0, 0, 0, .. message];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(framed.AsSpan(1), (uint)message.Length);
        return framed;
    }

    private static string[] Buckets(OtlpServer server, string name) =>
        [.. server.All($"{name}_bucket").Select(series
            => $"{series.Labels["le"]}={series.Values.Span[^1]}").Order(StringComparer.Ordinal)];

    private static async Task SendAsync(OtlpServer server, TelemetryKind kind, string json)
    {
        using var answer = await server.PostAsync(kind, Encoding.UTF8.GetBytes(json), "application/json");
        Assert.Equal("{}", await answer.Content.ReadAsStringAsync());
    }
}
