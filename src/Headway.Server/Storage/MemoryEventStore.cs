using System.Collections.Immutable;
using Headway.Core.Evidence;

namespace Headway.Server.Storage;

/// <summary>
/// The same contract in memory, for simulations of the loop: every answer is there at once, on the caller's thread, so
/// a run on one thread with a fake clock is repeated exactly (salts aside).
/// </summary>
public sealed class MemoryEventStore(TimeProvider time) : IEventStore
{
    private readonly Lock gate = new();
    private readonly SigningKey key = SigningKey.Ephemeral();
    private readonly List<EventRow> events = [];
    private readonly Dictionary<string, List<EventRow>> streams = new(StringComparer.Ordinal);
    private readonly SortedDictionary<(string Kind, string Key), StoredRow> rows = [];
    private readonly Dictionary<(string Node, string Boot, long Sequence), EvidenceBatch> evidence = [];
    private readonly Dictionary<(string Lane, string Signal, string Origin, long Sequence), SignalSample> looks = [];

    public long Epoch { get; private set; } = 1;

    public Task<ImmutableArray<StoredEvent>> AppendAsync(ImmutableArray<StreamWrite> writes, CancellationToken stop)
    {
        StreamWrites.Check(writes);
        return Locked(() => Append(writes), stop);
    }

    public Task<ImmutableArray<StoredEvent>> ReadStreamAsync(
        string stream, long afterVersion, CancellationToken stop) =>
        Locked<ImmutableArray<StoredEvent>>(() => streams.TryGetValue(stream, out var found)
            ? [.. found.Skip((int)Math.Min(afterVersion, int.MaxValue)).Select(row => row.Stored)] : [], stop);

    public Task<ImmutableArray<StreamHead>> ReadHeadsAsync(string prefix, CancellationToken stop) =>
        Locked<ImmutableArray<StreamHead>>(() => [.. streams.Keys
            .Where(stream => stream.StartsWith(prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).Select(Head)], stop);

    public Task<ImmutableArray<StoredEvent>> ReadAllAsync(long afterPosition, int limit, CancellationToken stop) =>
        Locked<ImmutableArray<StoredEvent>>(() => [.. events
            .Skip((int)Math.Min(afterPosition, int.MaxValue)).Take(limit).Select(row => row.Stored)], stop);

    public Task RedactAsync(string stream, long version, string actor, string why, CancellationToken stop) =>
        Locked(() =>
        {
            if (!streams.TryGetValue(stream, out var found) || version < 1 || version > found.Count)
                throw new ArgumentException($"There is no {stream}@{version} to redact.");
            var row = found[(int)version - 1] with { Payload = null, Salt = null };
            found[(int)version - 1] = row;
            events[(int)row.Position - 1] = row;
            return AppendOne(StoreEvent.Redactions, actor, new StoreEvent.Redacted(stream, version, why));
        }, stop);

    public Task<ChainReport> VerifyAsync(CancellationToken stop) => Locked(() =>
    {
        var checkpoints = streams.GetValueOrDefault(StoreEvent.Checkpoints) ?? [];
        var check = new ChainCheck(streams.Keys.Select(Head), checkpoints, key, null);
        foreach (var row in streams.OrderBy(stream => stream.Key, StringComparer.Ordinal).SelectMany(one => one.Value))
            check.Add(row);
        return check.Report();
    }, stop);

    public Task CheckpointAsync(CancellationToken stop) => Checkpoints.WriteAsync(this, key, null, stop);

    public Task<long> RaiseEpochAsync(string actor, string why, CancellationToken stop) => Locked(() =>
    {
        Epoch++;
        AppendOne(StoreEvent.Epochs, actor, new StoreEvent.EpochRaised(Epoch, why));
        return Epoch;
    }, stop);

    public Task<StoredRow?> ReadRowAsync(string kind, string key, CancellationToken stop) =>
        Locked(() => rows.GetValueOrDefault((kind, key)), stop);

    public Task<ImmutableArray<StoredRow>> ReadRowsAsync(string kind, CancellationToken stop) =>
        Locked<ImmutableArray<StoredRow>>(() => [.. rows.Values
            .Where(row => row.Kind == kind).OrderBy(row => row.Key, StringComparer.Ordinal)], stop);

    public Task WriteRowAsync(string kind, string key, long expectedVersion, byte[] value, CancellationToken stop) =>
        Locked(() =>
        {
            CheckRow(kind, key, expectedVersion);
            return rows[(kind, key)] = new(kind, key, expectedVersion + 1, [.. value]);
        }, stop);

    public Task DeleteRowAsync(string kind, string key, long expectedVersion, CancellationToken stop) =>
        Locked(() =>
        {
            CheckRow(kind, key, expectedVersion);
            return rows.Remove((kind, key)) ? 1
                : throw new VersionConflictException($"{kind}/{key}", expectedVersion, 0);
        }, stop);

    public Task<ImmutableArray<EvidenceBatch>> KeepEvidenceAsync(
        ImmutableArray<EvidenceBatch> batches, CancellationToken stop) =>
        Locked<ImmutableArray<EvidenceBatch>>(() => [.. batches.Where(batch =>
            evidence.TryAdd((batch.Node, batch.Boot, batch.Sequence), batch))], stop);

    public Task<ImmutableArray<EvidenceBatch>> ReadEvidenceAsync(
        string lane, DateTimeOffset from, DateTimeOffset to, CancellationToken stop) =>
        Locked<ImmutableArray<EvidenceBatch>>(() => [.. evidence.Values
            .Where(batch => batch.Lane == lane && batch.Second >= from && batch.Second < to)
            .OrderBy(batch => batch.Second).ThenBy(batch => batch.Node, StringComparer.Ordinal)
            .ThenBy(batch => batch.Boot, StringComparer.Ordinal).ThenBy(batch => batch.Sequence)], stop);

    public Task<ImmutableArray<SignalSample>> KeepSamplesAsync(
        ImmutableArray<SignalSample> samples, CancellationToken stop) =>
        Locked<ImmutableArray<SignalSample>>(() => [.. samples.Where(look =>
            looks.TryAdd((look.Lane, look.Signal, look.Origin, look.Sequence), look))], stop);

    public Task<ImmutableArray<SignalSample>> ReadSamplesAsync(
        string lane, DateTimeOffset from, DateTimeOffset to, CancellationToken stop) =>
        Locked<ImmutableArray<SignalSample>>(() => [.. looks.Values
            .Where(look => look.Lane == lane && look.At >= from && look.At < to)
            .OrderBy(look => look.At).ThenBy(look => look.Signal, StringComparer.Ordinal)
            .ThenBy(look => look.Origin, StringComparer.Ordinal).ThenBy(look => look.Sequence)], stop);

    public Task PruneEvidenceAsync(DateTimeOffset before, CancellationToken stop) => Locked(() =>
    {
        var old = evidence.Where(kept => kept.Value.Second < before).Select(kept => kept.Key).ToList();
        var oldLooks = looks.Where(kept => kept.Value.At < before).Select(kept => kept.Key).ToList();
        return old.Count(evidence.Remove) + oldLooks.Count(looks.Remove);
    }, stop);

    public ValueTask DisposeAsync()
    {
        key.Dispose();
        return ValueTask.CompletedTask;
    }

    private ImmutableArray<StoredEvent> Append(ImmutableArray<StreamWrite> writes)
    {
        var now = time.GetUtcNow();
        // Every version is checked before the first row is kept: all or nothing.
        var added = writes.SelectMany(write => EventRow.Follow(Head(write.Stream), write, Epoch, now)).ToList();
        var stored = ImmutableArray.CreateBuilder<StoredEvent>(added.Count);
        foreach (var row in added.Select(row => row with { Position = events.Count + 1 }))
        {
            if (!streams.TryGetValue(row.Stream, out var stream)) streams[row.Stream] = stream = [];
            stream.Add(row);
            events.Add(row);
            stored.Add(row.Stored);
        }
        return stored.MoveToImmutable();
    }

    private ImmutableArray<StoredEvent> AppendOne(string stream, string actor, StoreEvent happened) =>
        Append([EventTypes.Known.Write(stream, Head(stream).Version, actor, happened)]);

    private StreamHead Head(string stream) =>
        streams.TryGetValue(stream, out var found)
            ? new(stream, found[^1].Version, found[^1].Hash) : new(stream, 0, EventHash.First);

    private void CheckRow(string kind, string key, long expected)
    {
        var actual = rows.GetValueOrDefault((kind, key))?.Version ?? 0;
        if (actual != expected) throw new VersionConflictException($"{kind}/{key}", expected, actual);
    }

    private Task<T> Locked<T>(Func<T> act, CancellationToken stop)
    {
        if (stop.IsCancellationRequested) return Task.FromCanceled<T>(stop);
        try
        {
            lock (gate) return Task.FromResult(act());
        }
        catch (Exception e)
        {
            return Task.FromException<T>(e);
        }
    }
}
