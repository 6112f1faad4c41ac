using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Headway.Benchmarks.Telemetry;

/// <summary>Debian's Prometheus with its remote-write receiver, on a free port of the loopback.</summary>
internal sealed class PrometheusProcess : IDisposable
{
    public const string Program = "/usr/bin/prometheus";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private readonly Process _process;

    private PrometheusProcess(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    public static async Task<PrometheusProcess> StartAsync(string data, CancellationToken stop)
    {
        Directory.CreateDirectory(data);
        var settings = Path.Combine(data, "prometheus.yml");
        await File.WriteAllTextAsync(settings, "global: {}\n", stop);
        var listen = $"127.0.0.1:{FreePort()}";
        var process = Process.Start(new ProcessStartInfo(Program,
        [
            $"--config.file={settings}", $"--storage.tsdb.path={data}/tsdb", $"--web.listen-address={listen}",
            "--web.enable-remote-write-receiver", "--log.level=error",
        ]))!;
        var prometheus = new PrometheusProcess(process, new($"http://{listen}"));
        using var http = new HttpClient { BaseAddress = prometheus.Address };
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < StartLimit && !process.HasExited; await Task.Delay(50,
            stop))
            try
            {
                if ((await http.GetAsync("-/ready", stop)).IsSuccessStatusCode) return prometheus;
            }
            catch (HttpRequestException)
            {
                // Not yet.
            }
        prometheus.Dispose();
        throw new InvalidOperationException("Prometheus did not start.");
    }

    public TimeSpan Cpu()
    {
        _process.Refresh();
        return _process.TotalProcessorTime;
    }

    /// <summary>Resident memory in MB of 10^6 bytes.</summary>
    public double Memory()
    {
        _process.Refresh();
        return _process.WorkingSet64 / 1e6;
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
