using Microsoft.Data.Sqlite;

namespace Headway.Server.Storage;

/// <summary>
/// Numbered steps; `user_version` of the file says how many were taken. Steps are added, never changed.
/// </summary>
internal static class SqliteSchema
{
    private static readonly string[] Steps =
    [
        """
        CREATE TABLE settings (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        INSERT INTO settings VALUES ('epoch', 1);
        CREATE TABLE events (
            position INTEGER PRIMARY KEY AUTOINCREMENT, epoch INTEGER NOT NULL,
            stream TEXT NOT NULL, version INTEGER NOT NULL, type TEXT NOT NULL, schema INTEGER NOT NULL,
            at INTEGER NOT NULL, actor TEXT NOT NULL, payload BLOB, salt BLOB,
            content BLOB NOT NULL, hash BLOB NOT NULL);
        CREATE UNIQUE INDEX events_by_stream ON events (stream, version);
        CREATE TABLE streams (stream TEXT PRIMARY KEY, version INTEGER NOT NULL, hash BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE rows (
            kind TEXT NOT NULL, key TEXT NOT NULL, version INTEGER NOT NULL, value BLOB NOT NULL,
            PRIMARY KEY (kind, key));
        CREATE TABLE evidence (
            node TEXT NOT NULL, boot TEXT NOT NULL, sequence INTEGER NOT NULL, lane TEXT NOT NULL,
            second INTEGER NOT NULL, batch BLOB NOT NULL, PRIMARY KEY (node, boot, sequence));
        CREATE INDEX evidence_by_lane ON evidence (lane, second);
        CREATE INDEX evidence_by_second ON evidence (second);
        """,
        """
        CREATE TABLE samples (
            lane TEXT NOT NULL, signal TEXT NOT NULL, origin TEXT NOT NULL, sequence INTEGER NOT NULL,
            at INTEGER NOT NULL, sample BLOB NOT NULL, PRIMARY KEY (lane, signal, origin, sequence));
        CREATE INDEX samples_by_lane ON samples (lane, at);
        CREATE INDEX samples_by_time ON samples (at);
        """,
    ];

    /// <summary>
    /// Every commit is flushed before it is answered (FULL); readers never wait for the writer (WAL).
    /// </summary>
    public static SqliteSession Open(string file)
    {
        var session = new SqliteSession(file, SqliteOpenMode.ReadWriteCreate);
        try
        {
            session.Script(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864;");
            Migrate(session, file);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    private static void Migrate(SqliteSession session, string file)
    {
        var found = (long)session.Scalar("PRAGMA user_version")!;
        if (found > Steps.Length) throw new StoreTooNewException(file, found, Steps.Length);
        for (var step = found; step < Steps.Length; step++)
            session.Script($"BEGIN IMMEDIATE; {Steps[step]} PRAGMA user_version = {step + 1}; COMMIT;");
    }
}
