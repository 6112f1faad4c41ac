using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Headway.Benchmarks.Server;
using Headway.Core;
using Headway.Core.Evidence;
using Headway.Core.Nodes;
using Headway.Server.Host;

namespace Headway.Benchmarks.Rollouts;

/// <summary>A node that reports that everything is as wanted, and a batch of evidence of every lane and second.</summary>
internal sealed class SimulatedNode : IAsyncDisposable
{
    private const int BatchesAtOnce = 100;
    private readonly HttpClient _http;
    private readonly CancellationTokenSource _ended = new();
    private readonly Random _random = new(1);
    private readonly string _boot = Guid.NewGuid().ToString("N");
    private long _sequence;
    private Task _running = Task.CompletedTask;

    private SimulatedNode(HttpClient http) => _http = http;

    /// <summary>Seconds that it could not report in time, because the server or this process was slow.</summary>
    public int Late { get; private set; }

    public int Batches => (int)_sequence;

    public static async Task<SimulatedNode> StartAsync(ServerAddress server, CancellationToken stop)
    {
        using var admin = Installation.Client(server);
        var secret = await Installation.NodeTokenAsync(admin, Seed.Node, stop);
        var node = new SimulatedNode(new()
        {
            BaseAddress = new($"{server.Address.TrimEnd('/')}/node/v1/{Seed.Node}/"),
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", secret) },
        });
        node._running = node.RunAsync(node._ended.Token);
        return node;
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        try
        {
            await _running;
        }
        catch (OperationCanceledException)
        {
            // Told to.
        }
        _http.Dispose();
        _ended.Dispose();
    }

    private async Task RunAsync(CancellationToken stop)
    {
        var desired = DesiredState.Empty(Seed.Node);
        var report = Array.Empty<byte>();
        var due = DateTimeOffset.UtcNow;
        while (true)
        {
            if (await NewerAsync(desired, stop) is { } newer)
                (desired, report) = (newer, JsonSerializer.SerializeToUtf8Bytes(Report(newer), Wire.Json));
            await SendAsync("report", new ByteArrayContent(report), stop);
            foreach (var routes in desired.Routes.Chunk(BatchesAtOnce))
                await SendAsync("evidence", new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(
                    routes.Select(Evidence).ToArray(), Wire.Json)), stop);
            due = due.AddSeconds(1);
            var left = due - DateTimeOffset.UtcNow;
            if (left > TimeSpan.Zero) await Task.Delay(left, stop);
            else
            {
                Late++;
                due = DateTimeOffset.UtcNow;
            }
        }
    }

    private async Task<DesiredState?> NewerAsync(DesiredState known, CancellationToken stop)
    {
        using var answer = await _http.GetAsync($"desired?epoch={known.Epoch}&after={known.Version}", stop);
        answer.EnsureSuccessStatusCode();
        return answer.StatusCode == System.Net.HttpStatusCode.NoContent ? null
            : await answer.Content.ReadFromJsonAsync<DesiredState>(Wire.Json, stop);
    }

    private async Task SendAsync(string what, ByteArrayContent body, CancellationToken stop)
    {
        body.Headers.ContentType = new("application/json");
        using var answer = await _http.PostAsync(what, body, stop);
        answer.EnsureSuccessStatusCode();
    }

    private NodeReport Report(DesiredState desired)
    {
        var at = DateTimeOffset.UtcNow;
        return new(desired.Node, _boot, at, desired.Epoch, desired.Version,
            [.. desired.Workloads.Select(w => new WorkloadSeen(w.Lane, w.Release, w.Fence,
                [.. Enumerable.Range(0, w.Instances).Select(i => new InstanceSeen(
                    $"{w.Release}-{i}", 1, 1, "ready", at, 0, 0.01, 20_000_000, 1, null))], null))],
            [.. desired.Routes.Select(r => new RouteSeen(
                r.Lane, r.Version, r.Fence, r.Stable, r.Candidate, r.To, null))],
            [], []);
    }

    private EvidenceBatch Evidence(RouteWanted route)
    {
        var second = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 2);
        return new(Seed.Node, _boot, ++_sequence, route.Lane, route.Version, second,
            Side(route.Stable!, 95), route.Candidate is { } candidate ? Side(candidate, 5) : null);
    }

    /// <summary>One request of a thousand fails, on either side.</summary>
    private SideCounts Side(string release, int requests)
    {
        var failures = Enumerable.Range(0, requests).Count(_ => _random.Next(1000) == 0);
        ImmutableArray<int> buckets = [90, 92, 94, 96, 98, 100, 110];
        var counts = buckets.Select((_, i) => i == 0 ? requests - (requests / 8 * 6) : Math.Max(1, requests / 8));
        return new(release, requests, failures, 0, 0, requests, failures, 0, 0, new(buckets, [.. counts]), 0,
            [new($"{release}-0", requests, failures)], [new("/item/*", requests, failures)])
        {
            SpellClients = requests, RefusalClients = requests,
        };
    }
}
