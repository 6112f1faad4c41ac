using Npgsql;

namespace Headway.Server.Storage;

/// <summary>
/// Numbered steps, taken by one server at a time. Steps are added, never changed.
///
/// Transactions commit in another order than they took their positions, so a reader that follows positions could pass
/// one that is still to come. `take_positions` gives out a transaction id together with its positions under a lock
/// that is held for microseconds: ids and positions then rise alike, and everything with an id below the oldest
/// running transaction is final, with nothing missing in between. It has to be the first thing a transaction does,
/// since whatever writes or locks a row gets its id at that moment.
/// </summary>
internal static class PostgresSchema
{
    /// <summary>An arbitrary number of ours: who migrates holds the advisory lock of it.</summary>
    private const long MigrationLock = 0x4865616477617901;

    private static readonly string[] Steps =
    [
        """
        CREATE TABLE settings (name text PRIMARY KEY, value bigint NOT NULL);
        INSERT INTO settings VALUES ('epoch', 1);
        CREATE SEQUENCE positions;
        CREATE TABLE events (
            position bigint PRIMARY KEY, epoch bigint NOT NULL,
            stream text COLLATE "C" NOT NULL, version bigint NOT NULL, type text NOT NULL, schema integer NOT NULL,
            at bigint NOT NULL, actor text NOT NULL, payload bytea, salt bytea,
            content bytea NOT NULL, hash bytea NOT NULL,
            xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
            UNIQUE (stream, version));
        CREATE FUNCTION take_positions(wanted integer) RETURNS SETOF bigint LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_advisory_lock(5216694956356467970);
            PERFORM pg_current_xact_id();
            RETURN QUERY SELECT nextval('positions') FROM generate_series(1, wanted);
            PERFORM pg_advisory_unlock(5216694956356467970);
        END $$;
        CREATE TABLE streams (stream text COLLATE "C" PRIMARY KEY, version bigint NOT NULL, hash bytea NOT NULL);
        CREATE TABLE rows (
            kind text COLLATE "C" NOT NULL, key text COLLATE "C" NOT NULL, version bigint NOT NULL,
            value bytea NOT NULL, PRIMARY KEY (kind, key));
        CREATE TABLE evidence (
            node text COLLATE "C" NOT NULL, boot text COLLATE "C" NOT NULL, sequence bigint NOT NULL,
            lane text COLLATE "C" NOT NULL, second bigint NOT NULL, batch bytea NOT NULL,
            PRIMARY KEY (node, boot, sequence));
        CREATE INDEX evidence_by_lane ON evidence (lane, second);
        CREATE INDEX evidence_by_second ON evidence (second);
        """,
        """
        CREATE TABLE samples (
            lane text COLLATE "C" NOT NULL, signal text COLLATE "C" NOT NULL, origin text COLLATE "C" NOT NULL,
            sequence bigint NOT NULL, at bigint NOT NULL, sample bytea NOT NULL,
            PRIMARY KEY (lane, signal, origin, sequence));
        CREATE INDEX samples_by_lane ON samples (lane, at);
        CREATE INDEX samples_by_time ON samples (at);
        """,
    ];

    public static async Task MigrateAsync(NpgsqlConnection connection, string where, CancellationToken stop)
    {
        await using var transaction = await connection.BeginTransactionAsync(stop);
        await RunAsync(connection, $"SELECT pg_advisory_xact_lock({MigrationLock})", stop);
        await RunAsync(connection, "CREATE TABLE IF NOT EXISTS schema_version (version integer NOT NULL)", stop);
        await using var command = new NpgsqlCommand("SELECT coalesce(max(version), 0) FROM schema_version", connection);
        var found = (int)(await command.ExecuteScalarAsync(stop))!;
        if (found > Steps.Length) throw new StoreTooNewException(where, found, Steps.Length);
        for (var step = found; step < Steps.Length; step++)
        {
            await RunAsync(connection, Steps[step], stop);
            await RunAsync(connection, $"INSERT INTO schema_version VALUES ({step + 1})", stop);
        }
        await transaction.CommitAsync(stop);
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken stop)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(stop);
    }
}
