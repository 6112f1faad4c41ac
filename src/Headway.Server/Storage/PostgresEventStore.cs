using System.Collections.Immutable;
using System.Text.Json;
using Headway.Core;
using Headway.Core.Evidence;
using Npgsql;
using static Headway.Server.Storage.PostgresQueries;

namespace Headway.Server.Storage;

/// <summary>For a server whose data is to outlive its machine: PostgreSQL 13 or newer.</summary>
public sealed class PostgresEventStore : IEventStore
{
    private const string Columns =
        "position, epoch, stream, version, type, schema, at, actor, payload, salt, content, hash";

    private readonly DataFolder folder;
    private readonly NpgsqlDataSource source;
    private readonly TimeProvider time;
    private readonly SigningKey key;
    private readonly CheckpointMark mark;
    private readonly PostgresSession session;
    private long epoch;

    private PostgresEventStore(DataFolder folder, NpgsqlDataSource source, TimeProvider time, string where)
    {
        this.folder = folder;
        this.source = source;
        this.time = time;
        session = new PostgresSession(source, where);
        mark = new CheckpointMark(folder.Path);
        key = SigningKey.LoadOrCreate(Path.Combine(folder.Path, "keys", "checkpoint.pem"));
    }

    public long Epoch => Interlocked.Read(ref epoch);

    /// <summary>
    /// Makes or upgrades the tables. The data folder holds the key of the checkpoints and is released at the end.
    /// </summary>
    public static async Task<PostgresEventStore> OpenAsync(
        string connectionString, DataFolder folder, TimeProvider time, CancellationToken stop)
    {
        NpgsqlDataSource? source = null;
        try
        {
            var address = PostgresAddress.Parse(connectionString);
            // Without passwords: this is what errors show.
            var where = $"postgres://{address.Host}:{address.Port}/{address.Database}";
            source = NpgsqlDataSource.Create(address);
            var store = new PostgresEventStore(folder, source, time, where);
            store.epoch = await store.session.ReadAsync(async connection =>
            {
                await PostgresSchema.MigrateAsync(connection, where, stop);
                return await ScalarAsync<long>(connection, "SELECT value FROM settings WHERE name = 'epoch'", stop);
            }, stop);
            return store;
        }
        catch
        {
            if (source is not null) await source.DisposeAsync();
            folder.Dispose();
            throw;
        }
    }

    public async Task<ImmutableArray<StoredEvent>> AppendAsync(
        ImmutableArray<StreamWrite> writes, CancellationToken stop)
    {
        StreamWrites.Check(writes);
        try
        {
            return await session.WriteAsync(
                writes[0].Stream, connection =>
                    PostgresAppend.RunAsync(connection, writes, time.GetUtcNow(), null, stop),
                stop);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            throw await ConflictAsync(writes, stop);
        }
    }

    public Task<ImmutableArray<StoredEvent>> ReadStreamAsync(
        string stream, long afterVersion, CancellationToken stop) =>
        EventsAsync($"SELECT {Columns} FROM events WHERE stream = $1 AND version > $2 ORDER BY version",
            stop, stream, afterVersion);

    public Task<ImmutableArray<StreamHead>> ReadHeadsAsync(string prefix, CancellationToken stop) =>
        session.ReadAsync(async connection => (await QueryAsync(connection, HeadOf,
            "SELECT stream, version, hash FROM streams "
                + "WHERE stream >= $1 AND stream < $1 || chr(1114111) ORDER BY stream",
            stop, prefix)).ToImmutableArray(), stop);

    public Task<ImmutableArray<StoredEvent>> ReadAllAsync(long afterPosition, int limit, CancellationToken stop) =>
        EventsAsync(
            $"SELECT {Columns} FROM events WHERE position > $1 AND xid < pg_snapshot_xmin(pg_current_snapshot()) "
                + "ORDER BY position LIMIT $2", stop, afterPosition, limit);

    public Task RedactAsync(string stream, long version, string actor, string why, CancellationToken stop) =>
        session.WriteAsync(stream, async connection =>
        {
            var said = await AppendOneAsync(connection, StoreEvent.Redactions, actor,
                new StoreEvent.Redacted(stream, version, why), null, stop);
            var found = await ExecuteAsync(connection,
                "UPDATE events SET payload = NULL, salt = NULL WHERE stream = $1 AND version = $2",
                stop, stream, version);
            return found == 1 ? said : throw new ArgumentException($"There is no {stream}@{version} to redact.");
        }, stop);

    public Task<ChainReport> VerifyAsync(CancellationToken stop) => session.ReadAsync(async connection =>
    {
        await using var moment = await connection.BeginTransactionAsync(
            System.Data.IsolationLevel.RepeatableRead, stop);
        var heads = await QueryAsync(connection, HeadOf, "SELECT stream, version, hash FROM streams", stop);
        var checkpoints = await QueryAsync(connection, RowOf,
            $"SELECT {Columns} FROM events WHERE stream = $1 ORDER BY version", stop, StoreEvent.Checkpoints);
        var check = new ChainCheck(heads, checkpoints, key, mark);
        await using var command = new NpgsqlCommand(
            $"SELECT {Columns} FROM events ORDER BY stream, version", connection);
        await using var reader = await command.ExecuteReaderAsync(stop);
        while (await reader.ReadAsync(stop)) check.Add(RowOf(reader));
        return check.Report();
    }, stop);

    public Task CheckpointAsync(CancellationToken stop) => Checkpoints.WriteAsync(this, key, mark, stop);

    public async Task<long> RaiseEpochAsync(string actor, string why, CancellationToken stop)
    {
        var raised = await session.WriteAsync(StoreEvent.Epochs, async connection =>
        {
            // The row is not locked by this read; two restores at once would be two people doing the same.
            var next = await ScalarAsync<long>(connection, "SELECT value + 1 FROM settings WHERE name = 'epoch'", stop);
            await AppendOneAsync(
                connection, StoreEvent.Epochs, actor, new StoreEvent.EpochRaised(next, why), next, stop);
            await ExecuteAsync(connection, "UPDATE settings SET value = $1 WHERE name = 'epoch'", stop, next);
            return next;
        }, stop);
        Interlocked.Exchange(ref epoch, raised);
        mark.Forget();
        return raised;
    }

    public Task<StoredRow?> ReadRowAsync(string kind, string key, CancellationToken stop) =>
        session.ReadAsync(async connection => (await QueryAsync(connection, StoredRowOf,
            "SELECT kind, key, version, value FROM rows WHERE kind = $1 AND key = $2", stop, kind, key))
            .FirstOrDefault(), stop);

    public Task<ImmutableArray<StoredRow>> ReadRowsAsync(string kind, CancellationToken stop) =>
        session.ReadAsync(async connection => (await QueryAsync(connection, StoredRowOf,
            "SELECT kind, key, version, value FROM rows WHERE kind = $1 ORDER BY key", stop, kind))
            .ToImmutableArray(), stop);

    public Task WriteRowAsync(string kind, string key, long expectedVersion, byte[] value, CancellationToken stop) =>
        session.WriteAsync($"{kind}/{key}", async connection =>
        {
            var written = expectedVersion == 0
                ? await ExecuteAsync(connection,
                    "INSERT INTO rows VALUES ($1, $2, 1, $3) ON CONFLICT DO NOTHING", stop, kind, key, value)
                : await ExecuteAsync(connection,
                    "UPDATE rows SET version = version + 1, value = $1 WHERE kind = $2 AND key = $3 AND version = $4",
                    stop, value, kind, key, expectedVersion);
            return written == 1 ? written : throw await RowConflictAsync(connection, kind, key, expectedVersion, stop);
        }, stop);

    public Task DeleteRowAsync(string kind, string key, long expectedVersion, CancellationToken stop) =>
        session.WriteAsync($"{kind}/{key}", async connection => await ExecuteAsync(connection,
            "DELETE FROM rows WHERE kind = $1 AND key = $2 AND version = $3", stop, kind, key, expectedVersion) == 1
                ? 1 : throw await RowConflictAsync(connection, kind, key, expectedVersion, stop), stop);

    public Task<ImmutableArray<EvidenceBatch>> KeepEvidenceAsync(
        ImmutableArray<EvidenceBatch> batches, CancellationToken stop) =>
        session.WriteAsync("evidence", async connection =>
        {
            var kept = (await QueryAsync(connection, IdentityOf,
                "INSERT INTO evidence SELECT * FROM unnest($1, $2, $3, $4, $5, $6) "
                    + "ON CONFLICT DO NOTHING RETURNING node, boot, sequence", stop,
                batches.Select(batch => batch.Node).ToArray(), batches.Select(batch => batch.Boot).ToArray(),
                batches.Select(batch => batch.Sequence).ToArray(), batches.Select(batch => batch.Lane).ToArray(),
                batches.Select(batch => EventRow.MicrosOf(batch.Second)).ToArray(),
                batches.Select(batch => JsonSerializer.SerializeToUtf8Bytes(batch, Wire.Json)).ToArray())).ToHashSet();
            return batches.Where(batch => kept.Remove((batch.Node, batch.Boot, batch.Sequence))).ToImmutableArray();
        }, stop);

    public Task<ImmutableArray<EvidenceBatch>> ReadEvidenceAsync(
        string lane, DateTimeOffset from, DateTimeOffset to, CancellationToken stop) =>
        session.ReadAsync(async connection => (await QueryAsync(connection,
            reader => JsonSerializer.Deserialize<EvidenceBatch>(reader.GetFieldValue<byte[]>(0), Wire.Json)!,
            "SELECT batch FROM evidence WHERE lane = $1 AND second >= $2 AND second < $3 "
                + "ORDER BY second, node, boot, sequence",
            stop, lane, EventRow.MicrosOf(from), EventRow.MicrosOf(to))).ToImmutableArray(), stop);

    public Task<ImmutableArray<SignalSample>> KeepSamplesAsync(
        ImmutableArray<SignalSample> samples, CancellationToken stop) =>
        session.WriteAsync("samples", async connection =>
        {
            var kept = (await QueryAsync(connection, SampleIdentityOf,
                "INSERT INTO samples SELECT * FROM unnest($1, $2, $3, $4, $5, $6) "
                    + "ON CONFLICT DO NOTHING RETURNING lane, signal, origin, sequence", stop,
                samples.Select(sample => sample.Lane).ToArray(), samples.Select(sample => sample.Signal).ToArray(),
                samples.Select(sample => sample.Origin).ToArray(),
                samples.Select(sample => sample.Sequence).ToArray(),
                samples.Select(sample => EventRow.MicrosOf(sample.At)).ToArray(),
                samples.Select(sample => JsonSerializer.SerializeToUtf8Bytes(sample, Wire.Json)).ToArray()))
                .ToHashSet();
            return samples.Where(sample => kept.Remove((sample.Lane, sample.Signal, sample.Origin, sample.Sequence)))
                .ToImmutableArray();
        }, stop);

    public Task<ImmutableArray<SignalSample>> ReadSamplesAsync(
        string lane, DateTimeOffset from, DateTimeOffset to, CancellationToken stop) =>
        session.ReadAsync(async connection => (await QueryAsync(connection,
            reader => JsonSerializer.Deserialize<SignalSample>(reader.GetFieldValue<byte[]>(0), Wire.Json)!,
            "SELECT sample FROM samples WHERE lane = $1 AND at >= $2 AND at < $3 ORDER BY at, signal, origin, sequence",
            stop, lane, EventRow.MicrosOf(from), EventRow.MicrosOf(to))).ToImmutableArray(), stop);

    public Task PruneEvidenceAsync(DateTimeOffset before, CancellationToken stop) =>
        session.WriteAsync("evidence", async connection =>
            await ExecuteAsync(
                connection, "DELETE FROM evidence WHERE second < $1", stop, EventRow.MicrosOf(before))
            + await ExecuteAsync(
                connection, "DELETE FROM samples WHERE at < $1", stop, EventRow.MicrosOf(before)), stop);

    public async ValueTask DisposeAsync()
    {
        await source.DisposeAsync();
        key.Dispose();
        folder.Dispose();
    }

    private Task<ImmutableArray<StoredEvent>> EventsAsync(string sql, CancellationToken stop, params object[] values) =>
        session.ReadAsync(async connection => (await QueryAsync(connection, RowOf, sql, stop, values))
            .Select(row => row.Stored).ToImmutableArray(), stop);

    /// <summary>Reads the head first, which takes no transaction id; the append then checks it under a lock.</summary>
    private async Task<ImmutableArray<StoredEvent>> AppendOneAsync(
        NpgsqlConnection connection, string stream, string actor, StoreEvent happened, long? inEpoch,
        CancellationToken stop)
    {
        var version = await ScalarAsync<long>(connection,
            "SELECT version FROM streams WHERE stream = $1", stop, stream);
        var write = EventTypes.Known.Write(stream, version, actor, happened);
        return await PostgresAppend.RunAsync(connection, [write], time.GetUtcNow(), inEpoch, stop);
    }

    /// <summary>
    /// Two began the same stream at once and the other was faster; at least one head is not as expected.
    /// </summary>
    private async Task<VersionConflictException> ConflictAsync(
        ImmutableArray<StreamWrite> writes, CancellationToken stop)
    {
        foreach (var write in writes)
        {
            var actual = await session.ReadAsync(connection => ScalarAsync<long>(
                connection, "SELECT version FROM streams WHERE stream = $1", stop, write.Stream), stop);
            if (actual != write.ExpectedVersion) return new(write.Stream, write.ExpectedVersion, actual);
        }
        throw new System.Diagnostics.UnreachableException("A stream that was begun twice has gone.");
    }

    private static async Task<VersionConflictException> RowConflictAsync(
        NpgsqlConnection connection, string kind, string key, long expected, CancellationToken stop) =>
        new($"{kind}/{key}", expected, await ScalarAsync<long>(
            connection, "SELECT version FROM rows WHERE kind = $1 AND key = $2", stop, kind, key));
}
