using System.Collections.Immutable;
using System.Text;
using Headway.Core.Nodes;
using Headway.Core.Secrets.Masking;
using Headway.Node.Instances;

namespace Headway.Node.Control;

/// <summary>
/// Reads one output file as it grows. The file is the buffer: what has been sent is given back to the disk by a hole
/// at its head, and what waits too long to be sent is skipped and counted.
/// </summary>
internal sealed class OutputTail(string path, string stream, long offset)
{
    private const int PortionBytes = 64 * 1024;
    private const int LongestLine = 16 * 1024;
    /// <summary>The end stays on disk, for people and for the last line in a failure's sentence.</summary>
    private const long KeptBytes = 1024 * 1024;
    private long _offset = offset;
    private long _next = offset;
    private long _freed;

    public long Offset => _offset;

    /// <param name="limitBytes">How much may wait.</param>
    /// <param name="isGone">A last line without an end is complete.</param>
    /// <param name="mask">
    /// What is covered with `*`, also in the file itself. What may be the beginning of a secret waits for what follows.
    /// </param>
    public ImmutableArray<LogLine> Read(long limitBytes, bool isGone, MaskAutomaton? mask = null)
    {
        _next = _offset;
        if (!File.Exists(path)) return [];
        using var file = Open(FileAccess.Read);
        if (file.Length < _offset) _offset = 0;
        var lines = ImmutableArray.CreateBuilder<LogLine>();
        var at = DateTimeOffset.UtcNow;
        var start = _offset;
        if (file.Length - start > limitBytes)
        {
            var skipped = file.Length - limitBytes / 2 - start;
            lines.Add(new(at, stream, $"[headway: {skipped} bytes of output were dropped: written faster than sent]"));
            start += skipped;
        }
        var before = mask is null ? 0 : (int)Math.Min(mask.Longest, start);
        file.Position = start - before;
        var buffer = new byte[before + PortionBytes];
        var read = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false) - before;
        var isAll = isGone && start + read == file.Length;
        var ready = Cover(buffer.AsSpan(0, before + read), start - before, mask, isAll);
        var used = Split(ready[Math.Min(before, ready.Length)..], at, lines, takeRest: isAll);
        _next = start + used;
        return lines.ToImmutable();
    }

    /// <summary>What was read last has arrived.</summary>
    public void Acknowledge()
    {
        _offset = _next;
        if (_offset - KeptBytes <= _freed + KeptBytes) return;
        using var file = Open(FileAccess.Write);
        if (LinuxCalls.FreeHead((int)file.SafeFileHandle.DangerousGetHandle(), _offset - KeptBytes))
            _freed = _offset - KeptBytes;
        // A file system without holes: start again, at the price of what is written in this moment.
        else if (file.Length == _offset) file.SetLength(0);
    }

    /// <summary>The part that can go on. A secret may have begun in what was read before.</summary>
    private Span<byte> Cover(Span<byte> bytes, long at, MaskAutomaton? mask, bool isAll)
    {
        if (mask is null) return bytes;
        var before = bytes.Length;
        if (mask.Cover(bytes, out var waiting))
        {
            using var file = Open(FileAccess.Write);
            file.Position = at;
            file.Write(bytes);
        }
        return isAll ? bytes : bytes[..Math.Max(0, before - waiting)];
    }

    private FileStream Open(FileAccess access) =>
        new(path, FileMode.Open, access, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);

    private int Split(ReadOnlySpan<byte> bytes, DateTimeOffset at, ImmutableArray<LogLine>.Builder lines, bool takeRest)
    {
        var used = 0;
        while (used < bytes.Length)
        {
            var rest = bytes[used..];
            var end = rest.IndexOf((byte)'\n');
            if (end < 0 && rest.Length < LongestLine && !takeRest) break;
            var length = Math.Min(end < 0 ? rest.Length : end, LongestLine);
            lines.Add(new(at, stream, Encoding.UTF8.GetString(rest[..length]).TrimEnd('\r')));
            used += length + (length == end ? 1 : 0);
        }
        return used;
    }
}
