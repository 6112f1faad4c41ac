using System.Net;
using Headway.Core.Nodes;
using Headway.Core.Targets;
using Headway.Node.Gateway;
using Headway.Node.Gateway.Handover;

namespace Headway.Benchmarks.Gateway;

/// <summary>The backend and the proxies before it, started and answering.</summary>
internal sealed class BenchParts : IAsyncDisposable
{
    public const string BareYarp = "bare YARP";
    private const string Nginx = "/usr/sbin/nginx";
    private readonly List<IDisposable> owned = [];

    public List<Proxy> Proxies { get; } = [];
    public static string BackendName => HasNginx ? "nginx" : "Kestrel";
    private static bool HasNginx => File.Exists(Nginx);

    public static async Task<BenchParts> StartAsync(string folder, CancellationToken stop)
    {
        var parts = new BenchParts();
        try
        {
            var backend = FreePort();
            if (HasNginx) parts.AddNginx(folder, "backend", $"listen 127.0.0.1:{backend}; location / {{ return 200 ok; }}", "");
            else parts.Own(PartProcess.Self("backend", $"{backend}"));
            var yarp = FreePort();
            parts.Proxies.Add(new(BareYarp, yarp, parts.Own(PartProcess.Self("yarp", $"{yarp}", $"{backend}"))));
            await parts.AddGatewayAsync("headway gateway", Path.Combine(folder, "plain"), backend, accessLog: 0, stop);
            await parts.AddGatewayAsync("... with access log", Path.Combine(folder, "logged"), backend, 64 << 20, stop);
            if (HasNginx) parts.AddNginxProxy(folder, backend);
            foreach (var proxy in parts.Proxies) await AnswersAsync(proxy.Port, stop);
            return parts;
        }
        catch
        {
            await parts.DisposeAsync();
            throw;
        }
    }

    private T Own<T>(T part) where T : IDisposable
    {
        owned.Add(part);
        return part;
    }

    private async Task AddGatewayAsync(string name, string folder, int backend, int accessLog, CancellationToken stop)
    {
        var gateway = Own(await GatewayPart.StartAsync(folder, accessLog, port => State(port, backend), stop));
        Proxies.Add(new(name, gateway.Port, gateway.Process));
    }

    /// <summary>Half of the clients on a candidate, with a lease: everything that costs is on.</summary>
    private static GatewayState State(int port, int backend)
    {
        const string lane = "bench/production";
        InstanceEndpoint Endpoint(string release) =>
            new(lane, release, release + "-1", $"http://127.0.0.1:{backend}", true, DateTimeOffset.UtcNow.AddHours(-1));
        return new(1, 1, Environment.TickCount64, HostBoot.Id,
            [
                new(lane, port, 1, new(1, 1), "r1", "r2", new Exposure.Fraction(0.5, ExposureUnit.Client), "salt",
                    TimeSpan.FromSeconds(1), new Lease(TimeSpan.FromHours(1), 50)),
            ],
            [Endpoint("r1"), Endpoint("r2")]);
    }

    private void AddNginxProxy(string folder, int backend)
    {
        var port = FreePort();
        var upstream = $"upstream one {{ server 127.0.0.1:{backend}; server 127.0.0.1:{backend}; keepalive 64; }}";
        var process = AddNginx(folder, "proxy",
            $"listen 127.0.0.1:{port}; location / {{ proxy_pass http://one; proxy_http_version 1.1; " +
            "proxy_set_header Connection \"\"; proxy_set_header X-Forwarded-For $remote_addr; }", upstream);
        Proxies.Add(new("nginx", port, process));
    }

    private PartProcess AddNginx(string folder, string name, string server, string upstream)
    {
        var own = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
        var config = Path.Combine(own, "nginx.conf");
        File.WriteAllText(config, $$"""
            daemon off; worker_processes auto; pid {{own}}/pid; error_log {{own}}/error.log crit;
            events { worker_connections 1024; }
            http {
              access_log off; keepalive_requests 1000000;
              client_body_temp_path {{own}}/a; proxy_temp_path {{own}}/b; fastcgi_temp_path {{own}}/c;
              uwsgi_temp_path {{own}}/d; scgi_temp_path {{own}}/e;
              {{upstream}}
              server { {{server}} }
            }
            """);
        return Own(PartProcess.Of(Nginx, "-p", own, "-c", config));
    }

    private static int FreePort()
    {
        using var sockets = ListeningSockets.Bind(IPAddress.Loopback, [0]);
        return sockets.Ports.Single();
    }

    private static async Task AnswersAsync(int port, CancellationToken stop)
    {
        using var client = new HttpClient();
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                using var answer = await client.GetAsync(new Uri($"http://127.0.0.1:{port}/"), stop);
                answer.EnsureSuccessStatusCode();
                return;
            }
            catch (HttpRequestException) when (attempt < 100)
            {
                await Task.Delay(100, stop);
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        foreach (var part in Enumerable.Reverse(owned)) part.Dispose();
        return ValueTask.CompletedTask;
    }
}
