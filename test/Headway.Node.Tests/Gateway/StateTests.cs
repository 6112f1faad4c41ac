using System.Net;
using Headway.Core.Nodes;
using Headway.Core.Targets;
using Headway.Node.Gateway;
using Xunit;

namespace Headway.Node.Tests.Gateway;

public sealed class StateTests
{
    [Fact]
    public async Task An_older_state_is_refused_and_an_older_fence_leaves_its_lane_as_it_was()
    {
        await using var gateway = await RunningGateway.StartAsync();
        await using var old = await Backend.StartAsync("r1");
        var first = gateway.State(gateway.Route("r1", null, 0) with { Fence = new(1, 5) }, old.Endpoint());
        await gateway.PutAsync(first);
        var stale = await Assert.ThrowsAsync<HttpRequestException>(() => gateway.PutAsync(first with { Version = 0 }));
        Assert.Equal(HttpStatusCode.Conflict, stale.StatusCode);
        Assert.Contains("older", stale.Message);

        var seen = await gateway.PutAsync(first with
        {
            Version = 2, Routes = [gateway.Route("r9", null, 0) with { Version = 2, Fence = new(1, 4) }],
        });
        Assert.Equal((2, "r1", new Fence(1, 5)), (seen.Version, seen.Routes[0].Stable, seen.Routes[0].Fence));
        Assert.Contains(seen.Problems, problem => problem.Contains("1.4"));
    }

    [Fact]
    public async Task Garbage_is_refused_and_the_gateway_goes_on()
    {
        await using var gateway = await RunningGateway.StartAsync();
        foreach (var garbage in new[] { "{", "null", "{}", """{"routes":[null]}""" })
        {
            using var answer = await gateway.Admin.PutAsync("/gateway/state", new StringContent(garbage, null, "application/json"));
            Assert.True((int)answer.StatusCode is 400, $"{garbage} gave {answer.StatusCode}");
        }
        Assert.Equal(0, (await gateway.SeenAsync()).Version);
    }

    [Fact]
    public async Task Two_lanes_on_one_port_are_reported()
    {
        await using var gateway = await RunningGateway.StartAsync();
        var route = gateway.Route("r1", null, 0);
        var seen = await gateway.PutAsync(gateway.State(route) with { Routes = [route, route with { Lane = "other/production" }] });
        Assert.Contains(seen.Problems, problem => problem.Contains($"port {gateway.Port}"));
    }

    [Fact]
    public async Task A_gateway_that_starts_alone_serves_by_what_it_has_on_disk()
    {
        await using var gateway = await RunningGateway.StartAsync();
        await using var old = await Backend.StartAsync("r1");
        var state = gateway.State(gateway.Route("r1", null, 0), old.Endpoint());
        await gateway.PutAsync(state);
        await gateway.StopAsync();
        await using var again = await gateway.SucceedAsync();
        using var client = new HttpClient();
        Assert.Equal("r1", await RunningGateway.GetAsync(client, again.Url, "ann"));
        Assert.Equal((1, 1), ((await again.SeenAsync()).Epoch, (await again.SeenAsync()).Version));
        await Assert.ThrowsAsync<HttpRequestException>(() => again.PutAsync(state with { Epoch = 0 }));
    }

    [Fact]
    public async Task A_damaged_file_is_put_aside_and_the_gateway_starts_empty()
    {
        await using var gateway = await RunningGateway.StartAsync();
        await gateway.StopAsync();
        var file = Path.Combine(gateway.Folder, "gateway-state.json");
        await File.WriteAllTextAsync(file, "{ torn");
        await using var again = await gateway.SucceedAsync();
        Assert.Equal(0, (await again.SeenAsync()).Version);
        Assert.True(File.Exists(file + ".damaged"));
    }

    [Fact]
    public async Task A_lease_that_ends_gives_all_users_to_stable_until_a_newer_route_comes()
    {
        await using var gateway = await RunningGateway.StartAsync();
        await using var old = await Backend.StartAsync("r1");
        await using var fresh = await Backend.StartAsync("r2");
        var route = gateway.Route("r1", "r2", 1) with { Lease = new(TimeSpan.FromMinutes(10), 1000) };
        var state = gateway.State(route, old.Endpoint(), fresh.Endpoint());
        await gateway.PutAsync(state);
        using var client = new HttpClient();
        Assert.Equal("r2", await RunningGateway.GetAsync(client, gateway.Url, "ann"));
        await gateway.PutAsync(state with { ServerHeardTicks = Environment.TickCount64 - 660_000 });
        await Until.TrueAsync(async () => (await gateway.SeenAsync()).Routes[0].Lowered is not null);
        var seen = (await gateway.SeenAsync()).Routes[0];
        Assert.Equal((LoweredBy.Lease, new Exposure.Fraction(0, ExposureUnit.Client)), (seen.Lowered!.By, seen.To));
        Assert.Equal("r1", await RunningGateway.GetAsync(client, gateway.Url, "ann"));
        await gateway.PutAsync(state);
        Assert.Equal("r1", await RunningGateway.GetAsync(client, gateway.Url, "ann"));
        await gateway.PutAsync(gateway.State(route with { Version = 2 }, old.Endpoint(), fresh.Endpoint()));
        Assert.Equal("r2", await RunningGateway.GetAsync(client, gateway.Url, "ann"));
    }

    [Fact]
    public async Task A_spent_budget_gives_all_users_to_stable_at_once()
    {
        await using var gateway = await RunningGateway.StartAsync();
        await using var old = await Backend.StartAsync("r1");
        await using var fresh = await Backend.StartAsync("r2");
        fresh.Act = http =>
        {
            http.Response.StatusCode = 500;
            return Task.CompletedTask;
        };
        var route = gateway.Route("r1", "r2", 1) with { Lease = new(TimeSpan.FromMinutes(10), 30) };
        await gateway.PutAsync(route, old.Endpoint(), fresh.Endpoint());
        using var client = new HttpClient();
        for (var i = 0; i < 100; i++) await RunningGateway.GetAsync(client, gateway.Url, $"user-{i}");
        Assert.Equal(31, fresh.Served);
        Assert.Equal(LoweredBy.Budget, (await gateway.SeenAsync()).Routes[0].Lowered!.By);
        var batches = await gateway.EndAsync();
        Assert.Equal(31, batches.Sum(b => b.Candidate?.ClientFailures ?? 0));
    }
}
