using System.Net;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Headway.Node.Gateway;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Headway.Node.Tests.Gateway;

public sealed class ServingTests
{
    [Fact]
    public async Task A_header_reaches_either_side_and_is_not_counted()
    {
        await using var gateway = await RunningGateway.StartAsync();
        await using var old = await Backend.StartAsync("r1");
        await using var fresh = await Backend.StartAsync("r2");
        await gateway.PutAsync(gateway.Route("r1", "r2", 0), old.Endpoint(), fresh.Endpoint());
        using var client = new HttpClient();
        foreach (var (name, expected) in new[] { ("candidate", "r2"), ("stable", "r1"), ("r2", "r2"), ("r1", "r1") })
        {
            using var answer = await NamedAsync(client, gateway.Url, name);
            Assert.Equal(expected, await answer.Content.ReadAsStringAsync());
            Assert.Equal(expected, answer.Headers.GetValues("x-headway-release").Single());
        }
        using var unknown = await NamedAsync(client, gateway.Url, "r9");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, unknown.StatusCode);
        Assert.Contains("r9", await unknown.Content.ReadAsStringAsync());
        await RunningGateway.GetAsync(client, gateway.Url, "ann");
        Assert.Equal(1, (await gateway.EndAsync()).Sum(b => b.Stable.Requests));
        Assert.DoesNotContain(fresh.Seen, headers => headers.ContainsKey("x-headway-release"));
    }

    private static Task<HttpResponseMessage> NamedAsync(HttpClient client, Uri url, string name)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Add("x-headway-release", name);
        return client.SendAsync(request);
    }

    [Fact]
    public async Task Without_a_ready_candidate_stable_serves_and_it_is_reported()
    {
        await using var gateway = await RunningGateway.StartAsync();
        await using var old = await Backend.StartAsync("r1");
        await using var fresh = await Backend.StartAsync("r2");
        var seen = await gateway.PutAsync(gateway.Route("r1", "r2", 1), old.Endpoint(), fresh.Endpoint(ready: false));
        Assert.Contains(seen.Problems, problem => problem.Contains("r2") && problem.Contains("ready"));
        using var client = new HttpClient();
        Assert.Equal("r1", await RunningGateway.GetAsync(client, gateway.Url, "ann"));
        var batch = (await gateway.EndAsync())[0];
        Assert.Equal((0, 0), (batch.Stable.Clients, batch.Candidate!.Clients));
    }

    [Fact]
    public async Task Without_any_ready_instance_the_answer_is_503_with_retry_after_and_counts()
    {
        await using var gateway = await RunningGateway.StartAsync();
        await gateway.PutAsync(gateway.Route("r1", null, 0));
        using var client = new HttpClient();
        using var answer = await client.GetAsync(gateway.Url);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), answer.Headers.RetryAfter!.Delta);
        var batch = (await gateway.EndAsync())[0].Stable;
        Assert.Equal((1, 1, "none"), (batch.Failures, batch.ClientFailures, batch.Instances.Single().Instance));
    }

    [Fact]
    public async Task A_dead_instance_costs_no_user_anything_and_is_left_out()
    {
        await using var gateway = await RunningGateway.StartAsync();
        await using var old = await Backend.StartAsync("r1");
        var dead = old.Endpoint(id: "dead") with { Address = "127.0.0.1:1" };
        await gateway.PutAsync(gateway.Route("r1", null, 0), old.Endpoint(id: "alive"), dead);
        using var client = new HttpClient();
        for (var i = 0; i < 60; i++)
        {
            using var answer = await client.PostAsync(gateway.Url, new StringContent("order"));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
        await Until.TrueAsync(async () => (await gateway.SeenAsync()).Endpoints.Single(e => e.Instance == "dead").Ejected);
        Assert.False((await gateway.SeenAsync()).Endpoints.Single(e => e.Instance == "alive").Ejected);
        var batches = await gateway.EndAsync();
        Assert.Equal((60, 0), (batches.Sum(b => b.Stable.Requests), batches.Sum(b => b.Stable.Failures)));
    }

    [Fact]
    public async Task Traces_are_continued_and_what_strangers_claim_is_replaced()
    {
        await using var gateway = await RunningGateway.StartAsync();
        await using var old = await Backend.StartAsync("r1");
        await gateway.PutAsync(gateway.Route("r1", null, 0), old.Endpoint());
        using var client = new HttpClient();
        using (await client.GetAsync(gateway.Url)) { }
        using var request = new HttpRequestMessage(HttpMethod.Get, gateway.Url);
        const string parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        request.Headers.Add("traceparent", parent);
        request.Headers.Add("x-request-id", "mine");
        request.Headers.Add("x-forwarded-for", "6.6.6.6");
        request.Headers.Host = "shop.example";
        using (await client.SendAsync(request)) { }
        var (first, second) = (old.Seen.First(), old.Seen.Last());
        Assert.Matches("^00-[0-9a-f]{32}-[0-9a-f]{16}-01$", first["traceparent"].ToString());
        Assert.Matches("^[0-9a-f]{32}$", first["x-request-id"].ToString());
        Assert.Equal((parent, "mine"), (second["traceparent"].ToString(), second["x-request-id"].ToString()));
        Assert.Equal("127.0.0.1", second["x-forwarded-for"].ToString());
        Assert.Equal(("shop.example", "shop.example"), (second["x-forwarded-host"].ToString(), second.Host.ToString()));
    }

    [Fact]
    public async Task A_web_socket_is_carried_both_ways_and_counts_as_a_success()
    {
        await using var gateway = await RunningGateway.StartAsync();
        await using var old = await Backend.StartAsync("r1");
        old.Act = Sockets.EchoAsync;
        await gateway.PutAsync(gateway.Route("r1", null, 0) with { Delay = TimeSpan.FromSeconds(2) }, old.Endpoint());
        using var socket = await Sockets.OpenAsync(gateway.Port);
        Assert.Equal("hello", await Sockets.EchoAsync(socket, "hello"));
        Assert.Equal(1, (await gateway.SeenAsync()).Endpoints[0].OpenConnections);
        var batch = (await gateway.EvidenceAsync(all => all.Count > 0))[0].Stable;
        Assert.Equal((1, 0, 0), (batch.Requests, batch.Failures, batch.Unfinished));
        Assert.Equal("again", await Sockets.EchoAsync(socket, "again"));
    }

    [Fact]
    public async Task Http2_and_http1_share_a_port_and_large_bodies_pass_both_ways()
    {
        await using var gateway = await RunningGateway.StartAsync();
        await using var old = await Backend.StartAsync("r1");
        old.Act = async http => await http.Request.Body.CopyToAsync(http.Response.Body);
        await gateway.PutAsync(gateway.Route("r1", null, 0), old.Endpoint());
        var body = new byte[3 << 20];
        new Random(1).NextBytes(body);
        foreach (var version in new[] { HttpVersion.Version11, HttpVersion.Version20 })
        {
            using var client = new HttpClient();
            using var request = new HttpRequestMessage(HttpMethod.Post, gateway.Url)
            {
                Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = new ByteArrayContent(body),
            };
            using var answer = await client.SendAsync(request);
            Assert.Equal(version, answer.Version);
            Assert.Equal(body, await answer.Content.ReadAsByteArrayAsync());
        }
    }

    [Fact]
    public async Task The_access_log_names_the_release_of_each_request()
    {
        await using var gateway = await RunningGateway.StartAsync(o => o with { AccessLogBytes = 64 << 10 });
        await using var old = await Backend.StartAsync("r1");
        await gateway.PutAsync(gateway.Route("r1", null, 0), old.Endpoint());
        using var client = new HttpClient();
        await RunningGateway.GetAsync(client, gateway.Url, "ann", "/cart?secret=1");
        var log = Path.Combine(gateway.Folder, "access", "access.jsonl");
        await Until.TrueAsync(() => Task.FromResult(File.Exists(log) && new FileInfo(log).Length > 0));
        var line = JsonDocument.Parse(File.ReadLines(log).First()).RootElement;
        Assert.Equal("r1", line.GetProperty("headway.release.id").GetString());
        Assert.Equal("/cart", line.GetProperty("path").GetString());
        Assert.Equal(200, line.GetProperty("status").GetInt32());
        Assert.Equal(55, line.GetProperty("traceparent").GetString()!.Length);
    }
}
