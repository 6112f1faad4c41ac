using System.Text;
using Headway.Server.Telemetry;
using Headway.Server.Telemetry.Otlp;
using Xunit;

namespace Headway.Server.Tests.Telemetry;

public sealed class FuzzTests
{
    private const int Rounds = 4_000;

    /// <summary>
    /// Whatever comes is taken or refused with the one exception for it, and memory stays within bounds.
    /// </summary>
    [Theory]
    [InlineData(TelemetryKind.Metrics)]
    [InlineData(TelemetryKind.Traces)]
    [InlineData(TelemetryKind.Logs)]
    public async Task Mutated_requests_are_taken_or_refused_and_nothing_else_happens(TelemetryKind kind)
    {
        await using var server = await OtlpServer.StartAsync(new() { Ahead = TimeSpan.FromDays(100_000) });
        var random = new Random((int)kind + 11);
        var seeds = Seeds(kind);
        var jsons = seeds.Length > 0 ? Jsons(kind) : [];
        var (taken, refused) = (0, 0);
        var allocated = GC.GetTotalAllocatedBytes();
        for (var round = 0; round < Rounds; round++)
        {
            try
            {
                var isJson = round % 3 == 0;
                var bytes = Mutated(random, isJson ? jsons[random.Next(jsons.Length)]
                    : seeds[random.Next(seeds.Length)], seeds);
                await server.Intake.TakeAsync(kind, isJson ? Requests.FromJson(kind, bytes) : bytes, default);
                taken++;
            }
            catch (CorruptOtlpException)
            {
                refused++;
            }
        }
        Assert.True(taken > Rounds / 50 && refused > Rounds / 50, $"{taken} taken, {refused} refused");
        Assert.InRange(GC.GetTotalAllocatedBytes() - allocated, 0, Rounds * 200_000L);
        // What was taken can be asked for.
        server.Queries.Select([], 0, long.MaxValue);
        Assert.True((await server.AskAsync("/traces?limit=10000&from=1970-01-01")).GetArrayLength() >= 0);
        Assert.True((await server.AskAsync("/logs?limit=10000&from=1970-01-01")).GetArrayLength() >= 0);
    }

    [Fact]
    public void Values_in_values_without_end_are_refused()
    {
        byte[] value = [];
        for (var level = 0; level < 5_000; level++)
        {
            var around = new System.Buffers.ArrayBufferWriter<byte>();
            ProtoWriting.Message(around, 5, array => Requests.Bytes(array, 1, value));
            value = around.WrittenSpan.ToArray();
        }
        var request = Requests.Request("shop", "r", scope => ProtoWriting.Message(scope, 2, log
            => Requests.Bytes(log, 5, value)));
        Assert.Throws<CorruptOtlpException>(() => OtlpCheck.Check(TelemetryKind.Logs, request));
        var json = string.Concat(Enumerable.Repeat("{\"arrayValue\":{\"values\":[", 5_000));
        Assert.Throws<CorruptOtlpException>(() => Requests.FromJson(TelemetryKind.Logs,
            Encoding.UTF8.GetBytes("{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"body\":" + json)));
    }

    private static byte[] Mutated(Random random, byte[] seed, byte[][] seeds)
    {
        List<byte> bytes = [.. seed];
        for (var left = random.Next(1, 4); left > 0 && bytes.Count > 0; left--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(7))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = (byte)random.Next(256); break;
                case 2: bytes.RemoveAt(at); break;
                case 3: bytes.Insert(at, (byte)random.Next(256)); break;
                case 4: bytes.RemoveRange(at, Math.Min(random.Next(20), bytes.Count - at)); break;
                case 5: bytes.AddRange(seeds[random.Next(seeds.Length)]); break;
                default: bytes[at] = random.Next(2) == 0 ? (byte)0xff : (byte)0; break;
            }
        }
        return [.. bytes];
    }

    private static byte[][] Seeds(TelemetryKind kind) => kind switch
    {
        TelemetryKind.Metrics =>
        [
            Requests.Gauge("shop", "depth", (Requests.Now, 1, "a")),
            Requests.Sum("shop", "orders", true, true, (Requests.Now, 1), (Requests.Now + 1, 2)),
            .. Jsons(kind).Select(json => Requests.FromJson(kind, json)),
        ],
        TelemetryKind.Traces => [Requests.Span("shop", 1, 2, isError: true, parent: 3, kind: 3),
            .. Jsons(kind).Select(json => Requests.FromJson(kind, json))],
        _ => [Requests.Log("shop", "order 7 failed", trace: 9),
            .. Jsons(kind).Select(json => Requests.FromJson(kind, json))],
    };

    private static byte[][] Jsons(TelemetryKind kind)
    {
        var at = $"\"{Requests.Now}000000\"";
        const string attributes = """
            "attributes":[{"key":"s","value":{"stringValue":"t"}},{"key":"b","value":{"boolValue":true}},
            {"key":"i","value":{"intValue":"10"}},{"key":"d","value":{"doubleValue":637.7}},{"key":"y",
            "value":{"bytesValue":"AAE="}},
            {"key":"a","value":{"arrayValue":{"values":[{"stringValue":"m"},{"kvlistValue":{"values":[{"key":"k",
            "value":{"intValue":1}}]}}]}}}]
            """;
        var things = kind switch
        {
            TelemetryKind.Metrics => """
                "metrics":[{"name":"h","unit":"ms","histogram":{"aggregationTemporality":1,
                "dataPoints":[{"timeUnixNano":AT,"count":"2",
                "sum":2,"bucketCounts":["1","1"],"explicitBounds":[1],ATTRIBUTES,"exemplars":[{"timeUnixNano":AT,
                "asDouble":1,
                "traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"EEE19B7EC3C1B174"}]}]}},
                {"name":"e","exponentialHistogram":{"aggregationTemporality":1,"dataPoints":[{"timeUnixNano":AT,
                "count":"3","sum":10,
                "scale":2,"zeroCount":"1","positive":{"offset":1,"bucketCounts":["0","2"]},"negative":{"offset":0,
                "bucketCounts":["1"]}}]}},
                {"name":"s","summary":{"dataPoints":[{"timeUnixNano":AT,"count":"3","sum":10,
                "quantileValues":[{"quantile":0.5,"value":3}]}]}}]
                """,
            TelemetryKind.Traces => """
                "spans":[{"traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"EEE19B7EC3C1B174","name":"n","kind":3,
                "startTimeUnixNano":AT,"endTimeUnixNano":AT,ATTRIBUTES,"events":[{"timeUnixNano":AT,
                "name":"x",ATTRIBUTES}],
                "links":[{"traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"EEE19B7EC3C1B174"}],
                "status":{"code":2,"message":"m"}}]
                """,
            _ => """
                "logRecords":[{"timeUnixNano":AT,"severityNumber":17,"body":{"kvlistValue":{"values":[{"key":"u",
                "value":{"stringValue":"v"}}]}},ATTRIBUTES,"traceId":"5B8EFFF798038103D269B633813FC60C"}]
                """,
        };
        things = things.Replace("ATTRIBUTES", attributes).Replace("AT", at);
        var (resources, scopes) = kind switch
        {
            TelemetryKind.Metrics => ("resourceMetrics", "scopeMetrics"), TelemetryKind.Traces => ("resourceSpans",
                "scopeSpans"),
            _ => ("resourceLogs", "scopeLogs"),
        };
        return [Encoding.UTF8.GetBytes("{\"" + resources + "\":[{\"resource\":{" + attributes + "},\"" + scopes
            + "\":[{\"scope\":{\"name\":\"lib\"}," + things + "}]}]}")];
    }
}
