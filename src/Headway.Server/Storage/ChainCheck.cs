namespace Headway.Server.Storage;

/// <summary>
/// Recomputes the chain of every stream and compares it with the heads and with the signed checkpoints. Rows come in
/// order of stream and version; the first thing that does not fit is the report's problem.
/// </summary>
internal sealed class ChainCheck
{
    private readonly Dictionary<string, StreamHead> heads;
    private readonly Dictionary<string, StreamHead> promised = new(StringComparer.Ordinal);
    private readonly HashSet<(string Stream, long Version)> emptied = [];
    private readonly HashSet<(string Stream, long Version)> redacted = [];
    private StreamHead at = new("", 0, EventHash.First);
    private long position, streams, events;
    private string? problem;

    public ChainCheck(
        IEnumerable<StreamHead> heads, IReadOnlyCollection<EventRow> checkpoints, SigningKey key, CheckpointMark? mark)
    {
        this.heads = heads.ToDictionary(head => head.Stream, StringComparer.Ordinal);
        var root = Promise(checkpoints, key);
        if (mark?.Read() is not { } marked) return;
        if (checkpoints.Count < marked.Version || checkpoints.Count == marked.Version && root != marked.Root)
            Found($"The data folder knows checkpoint {marked.Version}, and the store ends at {checkpoints.Count}: its "
                + "end was cut off, or an older copy was put in its place. After restoring a backup, raise the epoch.");
    }

    public void Add(EventRow row)
    {
        events++;
        if (row.Stream != at.Stream) Begin(row.Stream);
        if (row.Version != at.Version + 1)
            Found($"{row.Stream} has no version {at.Version + 1} and goes on with {row.Version}: events were deleted.");
        if (row.Position <= position) Found($"{row.Stream}@{row.Version} stands before its predecessor.");
        if (row.Payload is null || row.Salt is null) emptied.Add((row.Stream, row.Version));
        else if (!EventHash.Content(row.Salt, row.Payload).AsSpan().SequenceEqual(row.Content))
            Found($"The payload of {row.Stream}@{row.Version} was changed.");
        if (!EventHash.Chain(at.Hash, row).AsSpan().SequenceEqual(row.Hash))
            Found($"{row.Stream}@{row.Version} does not follow from its predecessor: a row was changed.");
        if (promised.TryGetValue(row.Stream, out var promise) && promise.Version == row.Version)
        {
            if (!promise.Hash.AsSpan().SequenceEqual(row.Hash))
                Found($"{row.Stream}@{row.Version} is not the event that was signed: history was rewritten.");
            promised.Remove(row.Stream);
        }
        if (row.Stream == StoreEvent.Redactions && row.Payload is not null) Note(row);
        at = new(row.Stream, row.Version, row.Hash);
        position = row.Position;
    }

    public ChainReport Report()
    {
        End();
        foreach (var head in heads.Values.Where(head => head.Version > 0))
            Found($"All {head.Version} events of {head.Stream} are missing.");
        foreach (var promise in promised.Values)
            Found($"{promise.Stream} was signed up to version {promise.Version}, which is missing: "
                + "its end was cut off.");
        foreach (var (stream, version) in emptied.Except(redacted))
            Found($"The payload of {stream}@{version} is gone, and no redaction says why.");
        return new(streams, events, emptied.Count, problem);
    }

    private void Begin(string stream)
    {
        End();
        streams++;
        at = new(stream, 0, EventHash.First);
        position = 0;
    }

    private void End()
    {
        if (at.Version == 0) return;
        if (!heads.Remove(at.Stream, out var head)) Found($"{at.Stream} has events and no head.");
        else if (head.Version != at.Version || !head.Hash.AsSpan().SequenceEqual(at.Hash))
            Found($"{at.Stream} ends at version {at.Version}, and its head says {head.Version}.");
    }

    /// <summary>Later checkpoints win, since the chain of a stream covers what came before.</summary>
    private string Promise(IEnumerable<EventRow> checkpoints, SigningKey key)
    {
        var root = EventHash.First;
        foreach (var row in checkpoints)
        {
            if (EventTypes.Known.Read(row.Stored) is not StoreEvent.Checkpointed checkpoint) continue;
            if (!Checkpoints.Root(root, checkpoint.Position, checkpoint.Heads).AsSpan().SequenceEqual(checkpoint.Root)
                || !key.Verifies(checkpoint.Root, checkpoint.Signature))
                Found($"The checkpoint {row.Stream}@{row.Version} is not signed by the key of this data folder.");
            foreach (var head in checkpoint.Heads) promised[head.Stream] = head;
            root = checkpoint.Root;
        }
        return Convert.ToHexStringLower(root);
    }

    private void Note(EventRow row)
    {
        if (EventTypes.Known.Read(row.Stored) is StoreEvent.Redacted said) redacted.Add((said.Stream, said.Version));
    }

    private void Found(string what) => problem ??= what;
}
