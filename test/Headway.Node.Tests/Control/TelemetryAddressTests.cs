using Headway.Core.Nodes;
using Headway.Core.Services;
using Headway.Node.Control;
using Headway.Node.Instances;
using Xunit;

namespace Headway.Node.Tests.Control;

public sealed class TelemetryAddressTests
{
    private static readonly TelemetryAt Local = new("http://127.0.0.1:4318", "http/protobuf");

    [Fact]
    public void Instances_are_told_where_to_send_unless_the_service_says_so_itself()
    {
        var told = Environment([], Local);
        Assert.Equal(("http://127.0.0.1:4318", "http/protobuf", "shop"), (told["OTEL_EXPORTER_OTLP_ENDPOINT"],
            told["OTEL_EXPORTER_OTLP_PROTOCOL"], told["OTEL_SERVICE_NAME"]));
        Assert.Contains("headway.release.id=shop-7", told["OTEL_RESOURCE_ATTRIBUTES"]);
        foreach (var own in new[] { "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT" })
        {
            var kept = Environment(new() { [own] = "http://collector:4317" }, Local);
            Assert.Equal("http://collector:4317", kept[own]);
            Assert.False(kept.ContainsKey("OTEL_EXPORTER_OTLP_PROTOCOL"));
        }
        Assert.False(Environment([], null).ContainsKey("OTEL_EXPORTER_OTLP_ENDPOINT"));
    }

    [Theory]
    [InlineData("http://127.0.0.1:7878/", "http://127.0.0.1:4318", "http://127.0.0.1:4318")]
    [InlineData("http://deploy.example.com:7878/", "http://127.0.0.1:4318", null)]
    [InlineData("http://deploy.example.com:7878/", "http://0.0.0.0:4318", "http://deploy.example.com:4318")]
    [InlineData("http://deploy.example.com:7878/", "http://[::]:4318", "http://deploy.example.com:4318")]
    [InlineData("http://deploy.example.com:7878/", "http://10.0.0.7:4318", "http://10.0.0.7:4318")]
    public void The_address_is_as_it_is_seen_from_the_node(string server, string told, string? seen) =>
        Assert.Equal(seen, TelemetryEndpoint.From(new(server), new(told, "grpc"))?.Endpoint);

    private static Dictionary<string, string> Environment(Dictionary<string, string> own, TelemetryAt? at)
    {
        var run = new RunSpec("./run") { Variables = System.Collections.Immutable.ImmutableSortedDictionary
            .CreateRange(own) };
        return RunEnvironment.OfInstance(
            new("shop-production-7-1", "shop/production", "shop-7", "sha256:0", run), "/tmp", at);
    }
}
