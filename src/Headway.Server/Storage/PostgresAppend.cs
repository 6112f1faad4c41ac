using System.Collections.Immutable;
using Npgsql;
using NpgsqlTypes;

namespace Headway.Server.Storage;

/// <summary>An append inside a transaction that has done nothing before: two round trips and the commit.</summary>
internal static class PostgresAppend
{
    public static async Task<ImmutableArray<StoredEvent>> RunAsync(
        NpgsqlConnection connection, ImmutableArray<StreamWrite> writes, DateTimeOffset now, long? inEpoch,
        CancellationToken stop)
    {
        var (epoch, heads, positions) = await PrepareAsync(connection, writes);
        var rows = ImmutableArray.CreateBuilder<EventRow>(positions.Count);
        var moved = new List<StreamHead>();
        foreach (var write in writes)
        {
            var head = heads.GetValueOrDefault(write.Stream) ?? new(write.Stream, 0, EventHash.First);
            foreach (var row in EventRow.Follow(head, write, inEpoch ?? epoch, now))
                rows.Add(row with { Position = positions[rows.Count] });
            moved.Add(new(write.Stream, rows[^1].Version, rows[^1].Hash));
        }
        await InsertAsync(connection, rows, moved, stop);
        return [.. rows.Select(row => row.Stored)];
    }

    /// <summary>
    /// Positions first (see <see cref="PostgresSchema"/>), then the heads, locked in order of name. Not stopped half
    /// way: a cancelled statement could leave the lock of the positions with an idle connection.
    /// </summary>
    private static async Task<(long Epoch, Dictionary<string, StreamHead> Heads, List<long> Positions)> PrepareAsync(
        NpgsqlConnection connection, ImmutableArray<StreamWrite> writes)
    {
        await using var batch = new NpgsqlBatch(connection);
        var count = writes.Sum(write => write.Events.Length);
        batch.BatchCommands.Add(new("SELECT take_positions($1)") { Parameters = { new() { Value = count } } });
        batch.BatchCommands.Add(new("SELECT value FROM settings WHERE name = 'epoch'"));
        batch.BatchCommands.Add(new(
            "SELECT stream, version, hash FROM streams WHERE stream = ANY($1) ORDER BY stream FOR UPDATE")
        {
            Parameters = { new() { Value = writes.Select(write => write.Stream).ToArray() } },
        });
        await using var reader = await batch.ExecuteReaderAsync();
        var positions = new List<long>(count);
        while (await reader.ReadAsync()) positions.Add(reader.GetInt64(0));
        await reader.NextResultAsync();
        await reader.ReadAsync();
        var epoch = reader.GetInt64(0);
        await reader.NextResultAsync();
        var heads = new Dictionary<string, StreamHead>(StringComparer.Ordinal);
        while (await reader.ReadAsync())
            heads[reader.GetString(0)] = new(reader.GetString(0), reader.GetInt64(1), reader.GetFieldValue<byte[]>(2));
        return (epoch, heads, positions);
    }

    private static async Task InsertAsync(
        NpgsqlConnection connection, IReadOnlyList<EventRow> rows, List<StreamHead> heads, CancellationToken stop)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new(
            "INSERT INTO events "
                + "(position, epoch, stream, version, type, schema, at, actor, payload, salt, content, hash) SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)")
        {
            Parameters =
            {
                Column(rows, NpgsqlDbType.Bigint, row => row.Position),
                Column(rows, NpgsqlDbType.Bigint, row => row.Epoch),
                Column(rows, NpgsqlDbType.Text, row => row.Stream),
                Column(rows, NpgsqlDbType.Bigint, row => row.Version),
                Column(rows, NpgsqlDbType.Text, row => row.Type),
                Column(rows, NpgsqlDbType.Integer, row => row.Schema),
                Column(rows, NpgsqlDbType.Bigint, row => row.At),
                Column(rows, NpgsqlDbType.Text, row => row.Actor),
                Column(rows, NpgsqlDbType.Bytea, row => row.Payload!),
                Column(rows, NpgsqlDbType.Bytea, row => row.Salt!),
                Column(rows, NpgsqlDbType.Bytea, row => row.Content),
                Column(rows, NpgsqlDbType.Bytea, row => row.Hash),
            },
        });
        batch.BatchCommands.Add(new(
            "INSERT INTO streams SELECT * FROM unnest($1, $2, $3) "
                + "ON CONFLICT (stream) DO UPDATE SET version = excluded.version, hash = excluded.hash")
        {
            Parameters =
            {
                Column(heads, NpgsqlDbType.Text, head => head.Stream),
                Column(heads, NpgsqlDbType.Bigint, head => head.Version),
                Column(heads, NpgsqlDbType.Bytea, head => head.Hash),
            },
        });
        await batch.ExecuteNonQueryAsync(stop);
    }

    private static NpgsqlParameter Column<TRow, T>(IEnumerable<TRow> rows, NpgsqlDbType type, Func<TRow, T> value) =>
        new() { Value = rows.Select(value).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | type };
}
