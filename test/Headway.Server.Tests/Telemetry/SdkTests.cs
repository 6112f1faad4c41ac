using System.Diagnostics;
using System.Diagnostics.Metrics;
using Headway.Server.Telemetry.Series;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Xunit;

namespace Headway.Server.Tests.Telemetry;

/// <summary>OpenTelemetry's own SDKs send, without anything of ours in them.</summary>
public sealed class SdkTests
{
    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task What_the_dotnet_sdk_exports_can_be_asked_by_release(string protocol)
    {
        await using var server = await OtlpServer.StartAsync();
        var release = $"shop-8-{protocol[..4]}";
        using var meter = new Meter($"shop.{Guid.NewGuid()}");
        using var activities = new ActivitySource($"shop.{Guid.NewGuid()}");
        void Send(OtlpExporterOptions to, string path)
        {
            to.Protocol = protocol == "grpc" ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
            to.Endpoint = new(protocol == "grpc" ? server.GrpcAddress : $"{server.HttpAddress}/v1/{path}");
        }
        var resource = ResourceBuilder.CreateEmpty().AddService("shop", serviceInstanceId: "shop-1")
            .AddAttributes([new("headway.release.id", release), new("deployment.environment.name", "production")]);
        string trace;
        using (var metrics = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(meter.Name)
            .AddOtlpExporter(to => Send(to, "metrics")).Build())
        using (var traces = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(activities.Name)
            .AddOtlpExporter(to => Send(to, "traces")).Build())
        using (var logs = LoggerFactory.Create(logging => logging.AddOpenTelemetry(open => open
            .SetResourceBuilder(resource).AddOtlpExporter(to => Send(to, "logs")))))
        {
            meter.CreateCounter<int>("orders", "{order}").Add(5, new KeyValuePair<string, object?>("http.route",
                "/orders"));
            meter.CreateHistogram<double>("http.server.request.duration", "s").Record(0.03);
            using (var activity = activities.StartActivity("GET /orders", ActivityKind.Server)!)
            {
                trace = activity.TraceId.ToString();
                activity.SetStatus(ActivityStatusCode.Error, "no stock");
                logs.CreateLogger("Shop.Orders").LogError("Order {Number} failed", 4711);
            }
            Assert.True(metrics.ForceFlush(10_000) && traces.ForceFlush(10_000));
        }

        var orders = Assert.Single(server.Queries.Select([
            new("__name__", MatchKind.Equal, "orders_total"), new("headway_release_id", MatchKind.Equal, release),
        ], 0, long.MaxValue));
        Assert.Equal(5, orders.Values.Span[^1]);
        Assert.Equal("/orders", orders.Labels["http_route"]);
        Assert.Equal(("shop", "shop", "shop-1", "production"), (orders.Labels["service_name"], orders.Labels["job"],
            orders.Labels["instance"], orders.Labels["deployment_environment_name"]));
        Assert.Contains(server.All("http_server_request_duration_seconds_bucket"),
            series => series.Labels["le"] == "5" && series.Values.Span[^1] == 1);

        var view = (await server.AskAsync($"/traces?release={release}&errors=true"))[0];
        Assert.Equal(trace, view.GetProperty("traceId").GetString());
        Assert.Equal("no stock", view.GetProperty("spans")[0].GetProperty("says").GetString());
        var log = (await server.AskAsync($"/logs?release={release}&trace={trace}&severity=error"))[0];
        Assert.Equal("Shop.Orders", log.GetProperty("scope").GetString());
        Assert.Contains("Order", log.GetProperty("text").GetString());
        Assert.True(server.Presence.HasArrived("shop", release, null, DateTimeOffset.UtcNow.AddMinutes(-1)));
        Assert.False(server.Presence.HasArrived("shop", "shop-9", null, DateTimeOffset.UnixEpoch));
    }

    [Fact]
    public async Task What_the_javascript_sdk_exports_can_be_asked_by_release()
    {
        await using var server = await OtlpServer.StartAsync();
        using var npm = await NpmSender.InstallAsync();
        await npm.SendAsync(server.HttpAddress, server.GrpcAddress,
            "service.name=cart,headway.release.id=cart-3-fff,service.instance.id=cart-1");

        var orders = Assert.Single(server.All("orders_total"));
        Assert.Equal((3, "cart-3-fff", "/orders/{id}"),
            ((int)orders.Values.Span[^1], orders.Labels["headway_release_id"], orders.Labels["http_route"]));
        Assert.Equal(["0", "1", "1"], server.All("took_milliseconds_bucket").OrderBy(series
            => series.Labels["le"].Length)
            .Select(series => series.Show()));
        var trace = Assert.Single((await server.AskAsync("/traces?release=cart-3-fff")).EnumerateArray());
        Assert.Equal(2, trace.GetProperty("spans").GetArrayLength());
        Assert.Equal(1, trace.GetProperty("errors").GetInt32());
        var red = server.Queries.Red("cart", "cart-3-fff");
        Assert.Equal(["/checkout 1 0", "bank.example 1 1"],
            red.OrderBy(count => count.Name).Select(count => $"{count.Name} {count.Requests} {count.Errors}"));
        var log = Assert.Single((await server.AskAsync("/logs?service=cart&text=DECLINED")).EnumerateArray());
        Assert.Equal("order 4711 was declined", log.GetProperty("text").GetString());
        Assert.Equal("order * was declined", Assert.Single(server.Queries.Templates("cart", null, false)).Template);
    }
}
