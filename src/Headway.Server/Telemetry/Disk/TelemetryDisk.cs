using System.Buffers;
using System.Buffers.Binary;
using Headway.Server.Telemetry.Limits;
using Headway.Server.Telemetry.Records;
using Headway.Server.Telemetry.Series;
using Microsoft.Extensions.Logging;

namespace Headway.Server.Telemetry.Disk;

/// <summary>
/// The folder of telemetry. What is taken in goes into a journal before it is answered; a checkpoint holds all that is
/// only in memory, and ends the journals before it. When the disk does not take it, everything goes on in memory, and
/// <see cref="Problem"/> says so. Used under the intake's turn only.
/// </summary>
internal sealed class TelemetryDisk : IDisposable
{
    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromSeconds(5);
    private readonly string _folder;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ArrayBufferWriter<byte> _entry = new(64 * 1024);
    private FramedFile? _journal;
    private DateTimeOffset _failedAt;
    private int _segments;
    private bool _cannotDelete;

    public TelemetryDisk(string folder, TimeProvider time, ILogger log)
    {
        (_folder, _time, _log) = (folder, time, log);
        Storage.DataFolder.Make(folder);
        Series = new(folder, time);
    }

    public SeriesFiles Series { get; }

    /// <summary>Number of the journal that is written; a checkpoint names the first that it does not hold.</summary>
    public long Number { get; private set; }

    public long JournalBytes => _journal?.Bytes ?? 0;

    /// <summary>Why nothing is kept on the disk now, or null.</summary>
    public string? Problem { get; private set; }

    /// <summary>Something was not written, so a checkpoint is due as soon as the disk takes one.</summary>
    public bool IsBehind { get; private set; }

    /// <summary>Requests of journals that could not be read at the start.</summary>
    public long Skipped { get; private set; }

    public void Journal(TelemetryKind kind, DateTimeOffset at, ReadOnlySpan<byte> request)
    {
        if (!CanTry()) return;
        _entry.ResetWrittenCount();
        BinaryPrimitives.WriteInt64LittleEndian(_entry.GetSpan(8), at.ToUnixTimeMilliseconds());
        _entry.Advance(8);
        _entry.Write(request);
        Try(() =>
        {
            _journal ??= new(PathOf("journal", Number));
            _journal.Append((byte)kind, _entry.WrittenSpan);
            _journal.Flush();
        });
        if (_entry.Capacity > 4 * 1024 * 1024) _entry.Clear();
    }

    /// <summary>
    /// Requests of journals that no checkpoint holds yet, in order; then a new journal is begun. One that cannot be
    /// read is left out: it would fail at each start.
    /// </summary>
    public void Replay(long from, Action<TelemetryKind, DateTimeOffset, ReadOnlySpan<byte>> take)
    {
        Number = from;
        Exception? wrong = null;
        foreach (var (path, number) in Numbered("journal"))
        {
            if (number < from)
            {
                File.Delete(path);
                continue;
            }
            Number = Math.Max(Number, number + 1);
            using var reader = new FramedReader(path);
            while (reader.Next(out var payload))
            {
                if (payload.Length < 8 || reader.Type > (byte)TelemetryKind.Logs) continue;
                try
                {
                    take((TelemetryKind)reader.Type,
                        DateTimeOffset.FromUnixTimeMilliseconds(BitConverter.ToInt64(payload)), payload[8..]);
                }
                catch (Exception failure)
                {
                    Skipped++;
                    wrong ??= failure;
                }
            }
            if (reader.IsTorn) SayTorn(path);
        }
        if (wrong is not null) _log.LogError(wrong,
            "{Count} requests in the journal of telemetry could not be read and are left out; the first is shown.",
            Skipped);
    }

    public void SayTorn(string path) => _log.LogWarning(
        "The end of {File} was torn, as a kill or a lost disk leaves it, and is not used.", Path.GetFileName(path));

    /// <summary>Writes what is only in memory; with it the journals so far have served.</summary>
    public void Checkpoint(Action<CheckpointWriter, long> write)
    {
        if (!CanTry()) return;
        Try(() =>
        {
            Series.Flush();
            var next = Number + 1;
            var path = PathOf("checkpoint", next);
            using (var writer = new CheckpointWriter(path + ".new")) write(writer, next);
            File.Move(path + ".new", path, overwrite: true);
            _journal?.Dispose();
            (_journal, Number, IsBehind) = (null, next, false);
            foreach (var (old, number) in Numbered("checkpoint").Concat(Numbered("journal")))
                if (number < next) File.Delete(old);
        });
    }

    /// <summary>The newest checkpoint, or null.</summary>
    public (string Path, long Number)? NewestCheckpoint()
    {
        foreach (var left in Directory.GetFiles(_folder, "*.new")) File.Delete(left);
        return Numbered("checkpoint").Select(found => ((string, long)?)found).LastOrDefault();
    }

    public void WriteChunk(SampleSeries series, SampleChunk chunk)
    {
        if (CanTry()) Try(() => Series.Write(series, chunk));
    }

    public StoredFile? WriteSegment(string word, Segment segment)
    {
        if (!CanTry()) return null;
        StoredFile? file = null;
        Try(() =>
        {
            var path = Path.Combine(_folder, $"{word}-{Number:D10}-{++_segments:D6}.hw");
            while (File.Exists(path)) path = Path.Combine(_folder, $"{word}-{Number:D10}-{++_segments:D6}.hw");
            var bytes = SegmentFile.Write(path, segment);
            file = new(path);
            file.Widen(segment.First / 1_000_000, segment.Last / 1_000_000, bytes);
        });
        return file;
    }

    /// <summary>Segments by their age. Those after the checkpoint are in the journal too and are deleted.</summary>
    public IEnumerable<string> Segments(string word, long checkpoint)
    {
        foreach (var path in Directory.GetFiles(_folder, $"{word}-*.hw").Order(StringComparer.Ordinal))
            if (long.Parse(Path.GetFileName(path).Split('-')[1]) >= checkpoint) File.Delete(path);
            else yield return path;
    }

    /// <summary>Deletes what is older than it is kept, and then the oldest until the rest fits.</summary>
    public void Shrink(TelemetryLimits limits, List<StoredFile> files, Action<StoredFile> forget)
    {
        var old = (_time.GetUtcNow() - limits.Retention).ToUnixTimeMilliseconds();
        var bytes = files.Sum(file => file.Bytes) + JournalBytes;
        foreach (var file in files.OrderBy(file => file.Last))
        {
            if (file.Last >= old && bytes <= limits.DiskBytes) break;
            if (!Delete(file)) continue;
            bytes -= file.Bytes;
            Series.Files.Remove(file);
            forget(file);
        }
    }

    /// <summary>What cannot be deleted stays, and is tried again the next time; the rest goes all the same.</summary>
    private bool Delete(StoredFile file)
    {
        try
        {
            File.Delete(file.Path);
            _cannotDelete = false;
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            if (!_cannotDelete)
                _log.LogWarning("An old file of telemetry cannot be deleted: {Reason}", failure.Message);
            _cannotDelete = true;
            return false;
        }
    }

    public void Dispose()
    {
        _journal?.Dispose();
        Series.End();
    }

    private bool CanTry() => Problem is null
        || _time.GetUtcNow() - _failedAt is var since && (since > TryAgainAfter || since < TimeSpan.Zero);

    private void Try(Action write)
    {
        try
        {
            write();
            if (Problem is not null) _log.LogInformation("Telemetry is kept on the disk again.");
            Problem = null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            if (Problem is null) _log.LogWarning("Telemetry goes on in memory only: {Reason}", failure.Message);
            Problem = $"Nothing of telemetry is kept on the disk since {_time.GetUtcNow():HH:mm:ss}: {failure.Message}";
            (_failedAt, IsBehind) = (_time.GetUtcNow(), true);
            // A journal with a hole or a torn record would end there when it is read; the next one begins anew.
            _journal?.Dispose();
            _journal = null;
            Number++;
            Series.End();
        }
    }

    private string PathOf(string word, long number) => Path.Combine(_folder, $"{word}-{number:D10}.hw");

    private List<(string Path, long Number)> Numbered(string word) =>
        [.. Directory.GetFiles(_folder, $"{word}-*.hw").Order(StringComparer.Ordinal)
            .Select(path => (path, long.Parse(Path.GetFileNameWithoutExtension(path)[(word.Length + 1)..])))];
}
