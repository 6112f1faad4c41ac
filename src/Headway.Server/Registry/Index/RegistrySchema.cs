using Headway.Server.Storage;
using Microsoft.Data.Sqlite;

namespace Headway.Server.Registry.Index;

/// <summary>
/// Numbered steps; `user_version` of the file says how many were taken. Steps are added, never changed. Moments are
/// milliseconds since 1970.
/// </summary>
internal static class RegistrySchema
{
    /// <summary>
    /// `contents` lists the blobs that came in by the registry, linked or not: only those are ever collected. It is
    /// written before the file is put into place, so no file is forgotten by a crash.
    /// </summary>
    private static readonly string[] Steps =
    [
        """
        CREATE TABLE repositories (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, since INTEGER NOT NULL);
        CREATE TABLE contents (digest TEXT PRIMARY KEY, size INTEGER NOT NULL, since INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE blobs (
            repository INTEGER NOT NULL, digest TEXT NOT NULL, size INTEGER NOT NULL, seen INTEGER NOT NULL,
            PRIMARY KEY (repository, digest)) WITHOUT ROWID;
        CREATE INDEX blobs_by_digest ON blobs (digest);
        CREATE TABLE manifests (
            id INTEGER PRIMARY KEY, repository INTEGER NOT NULL, digest TEXT NOT NULL, media_type TEXT NOT NULL,
            artifact_type TEXT, subject TEXT, pushed INTEGER NOT NULL, seen INTEGER NOT NULL, actor TEXT NOT NULL,
            size INTEGER NOT NULL, described TEXT NOT NULL, content BLOB NOT NULL, UNIQUE (repository, digest));
        CREATE INDEX manifests_by_subject ON manifests (repository, subject, digest) WHERE subject IS NOT NULL;
        CREATE TABLE uses (
            manifest INTEGER NOT NULL, digest TEXT NOT NULL, is_manifest INTEGER NOT NULL,
            PRIMARY KEY (manifest, digest)) WITHOUT ROWID;
        CREATE INDEX uses_by_digest ON uses (digest);
        CREATE TABLE tags (
            repository INTEGER NOT NULL, name TEXT NOT NULL, digest TEXT NOT NULL, moved INTEGER NOT NULL,
            actor TEXT NOT NULL, fixed INTEGER NOT NULL, PRIMARY KEY (repository, name)) WITHOUT ROWID;
        CREATE INDEX tags_by_digest ON tags (repository, digest);
        CREATE TABLE retired (
            repository INTEGER NOT NULL, name TEXT NOT NULL, digest TEXT NOT NULL,
            PRIMARY KEY (repository, name)) WITHOUT ROWID;
        """,
    ];

    public static SqliteSession Open(string file)
    {
        var session = new SqliteSession(file, SqliteOpenMode.ReadWriteCreate);
        try
        {
            session.Script(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864;");
            var found = (long)session.Scalar("PRAGMA user_version")!;
            if (found > Steps.Length) throw new StoreTooNewException(file, found, Steps.Length);
            for (var step = found; step < Steps.Length; step++)
                session.Script($"BEGIN IMMEDIATE; {Steps[step]} PRAGMA user_version = {step + 1}; COMMIT;");
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }
}
