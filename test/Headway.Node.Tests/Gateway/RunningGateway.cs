using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using Headway.Core;
using Headway.Core.Evidence;
using Headway.Core.Nodes;
using Headway.Core.Targets;
using Headway.Node.Gateway;
using Headway.Node.Gateway.Counting;
using Headway.Node.Gateway.Handover;
using Microsoft.Extensions.Logging.Abstractions;

namespace Headway.Node.Tests.Gateway;

/// <summary>A gateway with its sockets, run in this process as the program runs it.</summary>
public sealed class RunningGateway : IAsyncDisposable
{
    public const string Lane = "shop/production";
    private readonly string folder;
    private readonly ListeningSockets sockets;
    private readonly bool ownsSockets;
    private readonly CancellationTokenSource stop = new();
    private readonly HttpClient admin;
    private Task<int> running = Task.FromResult(0);
    private long version;

    private RunningGateway(string folder, ListeningSockets sockets, bool ownsSockets, GatewayOptions options)
    {
        (this.folder, this.sockets, this.ownsSockets, Options) = (folder, sockets, ownsSockets, options);
        admin = new(new SocketsHttpHandler
        {
            ConnectCallback = async (_, token) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(options.AdminSocket), token);
                return new NetworkStream(socket, ownsSocket: true);
            },
        }) { BaseAddress = new("http://gateway") };
    }

    public GatewayOptions Options { get; }
    public ListeningSockets Sockets => sockets;
    public int Port => sockets.Ports.First();
    public Uri Url => new($"http://127.0.0.1:{Port}");
    public HttpClient Admin => admin;
    public string Folder => folder;
    public Task<int> Ended => running;

    public static async Task<RunningGateway> StartAsync(Func<GatewayOptions, GatewayOptions>? with = null)
    {
        var folder = Directory.CreateTempSubdirectory("headway-gw").FullName;
        return await StartAsync(folder, ListeningSockets.Bind(IPAddress.Loopback, [0]), ownsSockets: true, with);
    }

    /// <summary>A successor on the same data and sockets.</summary>
    public Task<RunningGateway> SucceedAsync(Func<GatewayOptions, GatewayOptions>? with = null) =>
        StartAsync(folder, sockets, ownsSockets: false, with);

    private static async Task<RunningGateway> StartAsync(
        string folder, ListeningSockets sockets, bool ownsSockets, Func<GatewayOptions, GatewayOptions>? with)
    {
        var name = Guid.NewGuid().ToString("n")[..6];
        var options = new GatewayOptions(
            "n1", folder, Path.Combine(folder, name + ".admin"), Path.Combine(folder, name + ".handover"))
        {
            DrainWait = TimeSpan.FromMilliseconds(100), DrainLimit = TimeSpan.FromSeconds(10),
        };
        var gateway = new RunningGateway(folder, sockets, ownsSockets, with?.Invoke(options) ?? options);
        gateway.running = GatewayProgram.RunAsync(
            gateway.Options, TimeProvider.System, NullLoggerFactory.Instance, gateway.stop.Token);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        var sending = sockets.SendAsync(gateway.Options.HandoverSocket!, patience.Token);
        await await Task.WhenAny(sending, gateway.running);
        return gateway;
    }

    public RouteWanted Route(string? stable, string? candidate, double share) => new(
        Lane, Port, 1, new(1, 1), stable, candidate, new Exposure.Fraction(share, ExposureUnit.Client), "salt-1",
        TimeSpan.FromSeconds(5), new Lease(TimeSpan.FromMinutes(5), 1000));

    public GatewayState State(RouteWanted route, params InstanceEndpoint[] endpoints) =>
        new(1, ++version, Environment.TickCount64, HostBoot.Id, [route], [.. endpoints]);

    public async Task<GatewaySeen> PutAsync(GatewayState state)
    {
        var answer = await admin.PutAsJsonAsync("/gateway/state", state, Wire.Json);
        if (!answer.IsSuccessStatusCode) throw new HttpRequestException(await answer.Content.ReadAsStringAsync(), null, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<GatewaySeen>(Wire.Json))!;
    }

    public Task<GatewaySeen> PutAsync(RouteWanted route, params InstanceEndpoint[] endpoints) =>
        PutAsync(State(route, endpoints));

    public async Task<GatewaySeen> SeenAsync() =>
        (await admin.GetFromJsonAsync<GatewaySeen>("/gateway/seen", Wire.Json))!;

    /// <summary>A request of one user; a new connection each time unless the client is given.</summary>
    public static async Task<string> GetAsync(HttpClient client, Uri url, string user, string path = "/")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(url, path));
        request.Headers.Add("x-user-id", user);
        using var answer = await client.SendAsync(request);
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>All evidence after an orderly end, which closes what is open without waiting for its delay.</summary>
    public async Task<List<EvidenceBatch>> EndAsync()
    {
        await StopAsync();
        return await EvidenceAsync(_ => true);
    }

    /// <summary>All evidence written so far, once it satisfies the condition.</summary>
    public async Task<List<EvidenceBatch>> EvidenceAsync(Func<List<EvidenceBatch>, bool> enough)
    {
        var tails = new Dictionary<string, EvidenceTail<EvidenceBatch>>();
        var batches = new List<EvidenceBatch>();
        await Until.TrueAsync(async () =>
        {
            foreach (var file in Directory.GetFiles(Path.Combine(folder, "evidence"), "*.jsonl"))
            {
                if (!tails.TryGetValue(file, out var tail)) tails.Add(file, tail = new(file, batch => batch.Sequence));
                batches.AddRange(await tail.ReadAsync(10_000, default));
            }
            return enough(batches);
        }, () => $"evidence, have {batches.Count} batches");
        return batches;
    }

    public async Task StopAsync()
    {
        await stop.CancelAsync();
        await running;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        admin.Dispose();
        stop.Dispose();
        if (!ownsSockets) return;
        sockets.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}

public static class Until
{
    public static async Task TrueAsync(Func<Task<bool>> condition, Func<string>? what = null)
    {
        var limit = Environment.TickCount64 + 30_000;
        while (!await condition())
        {
            if (Environment.TickCount64 > limit) throw new TimeoutException("Waited 30 s for " + (what?.Invoke() ?? "it") + ".");
            await Task.Delay(20);
        }
    }
}
