using System.Buffers;
using System.Text.Json;
using System.Threading.Channels;

namespace Headway.Node.Gateway.Forwarding;

/// <summary>
/// One JSON line a request, written behind the requests' backs into two files of bounded size. When the disk is slower
/// than the traffic, lines are left out and the number of them is written instead: users never wait for a log.
/// Query strings are not written, since secrets travel in them.
/// </summary>
internal sealed class AccessLog : IAsyncDisposable
{
    private const int Waiting = 8192;
    private readonly string path;
    private readonly long fileLimit;
    private readonly Channel<AccessLine> lines = Channel.CreateBounded<AccessLine>(
        new BoundedChannelOptions(Waiting) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });
    private readonly Task writing;
    private long leftOut;

    public AccessLog(string path, long bytes)
    {
        (this.path, fileLimit) = (path, bytes / 2);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        writing = WriteAsync();
    }

    public void Add(in AccessLine line)
    {
        if (!lines.Writer.TryWrite(line)) Interlocked.Increment(ref leftOut);
    }

    private async Task WriteAsync()
    {
        var buffer = new ArrayBufferWriter<byte>(64 << 10);
        await using var json = new Utf8JsonWriter(buffer, new() { SkipValidation = true });
        while (await lines.Reader.WaitToReadAsync())
        {
            while (buffer.WrittenCount < 60 << 10 && lines.Reader.TryRead(out var line)) Write(line, json, buffer);
            if (Interlocked.Exchange(ref leftOut, 0) is > 0 and var missing)
                buffer.Write(JsonSerializer.SerializeToUtf8Bytes(new { leftOut = missing }).Append((byte)'\n').ToArray());
            try
            {
                Flush(buffer.WrittenSpan);
            }
            catch (IOException)
            {
                // A full disk costs lines of the log and nothing else; the evidence says so in the report.
            }
            buffer.ResetWrittenCount();
        }
    }

    private static void Write(in AccessLine line, Utf8JsonWriter json, ArrayBufferWriter<byte> buffer)
    {
        json.Reset(buffer);
        json.WriteStartObject();
        json.WriteString("at"u8, line.At);
        json.WriteString("lane"u8, line.Lane);
        json.WriteString("headway.release.id"u8, line.Release);
        json.WriteString("instance"u8, line.Instance);
        json.WriteString("side"u8, line.Side);
        json.WriteString("counted"u8, line.Counted);
        json.WriteString("method"u8, line.Method);
        json.WriteString("path"u8, line.Path);
        json.WriteNumber("status"u8, line.Status);
        json.WriteNumber("milliseconds"u8, Math.Round(line.Milliseconds, 2));
        json.WriteString("remote"u8, line.Remote);
        json.WriteString("traceparent"u8, line.TraceParent);
        json.WriteString("requestId"u8, line.RequestId);
        json.WriteEndObject();
        json.Flush();
        buffer.Write("\n"u8);
    }

    private void Flush(ReadOnlySpan<byte> bytes)
    {
        using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, 1);
        file.Write(bytes);
        if (file.Length < fileLimit) return;
        File.Move(path, Path.ChangeExtension(path, ".1.jsonl"), overwrite: true);
    }

    public async ValueTask DisposeAsync()
    {
        lines.Writer.TryComplete();
        await writing;
    }
}

/// <param name="Counted">How it counted as evidence, or `no` for overrides, stand-ins and retries.</param>
internal readonly record struct AccessLine(
    DateTimeOffset At, string? Lane, string? Release, string? Instance, string Side, string Counted, string Method,
    string? Path, int Status, double Milliseconds, string Remote, string TraceParent, string RequestId);
