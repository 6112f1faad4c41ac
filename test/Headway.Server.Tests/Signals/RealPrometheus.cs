using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace Headway.Server.Tests.Signals;

/// <summary>Prometheus from Debian's packages, as a process of its own on a free port of the loopback.</summary>
internal sealed partial class RealPrometheus : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private readonly string folder = Directory.CreateTempSubdirectory("headway-prometheus-").FullName;
    private readonly Process process;
    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false });

    private RealPrometheus(string program, string scrape, string? web)
    {
        File.WriteAllText(Path.Combine(folder, "prometheus.yml"), $"""
            global: {"{"} scrape_interval: 1s, scrape_timeout: 1s {"}"}
            scrape_configs:
            {scrape}
            """);
        List<string> arguments =
        [
            $"--config.file={folder}/prometheus.yml", $"--storage.tsdb.path={folder}/data",
            "--web.listen-address=127.0.0.1:0", "--log.level=info",
        ];
        if (web is not null)
        {
            File.WriteAllText(Path.Combine(folder, "web.yml"), web);
            arguments.Add($"--web.config.file={folder}/web.yml");
        }
        process = Process.Start(new ProcessStartInfo(
            "/bin/sh", ["-c", "exec \"$@\" >\"$TEST_LOG\" 2>&1 </dev/null", "sh", program, .. arguments])
        {
            Environment = { ["TEST_LOG"] = LogFile },
        })!;
    }

    public int Port { get; private set; }

    public string Url => $"http://127.0.0.1:{Port}";

    private string LogFile => Path.Combine(folder, "log");

    [GeneratedRegex(@"msg=""Listening on"" address=127\.0\.0\.1:(\d+)")]
    private static partial Regex Listening { get; }

    /// <param name="scrape">Entries of `scrape_configs`, indented.</param>
    /// <param name="web">The file for `--web.config.file`.</param>
    public static async Task<RealPrometheus> StartAsync(string scrape, string? web = null)
    {
        var started = new RealPrometheus(await ProgramAsync(), scrape, web);
        try
        {
            await UntilAsync("it listens", () => Task.FromResult(started.IsReady()));
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until the sum of what a query gives is this.</summary>
    public Task ShowsAsync(string query, double expected) => UntilAsync(
        $"{query} is {expected}", async () => Math.Abs(expected - await SumAsync(query)) < 1e-9);

    /// <summary>The sum of what a query gives now; NaN when it gives nothing.</summary>
    public async Task<double> SumAsync(string query)
    {
        using var answer = JsonDocument.Parse(await http.GetStringAsync(
            $"{Url}/api/v1/query?query={Uri.EscapeDataString(query)}"));
        var result = answer.RootElement.GetProperty("data").GetProperty("result").EnumerateArray().ToArray();
        return result.Length == 0 ? double.NaN : result.Sum(one => double.Parse(
            one.GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture));
    }

    /// <summary>As if its machine were gone.</summary>
    public async Task KillAsync()
    {
        if (!process.HasExited) process.Kill();
        await process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        process.Dispose();
        http.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private bool IsReady()
    {
        if (process.HasExited) throw new InvalidOperationException($"Prometheus has ended: {File.ReadAllText(LogFile)}");
        var log = File.Exists(LogFile) ? File.ReadAllText(LogFile) : "";
        if (Listening.Match(log) is not { Success: true } found) return false;
        Port = int.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture);
        return log.Contains("Server is ready", StringComparison.Ordinal);
    }

    private static async Task UntilAsync(string what, Func<Task<bool>> isSo)
    {
        for (var began = Stopwatch.GetTimestamp(); !await isSo(); await Task.Delay(50))
            if (Stopwatch.GetElapsedTime(began) > Limit) throw new TimeoutException($"It did not come true that {what}.");
    }

    private static async Task<string> ProgramAsync()
    {
        var root = AppContext.BaseDirectory;
        while (root is not null && !File.Exists(Path.Combine(root, "Headway.slnx"))) root = Path.GetDirectoryName(root);
        if (root is null) Assert.Skip("This is not a clone of the source, so eng/prometheus is not here.");
        using var script = Process.Start(new ProcessStartInfo(Path.Combine(root, "eng", "prometheus"), ["install"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var (program, why) = (script.StandardOutput.ReadToEndAsync(), script.StandardError.ReadToEndAsync());
        await script.WaitForExitAsync();
        if (script.ExitCode != 0) Assert.Skip($"Prometheus is not here: {await why}");
        return (await program).Trim();
    }
}
