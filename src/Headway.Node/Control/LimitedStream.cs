using Headway.Node.Instances;

namespace Headway.Node.Control;

/// <summary>Lets so many bytes through and no more.</summary>
internal sealed class LimitedStream(Stream inner, long limitBytes) : Stream
{
    private long _written;

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => _written;
    public override long Position { get => _written; set => throw new NotSupportedException(); }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken stop = default)
    {
        _written += buffer.Length;
        if (_written > limitBytes)
            throw new UnsafeArtifactException($"The artifact is larger than the limit of {limitBytes} bytes.");
        await inner.WriteAsync(buffer, stop);
    }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override void Flush() => inner.Flush();
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
}
