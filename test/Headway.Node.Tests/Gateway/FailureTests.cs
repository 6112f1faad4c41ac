using System.Net;
using Headway.Core.Evidence;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Xunit;

namespace Headway.Node.Tests.Gateway;

/// <summary>Each way in which a real answer can go wrong, and how it is counted.</summary>
public sealed class FailureTests
{
    private static async Task MisbehaveAsync(HttpContext http)
    {
        switch (http.Request.Path.Value!.Trim('/'))
        {
            case "reset":
                http.Abort();
                break;
            case "short":
                http.Response.ContentLength = 100;
                await http.Response.WriteAsync("ten bytes.");
                await http.Response.Body.FlushAsync();
                http.Abort();
                break;
            case "cut":
                await http.Response.WriteAsync("a chunk");
                await http.Response.Body.FlushAsync();
                http.Abort();
                break;
            case "hang":
                await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { });
                break;
            case "flow":
                await http.Response.WriteAsync("begun");
                await http.Response.Body.FlushAsync();
                await Task.Delay(6000, http.RequestAborted).ContinueWith(_ => { });
                break;
            case var status:
                http.Response.StatusCode = int.Parse(status);
                break;
        }
    }

    [Fact]
    public async Task Failures_refusals_and_aborts_are_told_apart()
    {
        await using var gateway = await RunningGateway.StartAsync();
        await using var old = await Backend.StartAsync("r1");
        old.Act = MisbehaveAsync;
        await gateway.PutAsync(gateway.Route("r1", null, 0) with { Delay = TimeSpan.FromSeconds(3) }, old.Endpoint());
        using var client = new HttpClient();
        using var leaving = new HttpClient { Timeout = TimeSpan.FromMilliseconds(300) };
        string[] failing = ["500", "503", "429", "408", "reset", "short", "cut", "hang"];
        string[] fine = ["200", "204", "304", "404", "403", "flow"];
        await Task.WhenAll(failing.Concat(fine).Select(path => TryAsync(client, gateway.Url, path)));
        await TryAsync(leaving, gateway.Url, "hang");

        var batches = await gateway.EvidenceAsync(all => all.Sum(b => b.Stable.Requests) == failing.Length + fine.Length + 1);
        var routes = batches.SelectMany(b => b.Stable.Routes).ToLookup(r => r.Route);
        // Numbers alone are identities, so the statuses share a route.
        Assert.Equal((9, 4), (routes["GET /{id}"].Sum(r => r.Requests), routes["GET /{id}"].Sum(r => r.Failures)));
        foreach (var path in new[] { "/reset", "/short", "/cut" })
            Assert.Equal((path, 1, 1), (path, routes[$"GET {path}"].Sum(r => r.Requests), routes[$"GET {path}"].Sum(r => r.Failures)));
        Assert.Equal((2, 1), (routes["GET /hang"].Sum(r => r.Requests), routes["GET /hang"].Sum(r => r.Failures)));
        Assert.Equal(0, routes["GET /flow"].Sum(r => r.Failures));
        Assert.Equal((2, 1), (batches.Sum(b => b.Stable.Refused), batches.Sum(b => b.Stable.Cancelled)));
        Assert.Equal(failing.Length, batches.Sum(b => b.Stable.ClientFailures));
        // 408, the hang, the one that left and the one that still flowed.
        Assert.Equal(4, batches.Sum(b => b.Stable.Unfinished));
    }

    private static async Task TryAsync(HttpClient client, Uri url, string path)
    {
        try
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(7));
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(url, path));
            request.Headers.Add("x-user-id", Guid.NewGuid().ToString());
            using var answer = await client.SendAsync(request, patience.Token);
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
        {
            // The test looks at what the gateway counted.
        }
    }

    [Fact]
    public async Task An_instance_that_goes_silent_costs_its_user_a_504()
    {
        await using var gateway = await RunningGateway.StartAsync(o => o with { ActivityTimeout = TimeSpan.FromMilliseconds(300) });
        await using var old = await Backend.StartAsync("r1");
        old.Act = MisbehaveAsync;
        await gateway.PutAsync(gateway.Route("r1", null, 0), old.Endpoint());
        using var client = new HttpClient();
        using var answer = await client.GetAsync(new Uri(gateway.Url, "/hang"));
        Assert.Equal(HttpStatusCode.GatewayTimeout, answer.StatusCode);
        var batch = (await gateway.EndAsync())[0].Stable;
        Assert.Equal((1, 1, 1), (batch.Failures, batch.ClientFailures, batch.Unfinished));
    }

    [Theory]
    [InlineData("trailer", "13", 1, 0)]
    [InlineData("header", "14", 1, 0)]
    [InlineData("trailer", "5", 0, 1)]
    [InlineData("trailer", "0", 0, 0)]
    public async Task A_grpc_status_counts_wherever_it_stands(string place, string status, int failures, int refused)
    {
        await using var gateway = await RunningGateway.StartAsync();
        await using var old = await Backend.StartAsync("r1", HttpProtocols.Http2);
        old.Act = async http =>
        {
            Assert.Equal("HTTP/2", http.Request.Protocol);
            http.Response.ContentType = "application/grpc";
            if (place == "header") http.Response.Headers["grpc-status"] = status;
            else
            {
                await http.Response.Body.WriteAsync(new byte[5]);
                http.Response.AppendTrailer("grpc-status", status);
            }
        };
        await gateway.PutAsync(gateway.Route("r1", null, 0), old.Endpoint());
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, gateway.Url)
        {
            Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent([0, 0, 0, 0, 0]),
        };
        request.Content.Headers.ContentType = new("application/grpc");
        request.Headers.Add("x-user-id", "ann");
        using var answer = await client.SendAsync(request);
        await answer.Content.ReadAsByteArrayAsync();
        Assert.Equal(HttpVersion.Version20, answer.Version);
        if (place == "trailer") Assert.Equal(status, answer.TrailingHeaders.GetValues("grpc-status").Single());
        // The trailers are here a moment before the gateway has counted them, so its end must not cut the second short.
        var batch = (await gateway.EvidenceAsync(all => all.Any(each => each.Stable.Requests > 0)))
            .First(each => each.Stable.Requests > 0).Stable;
        Assert.Equal((1, failures, refused), (batch.Requests, batch.Failures, batch.Refused));
    }

    [Fact]
    public async Task An_answer_counts_as_it_says_although_the_rest_of_the_request_never_came()
    {
        await using var gateway = await RunningGateway.StartAsync();
        await using var old = await Backend.StartAsync("r1", HttpProtocols.Http2);
        old.Act = async http =>
        {
            http.Response.ContentType = "application/grpc";
            await http.Response.Body.WriteAsync(new byte[5]);
            http.Response.AppendTrailer("grpc-status", "13");
        };
        await gateway.PutAsync(gateway.Route("r1", null, 0), old.Endpoint());
        using var client = new HttpClient();
        using var content = new BrokenOffContent();
        using var request = new HttpRequestMessage(HttpMethod.Post, gateway.Url)
        {
            Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = content,
        };
        content.Headers.ContentType = new("application/grpc");
        request.Headers.Add("x-user-id", "ann");
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await answer.Content.ReadAsByteArrayAsync();
        Assert.Equal("13", answer.TrailingHeaders.GetValues("grpc-status").Single());
        content.BreakOff();
        var batch = (await gateway.EvidenceAsync(all => all.Any(each => each.Stable.Requests > 0)))
            .First(each => each.Stable.Requests > 0).Stable;
        Assert.Equal((1, 1, 0), (batch.Requests, batch.Failures, batch.Refused));
    }

    /// <summary>A body that begins, and is given up when the test says so.</summary>
    private sealed class BrokenOffContent : HttpContent
    {
        private readonly TaskCompletionSource brokenOff = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void BreakOff() => brokenOff.TrySetException(new IOException("The sender gave up."));

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(new byte[5]);
            await stream.FlushAsync();
            await brokenOff.Task;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
