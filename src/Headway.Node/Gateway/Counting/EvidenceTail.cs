using System.Text.Json;
using Headway.Core;

namespace Headway.Node.Gateway.Counting;

/// <summary>
/// Reads the evidence of one process as it grows (`DATA/evidence/BOOT.jsonl`), for control. Who writes may
/// replace the file by a shorter one that starts later, when nobody has read for long: batches already read are then
/// skipped by their sequence, and those that are missing show as a gap in it.
/// </summary>
/// <param name="path">The file; it need not exist yet.</param>
/// <param name="sequenceOf">Rises from line to line.</param>
/// <param name="after">Sequence of the last batch that the server has acknowledged.</param>
public sealed class EvidenceTail<T>(string path, Func<T, long> sequenceOf, long after = 0) where T : class
{
    private const int ChunkBytes = 256 << 10, MarkBytes = 256;
    private long offset;
    private byte[] mark = [];

    public long LastSequence { get; private set; } = after;

    /// <summary>The next batches, in order; empty when there is none yet. A torn last line waits for its end.</summary>
    public async Task<IReadOnlyList<T>> ReadAsync(int most, CancellationToken stop)
    {
        var batches = new List<T>();
        if (!File.Exists(path)) return batches;
        await using var stream = new FileStream(
            path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
        var buffer = new byte[ChunkBytes];
        await RecogniseAsync(stream, stop);
        while (batches.Count < most)
        {
            stream.Position = offset;
            var read = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, stop);
            var used = Take(buffer.AsSpan(0, read), most, batches);
            offset += used;
            if (used == 0) break;
        }
        return batches;
    }

    /// <summary>A file that begins otherwise than the one read so far is another one: it is read from its start.</summary>
    private async Task RecogniseAsync(FileStream stream, CancellationToken stop)
    {
        var beginning = new byte[MarkBytes];
        var read = await stream.ReadAtLeastAsync(beginning, MarkBytes, throwOnEndOfStream: false, stop);
        if (!beginning.AsSpan(0, read).StartsWith(mark)) offset = 0;
        mark = beginning[..read];
    }

    private int Take(ReadOnlySpan<byte> bytes, int most, List<T> batches)
    {
        var used = 0;
        while (batches.Count < most)
        {
            var end = bytes[used..].IndexOf((byte)'\n');
            if (end < 0) break;
            var batch = Parse(bytes.Slice(used, end));
            used += end + 1;
            if (batch is null || sequenceOf(batch) <= LastSequence) continue;
            LastSequence = sequenceOf(batch);
            batches.Add(batch);
        }
        return used;
    }

    /// <summary>A damaged line is left out: its sequence is then missing, which is what the reader must know.</summary>
    private static T? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(line, Wire.Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
