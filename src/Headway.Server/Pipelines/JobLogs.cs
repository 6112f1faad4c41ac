using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Headway.Core;
using Headway.Core.Pipelines;
using Headway.Core.Secrets.Masking;

namespace Headway.Server.Pipelines;

/// <summary>What jobs wrote: one bounded file for each attempt, and a pulse for those who watch it grow.</summary>
public sealed class JobLogs(PipelineOptions options, TimeProvider time)
{
    private const int NotesBytes = 64 * 1024;

    /// <summary>Leaves room in 255 bytes for the attempt, what ran beside the job, and endings.</summary>
    private const int LongestName = 120;
    private readonly ConcurrentDictionary<string, Pulse> _pulses = new();
    private readonly Lock _gate = new();
    private readonly string _folder = Directory.CreateDirectory(Path.Combine(options.Data, "logs")).FullName;

    /// <summary>
    /// Adds a piece that begins at `offset` of the whole log; what is there already is left out, so that a repeated
    /// call adds nothing. Returns how much of the log is taken: the next piece begins there.
    /// </summary>
    /// <param name="mask">Secrets that were given to the job, covered once more here.</param>
    public async Task<long> AppendAsync(
        LogName name, long offset, Stream piece, CancellationToken stop, MaskAutomaton? mask = null)
    {
        using var bytes = new MemoryStream();
        await piece.CopyToAsync(bytes, stop);
        var path = PathOf(name);
        long length;
        // A piece that was sent again while the first one still arrives must not be kept twice.
        lock (_gate) length = Append(path, offset, bytes.GetBuffer().AsSpan(0, (int)bytes.Length), mask);
        if (_pulses.TryGetValue(path, out var pulse)) pulse.Beat();
        return length;
    }

    /// <summary>Up to `most` bytes from `offset`; empty at the end and where there is no log.</summary>
    public async Task<byte[]> ReadAsync(LogName name, long offset, int most, CancellationToken stop)
    {
        var path = PathOf(name);
        if (!File.Exists(path)) return [];
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[Math.Clamp(file.Length - offset, 0, most)];
        file.Position = Math.Min(offset, file.Length);
        await file.ReadExactlyAsync(bytes, stop);
        return bytes;
    }

    /// <summary>From its first line on; null where there is no log.</summary>
    public LogReading? Open(LogName name) =>
        File.Exists(PathOf(name)) ? new(PathOf(name), PathOf(name) + LogTimes.Ending) : null;

    /// <summary>Ends when the log has grown; taken before reading.</summary>
    public Task GrownAsync(LogName name) => _pulses.GetOrAdd(PathOf(name), _ => new()).Next;

    /// <summary>The log has ended: nobody is woken for it any more.</summary>
    public void NoLongerWatched(LogName name) => _pulses.TryRemove(PathOf(name), out _);

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

    /// <summary>Adds to what an attempt has sent to be read; a file that is sent again takes the place of the first.</summary>
    public async Task KeepResultAsync(string run, JobState job, JobResult result, CancellationToken stop)
    {
        var path = ResultsOf(run, job);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.AppendAllTextAsync(path, "\n" + JsonSerializer.Serialize(result, Wire.Json) + "\n", stop);
    }

    public async Task<ImmutableArray<JobResult>> ResultsAsync(string run, JobState job, CancellationToken stop)
    {
        var path = ResultsOf(run, job);
        if (!File.Exists(path)) return [];
        var lines = await File.ReadAllLinesAsync(path, stop);
        return [.. lines.Select(Read).OfType<JobResult>()
            .GroupBy(result => (result.Kind, result.Path)).Select(same => same.Last())];
    }

    /// <summary>A server that was killed while it wrote may leave half a line; the runner sends that file again.</summary>
    private static JobResult? Read(string line)
    {
        try
        {
            return line.Length == 0 ? null : JsonSerializer.Deserialize<JobResult>(line, Wire.Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private long Append(string path, long offset, ReadOnlySpan<byte> piece, MaskAutomaton? mask)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        // A runner keeps to the limit by itself; one that does not is told that all is well and cannot fill the disk.
        if (file.Length >= options.LogBytes + NotesBytes) return offset + piece.Length;
        if (offset > file.Length) return file.Length;
        var known = (int)Math.Clamp(file.Length - offset, 0, piece.Length);
        if (known == piece.Length) return file.Length;
        LogTimes.Add(path + LogTimes.Ending, file.Length, time.GetUtcNow());
        Write(file, piece[known..], mask);
        return file.Length;
    }

    /// <summary>
    /// A secret that was cut by two pieces is found with the end of the one before. Its place is covered with as many
    /// stars, since runners and readers count bytes.
    /// </summary>
    private static void Write(FileStream file, ReadOnlySpan<byte> piece, MaskAutomaton? mask)
    {
        var before = mask is null ? 0 : (int)Math.Min(file.Length, mask.Longest);
        var bytes = new byte[before + piece.Length];
        file.Position = file.Length - before;
        file.ReadExactly(bytes.AsSpan(0, before));
        piece.CopyTo(bytes.AsSpan(before));
        var changed = mask is not null && mask.Cover(bytes, out _);
        file.Position = file.Length - (changed ? before : 0);
        file.Write(changed ? bytes : piece);
    }

    private string ResultsOf(string run, JobState job) => PathOf(run, job.Name, job.Attempt) + ".results";

    private string PathOf(string run, string job, int attempt) => PathOf(new(run, job, attempt, null));

    private string PathOf(LogName name) => Path.Combine(
        _folder, name.Run, $"{FileNameOf(name.Job)}.{name.Attempt}{(name.Beside is { } beside ? $".{beside}" : "")}.log");

    /// <summary>The name of a matrix cell can be longer than what a file system takes for a file.</summary>
    private static string FileNameOf(string job) => job.Length <= LongestName ? job.Replace("/", "%2F", StringComparison.Ordinal)
        : $"{job[..(LongestName / 2)].Replace('/', '-')}~{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(job)))}";
}
