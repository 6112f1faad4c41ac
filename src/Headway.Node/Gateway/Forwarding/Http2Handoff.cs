using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace Headway.Node.Gateway.Forwarding;

/// <summary>Looks at the first bytes of a connection, and hands it over when they are the preface of HTTP/2.</summary>
internal sealed class Http2Handoff(ConnectionDelegate http1, Http2Listener http2, TimeSpan patience)
{
    private static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    public async Task OnConnectionAsync(ConnectionContext connection)
    {
        switch (await SpeaksHttp2Async(connection))
        {
            case null:
                return;
            case false:
                await http1(connection);
                return;
        }
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var handed = new HandedConnection(connection, ended);
        if (http2.TryGive(handed)) await ended.Task;
    }

    /// <summary>Null when the client went away or said nothing for too long.</summary>
    private async Task<bool?> SpeaksHttp2Async(ConnectionContext connection)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed);
        limit.CancelAfter(patience);
        var input = connection.Transport.Input;
        try
        {
            while (true)
            {
                var read = await input.ReadAsync(limit.Token);
                var answer = Compare(read.Buffer);
                var examined = answer is null && !read.IsCompleted ? read.Buffer.End : read.Buffer.Start;
                input.AdvanceTo(read.Buffer.Start, examined);
                if (answer is not null) return answer;
                if (read.IsCompleted) return null;
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or ConnectionResetException)
        {
            return null;
        }
    }

    private static bool? Compare(in ReadOnlySequence<byte> bytes)
    {
        Span<byte> first = stackalloc byte[Preface.Length];
        var length = (int)Math.Min(bytes.Length, Preface.Length);
        bytes.Slice(0, length).CopyTo(first);
        if (!Preface.StartsWith(first[..length])) return false;
        return length == Preface.Length ? true : null;
    }
}
