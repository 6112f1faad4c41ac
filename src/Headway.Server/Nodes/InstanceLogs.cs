using System.Collections.Concurrent;
using System.Collections.Immutable;
using Headway.Core.Nodes;

namespace Headway.Server.Nodes;

/// <summary>The newest lines that instances wrote, by lane; bounded, what is dropped is the oldest.</summary>
public sealed class InstanceLogs
{
    private const int LinesKept = 5000;
    private readonly ConcurrentDictionary<string, Queue<InstanceLine>> _lanes = new();
    private long _sequence;

    public void Add(string node, LogChunk chunk)
    {
        var lines = _lanes.GetOrAdd(chunk.Lane, _ => new());
        lock (lines)
        {
            foreach (var line in chunk.Lines)
                lines.Enqueue(new(Interlocked.Increment(ref _sequence), node, chunk.Release, chunk.Instance, line));
            while (lines.Count > LinesKept) lines.Dequeue();
        }
    }

    /// <summary>Lines after a number, of one release when one is named, at most so many of the newest.</summary>
    public ImmutableArray<InstanceLine> Read(string lane, string? release, long after, int limit)
    {
        if (!_lanes.TryGetValue(lane, out var lines)) return [];
        lock (lines)
            return [.. lines.Where(l => l.Number > after && (release is null || l.Release == release)).TakeLast(limit)];
    }
}

public sealed record InstanceLine(long Number, string Node, string Release, string Instance, LogLine Line);
