using System.Collections.Concurrent;
using System.Collections.Immutable;
using Headway.Core.Pipelines;
using Headway.Server.Artifacts;

namespace Headway.Server.Pipelines;

/// <summary>
/// Results of jobs by the key of what they were made of, and whether what they kept is still there and sound. A fold of
/// the runs and nothing else; what is not remembered is only run again.
/// </summary>
public sealed class EarlierJobs(BlobStore blobs)
{
    /// <summary>Keys that are remembered; the oldest are forgotten first.</summary>
    private const int Most = 100_000;

    private readonly ConcurrentDictionary<string, ReusedResult> _byKey = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _keys = new();
    private readonly ConcurrentDictionary<string, Stamp> _sound = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _tools = new(StringComparer.Ordinal);

    /// <summary>What runners say of their tools, each once.</summary>
    public ImmutableArray<string> Tools => [.. _tools.Values.Distinct().Order(StringComparer.Ordinal)];

    public string ToolsOf(string runner) => _tools.GetValueOrDefault(runner, "");

    /// <summary>True when no runner has said so before: results that were no use may be some now.</summary>
    public bool Heard(string runner, string tools)
    {
        var isNew = !_tools.Values.Contains(tools);
        _tools[runner] = tools;
        return isNew;
    }

    /// <summary>Takes up what the newest event of a run has ended.</summary>
    public void Remember(RunState run, RunEvent.JobFinished ended)
    {
        if (run.Job(ended.Job) is not { Phase: JobPhase.Succeeded, Key: { } key } job) return;
        // What only a quarantine let pass is asked again: the quarantine may be over by then.
        if (!job.Excused.IsDefaultOrEmpty) return;
        if (!_byKey.ContainsKey(key)) _keys.Enqueue(key);
        _byKey[key] = new(run.Id, job.Name);
        while (_keys.Count > Most && _keys.TryDequeue(out var oldest)) _byKey.TryRemove(oldest, out _);
    }

    /// <summary>What a job made under the key, if the run that made it still says so.</summary>
    public EarlierResult? Find(string key, Func<string, RunState?> runs) =>
        _byKey.TryGetValue(key, out var place) && runs(place.Run)?.Job(place.Job) is
            { Phase: JobPhase.Succeeded } job && job.Key == key
            ? new(place.Run, place.Job, job.Digest, job.Results) : null;

    public static IEnumerable<string> DigestsOf(EarlierResult result) =>
        result.Results.Select(each => each.Digest).Concat(result.Digest is { } digest ? [digest] : []);

    /// <summary>Whether a file was found sound before and has not been written since.</summary>
    public bool IsKnownSound(string digest) =>
        _sound.TryGetValue(digest, out var stamp) && stamp == Stamp.Of(stamp.Path);

    /// <summary>Reads the whole file once; false when it is missing or damaged.</summary>
    public async Task<bool> LookAsync(string digest, CancellationToken stop)
    {
        try
        {
            await using var stream = await blobs.OpenAsync(digest, stop);
            if (stream is FileStream file && Stamp.Of(file.Name) is { } stamp) _sound[digest] = stamp;
            return true;
        }
        catch (Exception e) when (e is BlobMissingException or BlobCorruptException or DigestInvalidException
            or IOException)
        {
            return false;
        }
    }

    private sealed record Stamp(string Path, long Length, DateTime WrittenAt)
    {
        public static Stamp? Of(string path) =>
            new FileInfo(path) is { Exists: true } file ? new(path, file.Length, file.LastWriteTimeUtc) : null;
    }
}
