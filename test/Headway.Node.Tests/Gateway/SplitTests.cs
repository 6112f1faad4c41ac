using Headway.Core.Targets;
using Xunit;

namespace Headway.Node.Tests.Gateway;

public sealed class SplitTests
{
    [Fact]
    public async Task Clients_are_split_by_share_stay_on_their_side_and_only_join_as_it_rises()
    {
        await using var gateway = await RunningGateway.StartAsync();
        await using var old = await Backend.StartAsync("r1");
        await using var fresh = await Backend.StartAsync("r2");
        using var client = new HttpClient();
        HashSet<string>? before = null;
        foreach (var (share, route) in new[] { (0.0, 1), (0.05, 2), (0.25, 3), (0.5, 4), (1.0, 5) })
        {
            await gateway.PutAsync(gateway.Route("r1", "r2", share) with { Version = route }, old.Endpoint(), fresh.Endpoint());
            var now = new HashSet<string>();
            for (var user = 0; user < 1000; user++)
            {
                var first = await RunningGateway.GetAsync(client, gateway.Url, $"user-{user}");
                if (first == "r2") now.Add($"user-{user}");
                if (user % 50 == 0) Assert.Equal(first, await RunningGateway.GetAsync(client, gateway.Url, $"user-{user}"));
            }
            // 5 standard deviations of a binomial count.
            Assert.InRange(now.Count, 1000 * share - 5 * Math.Sqrt(1000 * share * (1 - share)),
                1000 * share + 5 * Math.Sqrt(1000 * share * (1 - share)));
            if (before is not null) Assert.Subset(now, before);
            before = now;
        }
    }

    [Fact]
    public async Task A_client_is_known_by_cookie_credential_or_address_and_agent_when_there_is_no_user_header()
    {
        await using var gateway = await RunningGateway.StartAsync(o => o with { UserCookie = "sid", TrustForwarded = true });
        await using var old = await Backend.StartAsync("r1");
        await using var fresh = await Backend.StartAsync("r2");
        await gateway.PutAsync(gateway.Route("r1", "r2", 0.5), old.Endpoint(), fresh.Endpoint());
        using var client = new HttpClient();
        foreach (var (header, format) in new[]
        {
            ("Cookie", "other=1; sid=s{0}"), ("Authorization", "Bearer token-{0}"), ("X-Api-Key", "key-{0}"),
            ("User-Agent", "agent/{0}"), ("X-Forwarded-For", "10.0.0.1, 10.1.2.{0}"),
        })
        {
            var sides = new List<string>();
            for (var i = 0; i < 60; i++)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, gateway.Url);
                request.Headers.TryAddWithoutValidation(header, string.Format(format, i / 2));
                using var answer = await client.SendAsync(request);
                sides.Add(await answer.Content.ReadAsStringAsync());
            }
            Assert.All(sides.Chunk(2), pair => Assert.Equal(pair[0], pair[1]));
            Assert.Equal(2, sides.Distinct().Count());
        }
    }

    [Fact]
    public async Task Requests_may_be_drawn_one_by_one_instead_of_clients()
    {
        await using var gateway = await RunningGateway.StartAsync();
        await using var old = await Backend.StartAsync("r1");
        await using var fresh = await Backend.StartAsync("r2");
        var route = gateway.Route("r1", "r2", 0.3) with { To = new Exposure.Fraction(0.3, ExposureUnit.Request) };
        await gateway.PutAsync(route, old.Endpoint(), fresh.Endpoint());
        using var client = new HttpClient();
        for (var i = 0; i < 500; i++) await RunningGateway.GetAsync(client, gateway.Url, "ann");
        // 5 standard deviations of a binomial count.
        Assert.InRange(fresh.Served, 150 - 52, 150 + 52);
        var batches = await gateway.EndAsync();
        Assert.Equal((old.Served, fresh.Served), (batches.Sum(b => b.Stable.Clients), batches.Sum(b => b.Candidate!.Clients)));
    }

    [Fact]
    public async Task Evidence_of_both_sides_is_written_by_second_and_route_version()
    {
        await using var gateway = await RunningGateway.StartAsync();
        await using var old = await Backend.StartAsync("r1");
        await using var fresh = await Backend.StartAsync("r2");
        using var client = new HttpClient();
        fresh.Act = http => { http.Response.StatusCode = 500; return Task.CompletedTask; };
        await gateway.PutAsync(gateway.Route("r1", "r2", 0.5) with { Delay = TimeSpan.FromSeconds(2) }, old.Endpoint(), fresh.Endpoint());
        for (var user = 0; user < 200; user++) await RunningGateway.GetAsync(client, gateway.Url, $"user-{user}");
        var batches = await gateway.EvidenceAsync(all =>
            all.Sum(b => b.Stable.Requests + (b.Candidate?.Requests ?? 0)) == 200);
        Assert.Equal(old.Served, batches.Sum(b => b.Stable.Clients));
        Assert.Equal(fresh.Served, batches.Sum(b => b.Candidate!.ClientFailures));
        Assert.Equal(0, batches.Sum(b => b.Stable.Failures));
        Assert.Equal(Enumerable.Range(1, batches.Count).Select(i => (long)i), batches.Select(b => b.Sequence));
    }
}
