using System.Collections.Immutable;
using Headway.Core.Evidence;

namespace Headway.Server.Storage;

/// <summary>
/// Where everything that happened is kept. Two implementations, SQLite and PostgreSQL, pass the same contract tests.
/// </summary>
public interface IEventStore : IAsyncDisposable
{
    /// <summary>Raised by one at every restore from a backup; part of every fence.</summary>
    long Epoch { get; }

    /// <summary>
    /// Appends to one or more streams, all or nothing. Throws <see cref="VersionConflictException"/> when a stream is
    /// not at its expected version: somebody else has decided, load again.
    /// </summary>
    Task<ImmutableArray<StoredEvent>> AppendAsync(ImmutableArray<StreamWrite> writes, CancellationToken stop);

    Task<ImmutableArray<StoredEvent>> ReadStreamAsync(string stream, long afterVersion, CancellationToken stop);

    /// <summary>Where every stream ends whose name begins with the prefix, in order of name.</summary>
    Task<ImmutableArray<StreamHead>> ReadHeadsAsync(string prefix, CancellationToken stop);

    /// <summary>Events in order of position, up to the limit, never past one that may still commit.</summary>
    Task<ImmutableArray<StoredEvent>> ReadAllAsync(long afterPosition, int limit, CancellationToken stop);

    /// <summary>Deletes payload and salt of an event; the hash chain still verifies.</summary>
    Task RedactAsync(string stream, long version, string actor, string why, CancellationToken stop);

    /// <summary>Recomputes every hash and compares all heads with the last signed checkpoint.</summary>
    Task<ChainReport> VerifyAsync(CancellationToken stop);

    /// <summary>
    /// Signs the heads of all streams that moved since the last checkpoint; writes nothing when none did.
    /// </summary>
    Task CheckpointAsync(CancellationToken stop);

    /// <summary>
    /// Called once after a backup was restored: fences of the time before lose against those of the time after.
    /// Returns the new epoch.
    /// </summary>
    Task<long> RaiseEpochAsync(string actor, string why, CancellationToken stop);

    /// <summary>
    /// Small documents that are state, not history (desired state of a node). Compare-and-set by version.
    /// </summary>
    Task<StoredRow?> ReadRowAsync(string kind, string key, CancellationToken stop);

    Task<ImmutableArray<StoredRow>> ReadRowsAsync(string kind, CancellationToken stop);

    /// <summary>Expected version 0 inserts. Throws <see cref="VersionConflictException"/> on another version.</summary>
    Task WriteRowAsync(string kind, string key, long expectedVersion, byte[] value, CancellationToken stop);

    /// <summary>
    /// Throws <see cref="VersionConflictException"/> on another version; a row that is gone is at version 0.
    /// </summary>
    Task DeleteRowAsync(string kind, string key, long expectedVersion, CancellationToken stop);

    /// <summary>
    /// Keeps batches of evidence; returns those that were not there before, by (node, boot, sequence).
    /// </summary>
    Task<ImmutableArray<EvidenceBatch>> KeepEvidenceAsync(
        ImmutableArray<EvidenceBatch> batches, CancellationToken stop);

    Task<ImmutableArray<EvidenceBatch>> ReadEvidenceAsync(
        string lane, DateTimeOffset from, DateTimeOffset to, CancellationToken stop);

    /// <summary>
    /// Keeps samples of signals; returns those that were not there before, by (lane, signal, origin, sequence).
    /// </summary>
    Task<ImmutableArray<SignalSample>> KeepSamplesAsync(
        ImmutableArray<SignalSample> samples, CancellationToken stop);

    /// <summary>In order of time.</summary>
    Task<ImmutableArray<SignalSample>> ReadSamplesAsync(
        string lane, DateTimeOffset from, DateTimeOffset to, CancellationToken stop);

    /// <summary>Lets batches and samples go that are older.</summary>
    Task PruneEvidenceAsync(DateTimeOffset before, CancellationToken stop);
}

/// <param name="ExpectedVersion">0 for a new stream.</param>
public sealed record StreamWrite(string Stream, long ExpectedVersion, ImmutableArray<NewEvent> Events);

/// <param name="Type">A name of ours from the registry, never a CLR name.</param>
public sealed record NewEvent(string Type, int Schema, string Actor, byte[] Payload);

/// <param name="At">In whole microseconds, which is what PostgreSQL and SQLite keep alike.</param>
/// <param name="Payload">UTF-8 JSON; null after redaction, and the salt with it.</param>
/// <param name="Hash">Links the event to the one before it in its stream: <see cref="EventHash"/>.</param>
public sealed record StoredEvent(
    long Position, long Epoch, string Stream, long Version, string Type, int Schema, DateTimeOffset At, string Actor,
    byte[]? Payload, byte[]? Salt, byte[] Hash);

/// <param name="Version">Version of the newest event.</param>
/// <param name="Hash">Hash of the newest event.</param>
public sealed record StreamHead(string Stream, long Version, byte[] Hash);

public sealed record StoredRow(string Kind, string Key, long Version, byte[] Value);

/// <param name="Problem">The first thing that does not verify, or null.</param>
public sealed record ChainReport(long Streams, long Events, long Redacted, string? Problem);
