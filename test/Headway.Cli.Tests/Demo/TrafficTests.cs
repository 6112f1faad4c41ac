using System.Net;
using Headway.Cli.Demo;
using Xunit;

namespace Headway.Cli.Tests.Demo;

public sealed class TrafficTests
{
    [Fact]
    public async Task Failures_are_counted_for_the_release_that_answered_and_lost_requests_for_none()
    {
        using var server = new HttpListener();
        var address = Listen(server);
        var served = 0;
        var serving = Task.Run(async () =>
        {
            while (server.IsListening && await NextAsync(server) is { } context)
            {
                var bad = Interlocked.Increment(ref served) % 2 == 0;
                Assert.StartsWith("customer-", context.Request.Headers["x-user-id"]);
                context.Response.Headers["x-headway-release"] = bad ? "bad" : "good";
                context.Response.StatusCode = bad ? 500 : 200;
                context.Response.Close();
            }
        });

        await using (var traffic = new Traffic(new(RequestsPerSecond: 200, Customers: 20), address))
        {
            traffic.Begin();
            await Wait.UntilAsync(() => traffic.Of("good").Requests >= 20 && traffic.Of("bad").Requests >= 20);
            server.Stop();
            await Wait.UntilAsync(() => traffic.Of("-").Failures > 0);

            Assert.Equal(0, traffic.Of("good").Failures);
            Assert.Equal(traffic.Of("bad").Requests, traffic.Of("bad").Failures);
            Assert.NotNull(traffic.Of("bad").FirstFailure);
            Assert.Equal(traffic.Releases.Values.Sum(release => release.Requests), traffic.Requests);
        }
        await serving;
    }

    [Fact]
    public void Customers_are_as_many_as_asked_for_and_a_fifth_of_the_visits_are_orders()
    {
        var random = new Random(3);
        var visits = Enumerable.Range(0, 5000).Select(_ => Visit.Draw(random, 40)).ToList();

        Assert.Equal(40, visits.Select(visit => visit.Headers.GetValues("x-user-id").Single()).Distinct().Count());
        Assert.InRange(visits.Count(visit => visit.RequestUri!.OriginalString == "/checkout"), 900, 1100);
    }

    private static Uri Listen(HttpListener server)
    {
        var ports = DemoPorts.From(null);
        var address = $"http://127.0.0.1:{ports.Production}/";
        server.Prefixes.Add(address);
        server.Start();
        return new(address);
    }

    private static async Task<HttpListenerContext?> NextAsync(HttpListener server)
    {
        try
        {
            return await server.GetContextAsync();
        }
        catch (Exception ended) when (ended is HttpListenerException or ObjectDisposedException)
        {
            return null;
        }
    }
}
