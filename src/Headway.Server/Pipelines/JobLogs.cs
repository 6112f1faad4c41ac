using System.Collections.Concurrent;
using Headway.Core.Pipelines;

namespace Headway.Server.Pipelines;

/// <summary>What jobs wrote: one bounded file for each attempt, and a pulse for those who watch it grow.</summary>
public sealed class JobLogs(PipelineOptions options)
{
    private const int NotesBytes = 64 * 1024;
    private readonly ConcurrentDictionary<string, Pulse> _pulses = new();
    private readonly string _folder = Directory.CreateDirectory(Path.Combine(options.Data, "logs")).FullName;

    /// <summary>
    /// Adds a piece that begins at `offset` of the whole log; what is there already is left out, so that a repeated
    /// call
    /// adds nothing. Returns how much of the log is taken: the next piece begins there.
    /// </summary>
    public async Task<long> AppendAsync(string run, JobState job, long offset, Stream piece, CancellationToken stop)
    {
        using var bytes = new MemoryStream();
        await piece.CopyToAsync(bytes, stop);
        var path = PathOf(run, job.Name, job.Attempt);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        // A runner keeps to the limit by itself; one that does not is told that all is well and cannot fill the disk.
        if (file.Length >= options.LogBytes + NotesBytes) return offset + bytes.Length;
        var known = (int)Math.Clamp(file.Length - offset, 0, bytes.Length);
        if (offset > file.Length) return file.Length;
        file.Position = file.Length;
        await file.WriteAsync(bytes.GetBuffer().AsMemory(known, (int)bytes.Length - known), stop);
        await file.FlushAsync(stop);
        if (_pulses.TryGetValue(path, out var pulse)) pulse.Beat();
        return file.Length;
    }

    /// <summary>Up to `most` bytes from `offset`; empty at the end and where there is no log.</summary>
    public async Task<byte[]> ReadAsync(
        string run, string job, int attempt, long offset, int most, CancellationToken stop)
    {
        var path = PathOf(run, job, attempt);
        if (!File.Exists(path)) return [];
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[Math.Clamp(file.Length - offset, 0, most)];
        file.Position = Math.Min(offset, file.Length);
        await file.ReadExactlyAsync(bytes, stop);
        return bytes;
    }

    /// <summary>Ends when the log has grown; taken before reading.</summary>
    public Task GrownAsync(string run, string job, int attempt) =>
        _pulses.GetOrAdd(PathOf(run, job, attempt), _ => new()).Next;

    public void NoLongerWatched(string run, string job, int attempt) =>
        _pulses.TryRemove(PathOf(run, job, attempt), out _);

    /// <summary>The digest of what an attempt uploaded, kept beside its log until the job's end takes it up.</summary>
    public async Task KeepDigestAsync(string run, JobState job, string digest, CancellationToken stop)
    {
        var path = PathOf(run, job.Name, job.Attempt) + ".artifact";
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path + ".new", digest, stop);
        File.Move(path + ".new", path, overwrite: true);
    }

    public async Task<string?> DigestAsync(string run, JobState job, CancellationToken stop)
    {
        var path = PathOf(run, job.Name, job.Attempt) + ".artifact";
        return File.Exists(path) ? await File.ReadAllTextAsync(path, stop) : null;
    }

    private string PathOf(string run, string job, int attempt) => Path.Combine(_folder, run, $"{job}.{attempt}.log");
}
