using System.Collections.Immutable;
using System.Diagnostics;
using System.Formats.Tar;
using System.Text;
using System.Text.Json;
using Headway.Core;
using Headway.Core.Nodes;
using Headway.Core.Services;
using Headway.Core.Targets;
using Headway.Node.Control;
using Headway.Node.Gateway;
using Xunit;

namespace Headway.Node.Tests.Programs;

/// <summary>A server, a data folder, and a node that runs inside the test or in a process of its own.</summary>
public sealed class TestNode : IAsyncDisposable
{
    public const string Lane = "shop/production";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private CancellationTokenSource _stop = new();
    private Task _inside = Task.CompletedTask;

    private TestNode(TestServer server, string? data = null)
    {
        Server = server;
        Data = data is null ? Directory.CreateTempSubdirectory("headway-node-").FullName : Path.Combine(data, "node");
        Directory.CreateDirectory(Data);
        File.SetUnixFileMode(Data, (UnixFileMode)0b111_101_101);
    }

    public TestServer Server { get; set; }
    public string Data { get; }
    public Process? Outside { get; private set; }

    public ControlOptions Options => new()
    {
        Server = Server.Address, Token = "secret", Node = "n1", Data = Data,
        Logs = Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance,
    };

    public static async Task<TestNode> StartAsync(
        Func<ControlOptions, ControlOptions>? change = null, string? data = null)
    {
        var node = new TestNode(await TestServer.StartAsync(), data);
        node.Run(change);
        return node;
    }

    public void Run(Func<ControlOptions, ControlOptions>? change = null)
    {
        _stop = new();
        var options = change is null ? Options : change(Options);
        _inside = Task.Run(() => ControlProgram.RunAsync(options, _stop.Token));
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _inside.WaitAsync(Patience);
    }

    /// <summary>A node in a process of its own, which can be killed.</summary>
    public static async Task<TestNode> StartOutsideAsync()
    {
        var node = new TestNode(await TestServer.StartAsync());
        node.RunOutside();
        return node;
    }

    public void RunOutside() => Outside = Process.Start(new ProcessStartInfo(Environment.ProcessPath!,
        [.. OwnArguments, "test-node", JsonSerializer.Serialize(new NodeChoice(Server.Address, Data), Wire.Json)])
        { RedirectStandardOutput = true, RedirectStandardError = true });

    public static ImmutableArray<string> OwnArguments =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(TestNode).Assembly.Location] : [];

    /// <summary>The web server of this assembly as an artifact: two files and nothing else.</summary>
    public string WebArtifact(params (string Path, string Content)[] more)
    {
        var dll = typeof(WebProgram).Assembly.Location;
        return Artifact([("web.dll", File.ReadAllBytes(dll), false),
            ("web.runtimeconfig.json", File.ReadAllBytes(Path.ChangeExtension(dll, "runtimeconfig.json")), false),
            .. more.Select(file => (file.Path, Encoding.UTF8.GetBytes(file.Content), true))]);
    }

    public string Artifact(params (string Path, byte[] Content, bool Runs)[] files)
    {
        using var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes, TarEntryFormat.Pax, leaveOpen: true))
            foreach (var (path, content, runs) in files)
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, path)
                {
                    DataStream = new MemoryStream(content),
                    Mode = runs ? (UnixFileMode)0b111_101_101 : (UnixFileMode)0b110_100_100,
                });
        return Server.Keep(bytes.ToArray());
    }

    public static RunSpec Web(params (string Name, string Value)[] variables) =>
        new("dotnet web.dll test-web", "/healthz")
        {
            Variables = variables.ToImmutableSortedDictionary(pair => pair.Name, pair => pair.Value),
        };

    public void Place(string release, string digest, RunSpec run, int instances, long fence = 1) =>
        Server.Want(desired => desired with
        {
            Workloads = [.. desired.Workloads.Where(entry => entry.Release != release),
                new(Lane, release, digest, run, instances, new Fence(0, fence))],
        });

    /// <summary>Opens a public port for the lane, with all users on a release; answers the port.</summary>
    public int Route(string stable, string? candidate = null, double share = 0, int port = 0, long version = 1)
    {
        if (port == 0) port = FreePort();
        Server.Want(desired => desired with
        {
            Routes = [new RouteWanted(Lane, port, version, new Fence(0, version), stable, candidate,
                new Exposure.Fraction(share, ExposureUnit.Request), "salt", TimeSpan.FromSeconds(1), null)],
        });
        return port;
    }

    public static int FreePort()
    {
        using var socket = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        socket.Start();
        return ((System.Net.IPEndPoint)socket.LocalEndpoint).Port;
    }

    public int GatewayPid => AtomicFile.Read<GatewayRecord>(Path.Combine(Data, "gateway.json"))?.Current?.Identity.Pid ?? 0;

    /// <summary>What the gateway itself says, without control in between.</summary>
    public GatewaySeen? AskGateway()
    {
        var running = AtomicFile.Read<GatewayRecord>(Path.Combine(Data, "gateway.json"))?.Current;
        if (running is null) return null;
        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix,
            System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        socket.Connect(new System.Net.Sockets.UnixDomainSocketEndPoint(running.AdminSocket));
        socket.Send("GET /gateway/seen HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n"u8);
        using var reader = new StreamReader(new System.Net.Sockets.NetworkStream(socket));
        var answer = reader.ReadToEnd();
        return JsonSerializer.Deserialize<GatewaySeen>(
            answer[answer.IndexOf('{')..(answer.LastIndexOf('}') + 1)], Wire.Json);
    }

    public WorkloadSeen? Seen(string release) =>
        Server.Report?.Workloads.FirstOrDefault(workload => workload.Release == release);

    public async Task<WorkloadSeen> SeenAsync(string release, Func<WorkloadSeen, bool> asked) =>
        (await EventuallyAsync(() => Seen(release) is { } seen && asked(seen) ? seen : null))!;

    public Task<WorkloadSeen> ReadyAsync(string release, int count = 1) =>
        SeenAsync(release, seen => seen.Instances.Count(instance => instance.State == "ready") == count);

    /// <summary>Looks again and again until there is something, or fails with the last report.</summary>
    public async Task<T> EventuallyAsync<T>(Func<T?> look) where T : class
    {
        var patience = Stopwatch.StartNew();
        while (patience.Elapsed < Patience)
        {
            if (look() is { } found) return found;
            await Task.Delay(20);
        }
        Assert.Fail($"Not seen within {Patience}. Last report: {JsonSerializer.Serialize(Server.Report, Wire.Indented)}");
        return null!;
    }

    public Task EventuallyAsync(Func<bool> look) => EventuallyAsync(() => look() ? "seen" : null);

    public async ValueTask DisposeAsync()
    {
        if (Outside is { HasExited: false }) Outside.Kill();
        await StopAsync();
        await ControlProgram.StopAllAsync(Data);
        await Server.DisposeAsync();
        Directory.Delete(Data, recursive: true);
    }
}
