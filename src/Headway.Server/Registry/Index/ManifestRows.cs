using Headway.Core.Registry;
using Headway.Server.Storage;
using Microsoft.Data.Sqlite;

namespace Headway.Server.Registry.Index;

/// <summary>Manifests and what they name. Run with a session of the index.</summary>
internal static class ManifestRows
{
    public static StoredManifest? Find(SqliteSession session, long repository, string digest) =>
        session.Query(Whole,
            """
            SELECT digest, media_type, artifact_type, subject, pushed, actor, content
            FROM manifests WHERE repository = $1 AND digest = $2
            """, repository, digest) is [var found] ? found : null;

    public static long? Id(SqliteSession session, long repository, string digest) => (long?)session.Scalar(
        "SELECT id FROM manifests WHERE repository = $1 AND digest = $2", repository, digest);

    /// <summary>Media type, size and moment, without the bytes; null when there is none.</summary>
    public static ManifestHead? Head(SqliteSession session, long repository, string digest) =>
        session.Query(
            row => new ManifestHead(digest, row.GetString(0), row.GetInt64(1), Moments.Read(row.GetInt64(2))),
            "SELECT media_type, size, pushed FROM manifests WHERE repository = $1 AND digest = $2", repository, digest)
            is [var found] ? found : null;

    /// <summary>Adds it, or notes that it was seen again. True when it is new.</summary>
    public static bool Put(SqliteSession session, long repository, StoredManifest manifest, Manifest read)
    {
        var now = Moments.Of(manifest.PushedAt);
        if (Id(session, repository, manifest.Digest) is { } there)
        {
            session.Execute("UPDATE manifests SET seen = $2 WHERE id = $1", there, now);
            return false;
        }
        session.Execute(
            """
            INSERT INTO manifests (repository, digest, media_type, artifact_type, subject, pushed, seen, actor, size,
                described, content)
            VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8, $9, $10)
            """,
            repository, manifest.Digest, manifest.MediaType, manifest.ArtifactType, manifest.Subject, now,
            manifest.Actor, (long)manifest.Content.Length, ReferrerText.Of(manifest, read), manifest.Content);
        var id = session.Scalar("SELECT last_insert_rowid()");
        foreach (var blob in read.Blobs)
            session.Execute("INSERT OR IGNORE INTO uses VALUES ($1, $2, 0)", id, blob.Digest);
        foreach (var child in read.Manifests)
            session.Execute("INSERT OR IGNORE INTO uses VALUES ($1, $2, 1)", id, child.Digest);
        return true;
    }

    /// <summary>With the tags that point at it.</summary>
    public static void Delete(SqliteSession session, long repository, string digest)
    {
        session.Execute(
            "DELETE FROM uses WHERE manifest = (SELECT id FROM manifests WHERE repository = $1 AND digest = $2)",
            repository, digest);
        session.Execute("DELETE FROM manifests WHERE repository = $1 AND digest = $2", repository, digest);
        session.Execute("DELETE FROM tags WHERE repository = $1 AND digest = $2", repository, digest);
    }

    /// <summary>Digests of everything that the manifest names.</summary>
    public static List<string> Uses(SqliteSession session, long repository, string digest) =>
        session.Query(row => row.GetString(0),
            """
            SELECT u.digest FROM uses u JOIN manifests m ON m.id = u.manifest
            WHERE m.repository = $1 AND m.digest = $2
            """, repository, digest);

    /// <summary>Descriptors as JSON in order of digest, after the given one.</summary>
    public static List<(string Digest, string Json)> Referrers(
        SqliteSession session, long repository, string subject, string? artifactType, string after) =>
        session.Query(row => (row.GetString(0), row.GetString(1)),
            """
            SELECT digest, described FROM manifests
            WHERE repository = $1 AND subject = $2 AND digest > $4 AND ($3 IS NULL OR artifact_type = $3)
            ORDER BY digest LIMIT 20000
            """, repository, subject, artifactType, after);

    public static List<string> ReferrersBy(SqliteSession session, string actor, long repository, string subject) =>
        session.Query(row => row.GetString(0),
            """
            SELECT digest FROM manifests WHERE repository = $1 AND subject = $2 AND actor = $3 ORDER BY digest LIMIT 1000
            """, repository, subject, actor);

    private static StoredManifest Whole(SqliteDataReader row) => new(
        row.GetString(0), row.GetString(1), (byte[])row.GetValue(6), Moments.Read(row.GetInt64(4)), row.GetString(5))
    {
        ArtifactType = row.IsDBNull(2) ? null : row.GetString(2), Subject = row.IsDBNull(3) ? null : row.GetString(3),
    };
}
