using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Headway.Cli.Pacts;

/// <summary>The provider as a process of its own, for as long as it is verified.</summary>
internal sealed class Provider : IAsyncDisposable
{
    private const int TailLines = 20;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);
    private readonly Process _process;
    private readonly Queue<string> _tail = new();

    private Provider(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    public static async Task<Provider> StartAsync(string command, string health, CancellationToken stop)
    {
        var port = FreePort();
        var start = new ProcessStartInfo("/bin/sh", ["-c", command])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
        };
        start.Environment["PORT"] = $"{port}";
        var provider = new Provider(Process.Start(start)!, new($"http://127.0.0.1:{port}"));
        provider.Listen();
        try
        {
            await provider.ReadyAsync(health, stop);
            return provider;
        }
        catch
        {
            await provider.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Listen()
    {
        _process.StandardInput.Close();
        DataReceivedEventHandler keep = (_, line) =>
        {
            if (line.Data is not { } text) return;
            lock (_tail)
            {
                _tail.Enqueue(text);
                if (_tail.Count > TailLines) _tail.Dequeue();
            }
        };
        _process.OutputDataReceived += keep;
        _process.ErrorDataReceived += keep;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Where a path is named it must answer 2xx; else any answer shows that it listens.</summary>
    private async Task ReadyAsync(string health, CancellationToken stop)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(5) };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(StartLimit);
        while (true)
        {
            if (_process.HasExited) throw Failed($"The provider ended with {_process.ExitCode} before it was ready.");
            try
            {
                using var answer = await http.GetAsync(health, limit.Token);
                if (health == "/" || answer.IsSuccessStatusCode) return;
            }
            catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !limit.IsCancellationRequested))
            {
                // It does not listen yet.
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                throw Failed($"The provider was not ready within {StartLimit.TotalSeconds:0} s: {health} does not answer 2xx.");
            }
            try { await Task.Delay(Pace, limit.Token); }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                throw Failed($"The provider was not ready within {StartLimit.TotalSeconds:0} s: {health} does not answer 2xx.");
            }
        }
    }

    private CliException Failed(string says)
    {
        lock (_tail)
            return new(ExitCode.No, says, _tail.Count == 0 ? "It printed nothing." : string.Join('\n', _tail));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
