using System.Collections.Concurrent;
using Headway.Core.Scans;
using Headway.Core.Scans.Formats;
using Headway.Server.Artifacts;

namespace Headway.Server.Scans;

/// <summary>Results of scans by digest, read once: what has a digest never changes.</summary>
public sealed class ScanReadings(BlobStore blobs) : IDisposable
{
    private const int Kept = 500;
    private const int FindingsKept = 100_000;
    private readonly ConcurrentDictionary<string, ScanReading> _read = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _alone = new(1);

    /// <summary>One file is read at a time, since each may take a hundred megabytes while it is.</summary>
    public async Task<ScanReading> OfAsync(string digest, CancellationToken stop)
    {
        if (_read.TryGetValue(digest, out var known)) return known;
        await _alone.WaitAsync(stop);
        try
        {
            if (_read.TryGetValue(digest, out known)) return known;
            if (_read.Count >= Kept || _read.Values.Sum(each => each.Findings.Length) >= FindingsKept) _read.Clear();
            return _read[digest] = ScanReader.Read(await BytesAsync(digest, stop));
        }
        catch (Exception e) when (e is BlobMissingException or BlobCorruptException)
        {
            return ScanReading.Unreadable(e.Message);
        }
        finally
        {
            _alone.Release();
        }
    }

    public void Dispose() => _alone.Dispose();

    private async Task<byte[]> BytesAsync(string digest, CancellationToken stop)
    {
        await using var stream = await blobs.OpenAsync(digest, stop);
        if (stream.Length > ScanReader.MostBytes) return new byte[ScanReader.MostBytes + 1];
        var bytes = new byte[stream.Length];
        await stream.ReadExactlyAsync(bytes, stop);
        return bytes;
    }
}
