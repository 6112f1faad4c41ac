using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Headway.Benchmarks.Gateway;

/// <summary>
/// So many requests a second on kept-alive connections, each sent when it is due and timed from then on, so that an answer
/// that holds up the next request is felt as its user would feel it.
/// </summary>
internal static class PacedClient
{
    /// <returns>Milliseconds of all requests, in no order; a failed one takes for ever.</returns>
    public static async Task<List<double>> RunAsync(
        int port, int connections, double perSecond, TimeSpan span, CancellationToken stop)
    {
        var began = Stopwatch.GetTimestamp();
        var times = await Task.WhenAll(Enumerable.Range(0, connections).Select(nth => AskAsync(
            port, began, due: i => (i * connections + nth) / perSecond, span, stop)));
        return [.. times.SelectMany(each => each)];
    }

    public static double Percentile(List<double> times, double share)
    {
        var sorted = times.Order().ToArray();
        return sorted[(int)Math.Min(sorted.Length - 1, Math.Ceiling(share * sorted.Length))];
    }

    /// <summary>A whole answer, which says its length; 0 when the connection ended before.</summary>
    private static async Task<int> ReadAsync(NetworkStream stream, byte[] buffer, CancellationToken stop)
    {
        for (var (read, more) = (0, 1); more > 0; )
        {
            more = await stream.ReadAsync(buffer.AsMemory(read), stop);
            var text = Encoding.ASCII.GetString(buffer, 0, read += more);
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            var length = text.IndexOf("Content-Length: ", StringComparison.OrdinalIgnoreCase);
            if (end < 0 || length < 0) continue;
            var digits = text[(length + "Content-Length: ".Length)..].TakeWhile(char.IsAsciiDigit);
            if (read >= end + 4 + int.Parse(string.Concat(digits))) return read;
        }
        return 0;
    }

    private static async Task<List<double>> AskAsync(
        int port, long began, Func<int, double> due, TimeSpan span, CancellationToken stop)
    {
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(IPAddress.Loopback, port, stop);
        var (stream, buffer, times) = (client.GetStream(), new byte[8192], new List<double>());
        for (var i = 0; due(i) < span.TotalSeconds; i++)
        {
            var early = due(i) - Stopwatch.GetElapsedTime(began).TotalSeconds;
            if (early > 0) await Task.Delay(TimeSpan.FromSeconds(early), stop);
            // A timer that rings late is this client's own fault and not the gateway's.
            var sent = early > 0 ? Stopwatch.GetElapsedTime(began).TotalMilliseconds : due(i) * 1000;
            await stream.WriteAsync(Encoding.ASCII.GetBytes(
                $"GET /orders/{i} HTTP/1.1\r\nHost: a\r\nx-user-id: user-{i % 400}\r\n\r\n"), stop);
            var read = await ReadAsync(stream, buffer, stop);
            var took = Stopwatch.GetElapsedTime(began).TotalMilliseconds - sent;
            times.Add(read > 12 && buffer.AsSpan(9, 3).SequenceEqual("200"u8) ? took : double.PositiveInfinity);
            if (read == 0) break;
        }
        return times;
    }
}
