using System.Net.Sockets;
using System.Text;
using Headway.Core.Evidence.Journeys;

namespace Headway.Node.Probes;

/// <summary>
/// Connects to an instance's port, says something and waits for what is expected. Connecting alone shows little: the
/// kernel takes connections for a program that hangs.
/// </summary>
public static class TcpProbe
{
    private const int MostBytes = 64 * 1024;

    /// <summary>What is wrong, as a clause, or null.</summary>
    public static async Task<string?> ProblemAsync(Uri instance, TcpTalk talk, TimeSpan within, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(within);
        var isConnected = false;
        try
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(instance.Host, instance.Port, limit.Token);
            isConnected = true;
            if (talk.Send is { Length: > 0 } words) await socket.SendAsync(Encoding.UTF8.GetBytes(words), limit.Token);
            return talk.Expect is { Length: > 0 } wanted ? await AnswerProblemAsync(socket, wanted, limit.Token) : null;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return isConnected ? $"`{talk.Expect}` did not come within {within.TotalSeconds:0.###} s"
                : $"no connection within {within.TotalSeconds:0.###} s";
        }
        catch (SocketException e)
        {
            return isConnected ? $"the connection broke ({e.Message})" : $"no connection ({e.Message})";
        }
    }

    private static async Task<string?> AnswerProblemAsync(Socket socket, string wanted, CancellationToken stop)
    {
        var (buffer, filled) = (new byte[MostBytes], 0);
        while (filled < buffer.Length)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(filled), stop);
            if (read == 0) return $"the connection was closed before `{wanted}` came";
            filled += read;
            if (Encoding.UTF8.GetString(buffer, 0, filled).Contains(wanted, StringComparison.Ordinal)) return null;
        }
        return $"`{wanted}` is not in the first {MostBytes / 1024} KB that came";
    }
}
