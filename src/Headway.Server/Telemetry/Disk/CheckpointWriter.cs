using System.Text;

namespace Headway.Server.Telemetry.Disk;

/// <summary>Writes the records of a checkpoint.</summary>
internal sealed class CheckpointWriter : IDisposable
{
    private readonly FramedFile _file;
    private readonly MemoryStream _payload = new();

    public CheckpointWriter(string path)
    {
        _file = new(path);
        Fields = new(_payload, Encoding.UTF8, leaveOpen: true);
    }

    /// <summary>The fields of the next record.</summary>
    public BinaryWriter Fields { get; }

    private const int FlushAfter = 1024 * 1024;
    private long _flushed;

    public void End(byte type)
    {
        _file.Append(type, _payload.GetBuffer().AsSpan(0, (int)_payload.Length));
        _payload.SetLength(0);
        if (_file.Bytes - _flushed < FlushAfter) return;
        _file.Flush();
        _flushed = _file.Bytes;
    }

    public void Dispose()
    {
        using (_file) _file.FlushToDisk();
        Fields.Dispose();
    }
}
