using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using Headway.Core;
using Headway.Core.Evidence;
using Microsoft.Data.Sqlite;

namespace Headway.Server.Storage;

/// <summary>The embedded default: one file, one writer, any number of readers beside it.</summary>
public sealed class SqliteEventStore : IEventStore
{
    private const string Columns =
        "position, epoch, stream, version, type, schema, at, actor, payload, salt, content, hash";

    private readonly DataFolder folder;
    private readonly TimeProvider time;
    private readonly SigningKey key;
    private readonly CheckpointMark mark;
    private readonly SqliteWriter writer;
    private readonly ConcurrentBag<SqliteSession> readers = [];
    private long epoch;

    private SqliteEventStore(DataFolder folder, TimeProvider time, SqliteSession session)
    {
        this.folder = folder;
        this.time = time;
        mark = new CheckpointMark(folder.Path);
        key = SigningKey.LoadOrCreate(Path.Combine(folder.Path, "keys", "checkpoint.pem"));
        epoch = (long)session.Scalar("SELECT value FROM settings WHERE name = 'epoch'")!;
        writer = new SqliteWriter(session, folder.Path);
    }

    public long Epoch => Interlocked.Read(ref epoch);

    private string File => FileIn(folder.Path);

    /// <summary>Takes the folder; throws <see cref="DataFolderInUseException"/> when another process has it.</summary>
    public static SqliteEventStore Open(string path, TimeProvider time)
    {
        var folder = DataFolder.Take(path);
        SqliteSession? session = null;
        try
        {
            session = SqliteSchema.Open(FileIn(folder.Path));
            return new(folder, time, session);
        }
        catch (SqliteException e)
        {
            session?.Dispose();
            folder.Dispose();
            throw SqliteFailure.Of(e, folder.Path);
        }
        catch (IOException e) when (DiskFull.Is(e))
        {
            session?.Dispose();
            folder.Dispose();
            throw new StorageFullException(folder.Path, e);
        }
        catch
        {
            session?.Dispose();
            folder.Dispose();
            throw;
        }
    }

    public Task<ImmutableArray<StoredEvent>> AppendAsync(ImmutableArray<StreamWrite> writes, CancellationToken stop)
    {
        StreamWrites.Check(writes);
        return writer.RunAsync(session => Append(session, writes, Epoch), stop);
    }

    public Task<ImmutableArray<StoredEvent>> ReadStreamAsync(
        string stream, long afterVersion, CancellationToken stop) =>
        Read<ImmutableArray<StoredEvent>>(session => [.. session.Query(
            RowOf, $"SELECT {Columns} FROM events WHERE stream = $1 AND version > $2 ORDER BY version",
            stream, afterVersion).Select(row => row.Stored)]);

    public Task<ImmutableArray<StreamHead>> ReadHeadsAsync(string prefix, CancellationToken stop) =>
        Read<ImmutableArray<StreamHead>>(session => [.. session.Query(
            HeadOf, "SELECT stream, version, hash FROM streams "
                + "WHERE stream >= $1 AND stream < $1 || char(1114111) ORDER BY stream",
            prefix)]);

    public Task<ImmutableArray<StoredEvent>> ReadAllAsync(long afterPosition, int limit, CancellationToken stop) =>
        Read<ImmutableArray<StoredEvent>>(session => [.. session.Query(
            RowOf, $"SELECT {Columns} FROM events WHERE position > $1 ORDER BY position LIMIT $2",
            afterPosition, limit).Select(row => row.Stored)]);

    public Task RedactAsync(string stream, long version, string actor, string why, CancellationToken stop) =>
        writer.RunAsync(session =>
        {
            var found = session.Execute(
                "UPDATE events SET payload = NULL, salt = NULL WHERE stream = $1 AND version = $2", stream, version);
            if (found == 0) throw new ArgumentException($"There is no {stream}@{version} to redact.");
            return AppendOne(session, StoreEvent.Redactions, actor, new StoreEvent.Redacted(stream, version, why),
                Epoch);
        }, stop);

    public Task<ChainReport> VerifyAsync(CancellationToken stop) => Read(session =>
    {
        // One transaction, so that rows, heads and checkpoints are of the same moment.
        session.Execute("BEGIN");
        try
        {
            var heads = session.Query(HeadOf, "SELECT stream, version, hash FROM streams");
            var checkpoints = session.Query(
                RowOf, $"SELECT {Columns} FROM events WHERE stream = $1 ORDER BY version", StoreEvent.Checkpoints);
            var check = new ChainCheck(heads, checkpoints, key, mark);
            foreach (var row in session.Scan(RowOf, $"SELECT {Columns} FROM events ORDER BY stream, version"))
            {
                stop.ThrowIfCancellationRequested();
                check.Add(row);
            }
            return check.Report();
        }
        finally
        {
            session.Execute("COMMIT");
        }
    });

    public Task CheckpointAsync(CancellationToken stop) => Checkpoints.WriteAsync(this, key, mark, stop);

    public async Task<long> RaiseEpochAsync(string actor, string why, CancellationToken stop)
    {
        var raised = await writer.RunAsync(session =>
        {
            var next = (long)session.Scalar("SELECT value FROM settings WHERE name = 'epoch'")! + 1;
            session.Execute("UPDATE settings SET value = $1 WHERE name = 'epoch'", next);
            AppendOne(session, StoreEvent.Epochs, actor, new StoreEvent.EpochRaised(next, why), next);
            return next;
        }, stop);
        Interlocked.Exchange(ref epoch, raised);
        mark.Forget();
        return raised;
    }

    public Task<StoredRow?> ReadRowAsync(string kind, string key, CancellationToken stop) =>
        Read(session => session.Query(
            StoredRowOf, "SELECT kind, key, version, value FROM rows WHERE kind = $1 AND key = $2", kind, key)
            .FirstOrDefault());

    public Task<ImmutableArray<StoredRow>> ReadRowsAsync(string kind, CancellationToken stop) =>
        Read<ImmutableArray<StoredRow>>(session => [.. session.Query(
            StoredRowOf, "SELECT kind, key, version, value FROM rows WHERE kind = $1 ORDER BY key", kind)]);

    public Task WriteRowAsync(string kind, string key, long expectedVersion, byte[] value, CancellationToken stop) =>
        writer.RunAsync(session =>
        {
            var written = expectedVersion == 0
                ? session.Execute("INSERT OR IGNORE INTO rows VALUES ($1, $2, 1, $3)", kind, key, value)
                : session.Execute(
                    "UPDATE rows SET version = version + 1, value = $1 WHERE kind = $2 AND key = $3 AND version = $4",
                    value, kind, key, expectedVersion);
            return written == 1 ? written : throw RowConflict(session, kind, key, expectedVersion);
        }, stop);

    public Task DeleteRowAsync(string kind, string key, long expectedVersion, CancellationToken stop) =>
        writer.RunAsync(session => session.Execute(
            "DELETE FROM rows WHERE kind = $1 AND key = $2 AND version = $3", kind, key, expectedVersion) == 1
                ? 1 : throw RowConflict(session, kind, key, expectedVersion), stop);

    public Task<ImmutableArray<EvidenceBatch>> KeepEvidenceAsync(
        ImmutableArray<EvidenceBatch> batches, CancellationToken stop) =>
        writer.RunAsync<ImmutableArray<EvidenceBatch>>(session => [.. batches.Where(batch => session.Execute(
            "INSERT OR IGNORE INTO evidence VALUES ($1, $2, $3, $4, $5, $6)",
            batch.Node, batch.Boot, batch.Sequence, batch.Lane, EventRow.MicrosOf(batch.Second),
            JsonSerializer.SerializeToUtf8Bytes(batch, Wire.Json)) == 1)], stop);

    public Task<ImmutableArray<EvidenceBatch>> ReadEvidenceAsync(
        string lane, DateTimeOffset from, DateTimeOffset to, CancellationToken stop) =>
        Read<ImmutableArray<EvidenceBatch>>(session => [.. session.Query(
            reader => JsonSerializer.Deserialize<EvidenceBatch>(reader.GetFieldValue<byte[]>(0), Wire.Json)!,
            "SELECT batch FROM evidence WHERE lane = $1 AND second >= $2 AND second < $3 "
                + "ORDER BY second, node, boot, sequence",
            lane, EventRow.MicrosOf(from), EventRow.MicrosOf(to))]);

    public Task<ImmutableArray<SignalSample>> KeepSamplesAsync(
        ImmutableArray<SignalSample> samples, CancellationToken stop) =>
        writer.RunAsync<ImmutableArray<SignalSample>>(session => [.. samples.Where(sample => session.Execute(
            "INSERT OR IGNORE INTO samples VALUES ($1, $2, $3, $4, $5, $6)",
            sample.Lane, sample.Signal, sample.Origin, sample.Sequence, EventRow.MicrosOf(sample.At),
            JsonSerializer.SerializeToUtf8Bytes(sample, Wire.Json)) == 1)], stop);

    public Task<ImmutableArray<SignalSample>> ReadSamplesAsync(
        string lane, DateTimeOffset from, DateTimeOffset to, CancellationToken stop) =>
        Read<ImmutableArray<SignalSample>>(session => [.. session.Query(
            reader => JsonSerializer.Deserialize<SignalSample>(reader.GetFieldValue<byte[]>(0), Wire.Json)!,
            "SELECT sample FROM samples WHERE lane = $1 AND at >= $2 AND at < $3 ORDER BY at, signal, origin, sequence",
            lane, EventRow.MicrosOf(from), EventRow.MicrosOf(to))]);

    public Task PruneEvidenceAsync(DateTimeOffset before, CancellationToken stop) =>
        writer.RunAsync(session =>
            session.Execute("DELETE FROM evidence WHERE second < $1", EventRow.MicrosOf(before))
            + session.Execute("DELETE FROM samples WHERE at < $1", EventRow.MicrosOf(before)), stop);

    public ValueTask DisposeAsync()
    {
        while (readers.TryTake(out var reader)) reader.Dispose();
        writer.Dispose();
        key.Dispose();
        folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string FileIn(string folder) => Path.Combine(folder, "headway.db");

    private ImmutableArray<StoredEvent> AppendOne(
        SqliteSession session, string stream, string actor, StoreEvent happened, long inEpoch) =>
        Append(session,
            [EventTypes.Known.Write(stream, Head(session, stream).Version, actor, happened)], inEpoch);

    private ImmutableArray<StoredEvent> Append(
        SqliteSession session, ImmutableArray<StreamWrite> writes, long inEpoch)
    {
        var now = time.GetUtcNow();
        var stored = ImmutableArray.CreateBuilder<StoredEvent>();
        foreach (var write in writes)
        {
            var rows = EventRow.Follow(Head(session, write.Stream), write, inEpoch, now);
            foreach (var row in rows)
            {
                var position = (long)session.Scalar(
                    $"INSERT INTO events ({Columns}) VALUES (NULL, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) "
                        + "RETURNING position",
                    row.Epoch, row.Stream, row.Version, row.Type, row.Schema, row.At, row.Actor, row.Payload, row.Salt,
                    row.Content, row.Hash)!;
                stored.Add((row with { Position = position }).Stored);
            }
            session.Execute("INSERT OR REPLACE INTO streams VALUES ($1, $2, $3)",
                write.Stream, rows[^1].Version, rows[^1].Hash);
        }
        return stored.ToImmutable();
    }

    private static StreamHead Head(SqliteSession session, string stream) =>
        session.Query(HeadOf, "SELECT stream, version, hash FROM streams WHERE stream = $1", stream).FirstOrDefault()
            ?? new(stream, 0, EventHash.First);

    private static VersionConflictException RowConflict(
        SqliteSession session, string kind, string key, long expected) =>
        new($"{kind}/{key}", expected,
            (long?)session.Scalar("SELECT version FROM rows WHERE kind = $1 AND key = $2", kind, key) ?? 0);

    /// <summary>
    /// Reads run where they are called: SQLite answers from memory or a local disk, without waiting for writes.
    /// </summary>
    private Task<T> Read<T>(Func<SqliteSession, T> read)
    {
        if (!readers.TryTake(out var session)) session = new SqliteSession(File, SqliteOpenMode.ReadOnly);
        try
        {
            return Task.FromResult(read(session));
        }
        catch (SqliteException e)
        {
            return Task.FromException<T>(SqliteFailure.Of(e, folder.Path));
        }
        catch (Exception e)
        {
            return Task.FromException<T>(e);
        }
        finally
        {
            readers.Add(session);
        }
    }

    private static StreamHead HeadOf(SqliteDataReader reader) =>
        new(reader.GetString(0), reader.GetInt64(1), reader.GetFieldValue<byte[]>(2));

    private static StoredRow StoredRowOf(SqliteDataReader reader) =>
        new(reader.GetString(0), reader.GetString(1), reader.GetInt64(2), reader.GetFieldValue<byte[]>(3));

    private static EventRow RowOf(SqliteDataReader reader) => new(
        reader.GetInt64(0), reader.GetInt64(1), reader.GetString(2), reader.GetInt64(3), reader.GetString(4),
        reader.GetInt32(5), reader.GetInt64(6), reader.GetString(7),
        reader.IsDBNull(8) ? null : reader.GetFieldValue<byte[]>(8),
        reader.IsDBNull(9) ? null : reader.GetFieldValue<byte[]>(9),
        reader.GetFieldValue<byte[]>(10), reader.GetFieldValue<byte[]>(11));
}
