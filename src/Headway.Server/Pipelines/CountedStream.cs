namespace Headway.Server.Pipelines;

/// <summary>Reads on from another stream, up to a limit, and tells of every piece.</summary>
internal sealed class CountedStream(Stream from, long limit, Action moved) : Stream
{
    private long _read;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => _read; set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await from.ReadAsync(buffer, cancellationToken);
        _read += read;
        if (_read > limit) throw new TooLongException();
        moved();
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override void Flush() { }

    /// <summary>There was more to read than allowed.</summary>
    internal sealed class TooLongException : IOException;
}
