using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Headway.Benchmarks.Gateway;

internal readonly record struct LoadResult(long Requests, long Failed, TimeSpan Elapsed);

/// <summary>
/// As many requests as kept-alive connections carry, from 400 users: wrk when it is installed, since it leaves most of
/// a small machine to the proxy, else plain sockets in this process.
/// </summary>
internal static class LoadClient
{
    private const string Wrk = "/usr/bin/wrk";
    private const int Users = 400;

    public static string Name => File.Exists(Wrk) ? "wrk" : "own client";

    public static Task<LoadResult> RunAsync(int port, int connections, TimeSpan span, CancellationToken stop) =>
        File.Exists(Wrk) ? WrkAsync(port, connections, span, stop) : OwnAsync(port, connections, span, stop);

    private static async Task<LoadResult> WrkAsync(int port, int connections, TimeSpan span, CancellationToken stop)
    {
        var script = Path.GetTempFileName();
        await File.WriteAllTextAsync(script, $$"""
            local requests, at = {}, 0
            init = function()
              for i = 1, {{Users}} do requests[i] = wrk.format("GET", "/shop/item/" .. i, { ["x-user-id"] = "user-" .. i }) end
            end
            request = function()
              at = at % {{Users}} + 1
              return requests[at]
            end
            done = function(summary)
              local e = summary.errors
              io.write(string.format("RESULT %d %d %d\n", summary.requests, e.connect + e.read + e.write + e.status + e.timeout, summary.duration))
            end
            """, stop);
        try
        {
            using var wrk = Process.Start(new ProcessStartInfo(Wrk,
                ["-t1", $"-c{connections}", $"-d{Math.Ceiling(span.TotalSeconds)}s", "-s", script, $"http://127.0.0.1:{port}/"])
            {
                RedirectStandardOutput = true,
            })!;
            var said = await wrk.StandardOutput.ReadToEndAsync(stop);
            await wrk.WaitForExitAsync(stop);
            var result = said.Split('\n').Single(line => line.StartsWith("RESULT ", StringComparison.Ordinal)).Split(' ');
            return new(long.Parse(result[1]), long.Parse(result[2]),
                TimeSpan.FromMicroseconds(long.Parse(result[3], CultureInfo.InvariantCulture)));
        }
        finally
        {
            File.Delete(script);
        }
    }

    private static async Task<LoadResult> OwnAsync(int port, int connections, TimeSpan span, CancellationToken stop)
    {
        var watch = Stopwatch.StartNew();
        var counts = await Task.WhenAll(Enumerable.Range(0, connections)
            .Select(first => AskAsync(port, first, () => watch.Elapsed < span, stop)));
        return new(counts.Sum(c => c.Good), counts.Sum(c => c.Bad), watch.Elapsed);
    }

    private static async Task<(long Good, long Bad)> AskAsync(int port, int user, Func<bool> goesOn, CancellationToken stop)
    {
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(IPAddress.Loopback, port, stop);
        var stream = client.GetStream();
        var buffer = new byte[8192];
        var (good, bad) = (0L, 0L);
        while (goesOn())
        {
            user = (user + 1) % Users;
            await stream.WriteAsync(Encoding.ASCII.GetBytes(
                $"GET /shop/item/{user} HTTP/1.1\r\nHost: a\r\nx-user-id: user-{user}\r\n\r\n"), stop);
            var read = await stream.ReadAsync(buffer, stop);
            if (read > 12 && buffer.AsSpan(9, 3).SequenceEqual("200"u8)) good++;
            else bad++;
            if (read == 0) return (good, bad);
        }
        return (good, bad);
    }
}
