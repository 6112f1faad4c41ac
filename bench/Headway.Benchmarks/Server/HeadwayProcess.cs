using System.Diagnostics;
using System.Text.Json;
using Headway.Core;
using Headway.Server.Host;

namespace Headway.Benchmarks.Server;

/// <summary>`headway` as a process of its own, the way that users start it; ends with the benchmark.</summary>
internal sealed class HeadwayProcess : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly Process _process;

    private HeadwayProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public static HeadwayProcess Start(string data, string name, params string[] arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "headway.dll");
        var start = new ProcessStartInfo("/bin/sh");
        string[] words = ["-c", "exec \"$@\" >>\"$HEADWAY_LOG\" 2>&1 </dev/null", "sh", "dotnet", program];
        foreach (var word in words.Concat(arguments).Concat(["--data", data])) start.ArgumentList.Add(word);
        start.Environment["HEADWAY_LOG"] = Path.Combine(data, $"{name}.log");
        return new(Process.Start(start)!);
    }

    /// <summary>Starts a server on a free port and waits until `/healthz` answers.</summary>
    public static async Task<(HeadwayProcess Process, ServerAddress Address, TimeSpan Ready)> ServerAsync(
        string data, CancellationToken stop)
    {
        Directory.CreateDirectory(data);
        var file = Path.Combine(data, "server.json");
        File.Delete(file);
        var watch = Stopwatch.StartNew();
        var process = Start(data, "server", "server", "--listen", "http://127.0.0.1:0", "--otlp-http", "127.0.0.1:0",
            "--otlp-grpc", "127.0.0.1:0");
        using var http = new HttpClient();
        while (watch.Elapsed < Limit)
        {
            if (process._process.HasExited) break;
            if (Read(file) is { } address && await AnswersAsync(http, address, stop))
                return (process, address, watch.Elapsed);
            await Task.Delay(5, stop);
        }
        await process.DisposeAsync();
        throw new InvalidOperationException(
            $"The server did not start: {File.ReadAllText(Path.Combine(data, "server.log"))}");
    }

    /// <summary>Processor time so far, without that of children.</summary>
    public TimeSpan Cpu()
    {
        var stat = File.ReadAllText($"/proc/{Id}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        const int ticksPerSecond = 100;
        return TimeSpan.FromSeconds((double)(long.Parse(fields[11]) + long.Parse(fields[12])) / ticksPerSecond);
    }

    /// <summary>Resident memory in MB of 10^6 bytes.</summary>
    public double Memory() => Status("VmRSS") * 1024 / 1e6;

    public int Threads() => (int)Status("Threads");

    public void Kill() => _process.Kill();

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) Process.Start("/bin/kill", ["-TERM", $"{Id}"]).Dispose();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
        }
        _process.Dispose();
    }

    private long Status(string key) => long.Parse(File.ReadLines($"/proc/{Id}/status")
        .First(line => line.StartsWith(key + ":", StringComparison.Ordinal))
        .Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1]);

    private static ServerAddress? Read(string file)
    {
        try
        {
            return File.Exists(file)
                ? JsonSerializer.Deserialize<ServerAddress>(File.ReadAllText(file), Wire.Json) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static async Task<bool> AnswersAsync(HttpClient http, ServerAddress address, CancellationToken stop)
    {
        try
        {
            using var answer = await http.GetAsync($"{address.Address.TrimEnd('/')}/healthz", stop);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
