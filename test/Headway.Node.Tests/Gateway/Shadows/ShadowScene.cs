using System.Globalization;
using Headway.Core.Evidence;
using Headway.Core.Evidence.Answers;
using Headway.Core.Nodes;
using Headway.Core.Targets;
using Headway.Node.Gateway.Counting;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Headway.Node.Tests.Gateway.Shadows;

/// <summary>A gateway between users, a stable release, and a candidate that gets copies.</summary>
internal sealed class ShadowScene : IAsyncDisposable
{
    private readonly List<SignalSample> samples = [];
    private readonly Dictionary<string, EvidenceTail<SignalSample>> tails = [];
    private long version;

    private ShadowScene(RunningGateway gateway, Backend stable, Backend candidate) =>
        (Gateway, Stable, Candidate) = (gateway, stable, candidate);

    public RunningGateway Gateway { get; }
    public Backend Stable { get; }
    public Backend Candidate { get; }
    public HttpClient Users { get; } = new() { Timeout = TimeSpan.FromSeconds(20) };

    public static async Task<ShadowScene> StartAsync(MirrorRules? rules = null, double share = 1)
    {
        var scene = new ShadowScene(
            await RunningGateway.StartAsync(), await Backend.StartAsync("r1"), await Backend.StartAsync("r2"));
        await scene.MirrorAsync(new Exposure.Mirror(share) { Rules = rules ?? MirrorRules.Default });
        return scene;
    }

    public Task<Headway.Node.Gateway.GatewaySeen> MirrorAsync(Exposure to) => Gateway.PutAsync(Route(to), Stable.Endpoint(), Candidate.Endpoint());

    public RouteWanted Route(Exposure to) =>
        Gateway.Route("r1", "r2", 0) with { To = to, Version = ++version, Delay = TimeSpan.FromSeconds(1) };

    public static Func<HttpContext, Task> Json(Func<HttpContext, string> body) => async http =>
    {
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(body(http));
    };

    /// <summary>An order whose time is another one in every answer.</summary>
    public static Func<HttpContext, Task> Order(double total) => Json(_ => string.Create(CultureInfo.InvariantCulture,
        $$"""{"total":{{total}},"at":"{{Guid.NewGuid()}}","buyer":{"email":"ann@example.org"} }"""));

    /// <summary>So many users' requests one after another; every one has the answer of stable.</summary>
    public async Task AskAsync(int times, string path = "/orders/17", HttpMethod? method = null, Func<HttpContent?>? body = null)
    {
        for (var i = 0; i < times; i++)
        {
            using var request = new HttpRequestMessage(method ?? HttpMethod.Get, new Uri(Gateway.Url, path)) { Content = body?.Invoke() };
            using var answer = await Users.SendAsync(request);
            Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}");
            Assert.Equal("r1", answer.Headers.GetValues("x-headway-release").Single());
        }
    }

    /// <summary>Counts of one signal, once they satisfy the condition.</summary>
    public async Task<Counted> SamplesAsync(string signal, Func<Counted, bool> enough)
    {
        var counted = Of(signal);
        await Until.TrueAsync(async () =>
        {
            foreach (var file in Directory.GetFiles(Path.Combine(Gateway.Folder, "shadows"), "*.jsonl"))
            {
                if (!tails.TryGetValue(file, out var tail)) tails.Add(file, tail = new(file, sample => sample.Sequence));
                samples.AddRange(await tail.ReadAsync(10_000, default));
            }
            return enough(counted = Of(signal));
        }, () => $"samples of {signal}, have {counted}");
        return counted;
    }

    private Counted Of(string signal)
    {
        var these = samples.Where(sample => sample.Signal == signal).ToList();
        return new(
            these.Sum(s => s.Stable?.Trials ?? 0), these.Sum(s => s.Stable?.Events ?? 0),
            these.Sum(s => s.Candidate?.Trials ?? 0), these.Sum(s => s.Candidate?.Events ?? 0),
            [.. these.SelectMany(s => s.Candidate?.Examples ?? []).Distinct()], these.LastOrDefault()?.Asked ?? "");
    }

    public async ValueTask DisposeAsync()
    {
        Users.Dispose();
        await Gateway.DisposeAsync();
        await Stable.DisposeAsync();
        await Candidate.DisposeAsync();
    }
}

internal sealed record Counted(
    double StableTrials, double StableEvents, double Trials, double Events, List<string> Examples, string Asked);
