using Headway.Server.Storage;
using Microsoft.Data.Sqlite;

namespace Headway.Server.TestResults.Keeping;

/// <summary>
/// A file of its own beside the record: what stands in it was read from reports, lives as long as it is of use, and may be lost
/// without any decision being lost.
/// </summary>
internal static class HistorySchema
{
    private static readonly string[] Steps =
    [
        """
        CREATE TABLE jobs (id INTEGER PRIMARY KEY, service TEXT NOT NULL, job TEXT NOT NULL, UNIQUE (service, job));
        CREATE TABLE tests (
            id INTEGER PRIMARY KEY, job INTEGER NOT NULL, name TEXT NOT NULL, unit TEXT, ms REAL, UNIQUE (job, name));
        CREATE TABLE attempts (
            id INTEGER PRIMARY KEY AUTOINCREMENT, job INTEGER NOT NULL, cell TEXT NOT NULL, run TEXT NOT NULL,
            attempt INTEGER NOT NULL, code TEXT NOT NULL, commit_sha TEXT NOT NULL, branch TEXT NOT NULL, counts INTEGER NOT NULL, at INTEGER NOT NULL,
            total INTEGER NOT NULL, complete INTEGER NOT NULL, passed INTEGER NOT NULL, summary BLOB NOT NULL, coverage BLOB,
            UNIQUE (run, cell, attempt));
        CREATE INDEX attempts_by_job ON attempts (job, cell, id);
        CREATE TABLE results (
            test INTEGER NOT NULL, attempt INTEGER NOT NULL, outcome INTEGER NOT NULL, ms REAL,
            PRIMARY KEY (test, attempt)) WITHOUT ROWID;
        CREATE INDEX results_by_attempt ON results (attempt);
        CREATE TABLE plans (run TEXT NOT NULL, job TEXT NOT NULL, plan BLOB NOT NULL, PRIMARY KEY (run, job));
        """,
    ];

    public static SqliteSession Open(string file)
    {
        var session = new SqliteSession(file, SqliteOpenMode.ReadWriteCreate);
        session.Script("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 67108864;");
        var found = (long)session.Scalar("PRAGMA user_version")!;
        if (found > Steps.Length) throw new StoreTooNewException(file, found, Steps.Length);
        for (var step = found; step < Steps.Length; step++)
            session.Script($"BEGIN IMMEDIATE; {Steps[step]} PRAGMA user_version = {step + 1}; COMMIT;");
        return session;
    }
}
