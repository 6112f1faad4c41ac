using System.Buffers.Binary;

namespace Headway.Server.Pipelines;

/// <summary>
/// When the pieces of a log arrived, beside the log: 16 bytes for each, where it begins and when that was. A line is as old
/// as the piece that its first byte came with.
/// </summary>
internal sealed class LogTimes
{
    public const string Ending = ".times";
    private const int EntryBytes = 16;

    /// <summary>About as much as the log of a job that says a word four times a second for half a day.</summary>
    private const int MostBytes = 4 << 20;
    private readonly byte[] _entries;
    private int _next;

    public LogTimes(string file) => _entries = File.Exists(file) ? File.ReadAllBytes(file) : [];

    public static void Add(string file, long offset, DateTimeOffset at)
    {
        using var times = new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        if (times.Length >= MostBytes) return;
        Span<byte> entry = stackalloc byte[EntryBytes];
        BinaryPrimitives.WriteInt64LittleEndian(entry, offset);
        BinaryPrimitives.WriteInt64LittleEndian(entry[8..], at.ToUnixTimeMilliseconds());
        times.Write(entry);
    }

    /// <summary>Offsets are asked for in the order of the log.</summary>
    public DateTimeOffset? At(long offset)
    {
        while (Has(_next + 1) && Read(_next + 1, 0) <= offset) _next++;
        return Has(_next) && Read(_next, 0) <= offset ? DateTimeOffset.FromUnixTimeMilliseconds(Read(_next, 8)) : null;
    }

    private bool Has(int entry) => (entry + 1) * EntryBytes <= _entries.Length;

    private long Read(int entry, int at) =>
        BinaryPrimitives.ReadInt64LittleEndian(_entries.AsSpan((entry * EntryBytes) + at));
}
