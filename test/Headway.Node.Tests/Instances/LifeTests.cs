using Headway.Node.Tests.Programs;
using Xunit;

namespace Headway.Node.Tests.Instances;

/// <summary>The life of an instance, with real processes.</summary>
public sealed class LifeTests
{
    [Fact]
    public async Task An_instance_becomes_ready_serves_and_is_stopped()
    {
        await using var node = await TestNode.StartAsync();
        node.Server.Want(desired => desired with { Telemetry = new("http://127.0.0.1:4318", "http/protobuf") });
        node.Place("shop-1-aaaaaaa", node.WebArtifact(), TestNode.Web(("GREETING", "hello")), 1, fence: 7);
        var seen = await node.ReadyAsync("shop-1-aaaaaaa");
        var instance = Assert.Single(seen.Instances);
        Assert.Equal("shop-production-1-aaaaaaa-1", instance.Id);
        Assert.Equal(7, seen.Fence.Version);

        using var http = new HttpClient();
        var variables = await http.GetStringAsync($"http://127.0.0.1:{instance.Port}/environment");
        Assert.Contains("GREETING=hello", variables);
        Assert.Contains("HEADWAY_RELEASE_ID=shop-1-aaaaaaa", variables);
        Assert.Contains("HEADWAY_SERVICE=shop", variables);
        Assert.Contains("HEADWAY_ENVIRONMENT=production", variables);
        Assert.Contains($"ASPNETCORE_URLS=http://127.0.0.1:{instance.Port}", variables);
        Assert.Contains("headway.release.id=shop-1-aaaaaaa", variables);
        Assert.Contains("OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318", variables);
        Assert.DoesNotContain("DOTNET_CLI_TELEMETRY_OPTOUT", variables);

        node.Place("shop-1-aaaaaaa", seen.Release, TestNode.Web(), 0, fence: 8);
        await node.SeenAsync("shop-1-aaaaaaa", workload => workload.Instances.IsEmpty && workload.Fence.Version == 8);
        Assert.False(File.Exists($"/proc/{instance.Pid}/stat"));
    }
}
