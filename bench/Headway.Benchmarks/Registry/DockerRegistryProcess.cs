using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Headway.Benchmarks.Registry;

/// <summary>Debian's docker-registry on a free port of the loopback, with files in a folder and no password.</summary>
internal sealed class DockerRegistryProcess : IDisposable
{
    public const string Program = "/usr/bin/docker-registry";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private readonly Process _process;

    private DockerRegistryProcess(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    public int Id => _process.Id;

    public static async Task<DockerRegistryProcess> StartAsync(string data, CancellationToken stop)
    {
        Directory.CreateDirectory(data);
        var settings = Path.Combine(data, "config.yml");
        var listen = $"127.0.0.1:{FreePort()}";
        await File.WriteAllTextAsync(settings, $$"""
            version: 0.1
            log: { level: error, accesslog: { disabled: true } }
            storage: { cache: { blobdescriptor: inmemory }, filesystem: { rootdirectory: {{data}}/files } }
            http: { addr: '{{listen}}' }

            """, stop);
        var process = Process.Start(new ProcessStartInfo(Program, ["serve", settings])
        {
            RedirectStandardError = true, RedirectStandardOutput = true,
        })!;
        process.ErrorDataReceived += (_, _) => { };
        process.OutputDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        var registry = new DockerRegistryProcess(process, new($"http://{listen}"));
        using var http = new HttpClient { BaseAddress = registry.Address };
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < StartLimit && !process.HasExited;
            await Task.Delay(50, stop))
            try
            {
                if ((await http.GetAsync("v2/", stop)).IsSuccessStatusCode) return registry;
            }
            catch (HttpRequestException)
            {
                // Not yet.
            }
        registry.Dispose();
        throw new InvalidOperationException("docker-registry did not start.");
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
