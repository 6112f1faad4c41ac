using System.Collections.Immutable;
using Headway.Core.Registry;
using Headway.Server.Storage;

namespace Headway.Server.Registry.Index;

/// <summary>What a collection asks and takes away.</summary>
internal static class CollectingRows
{
    public static RepositoryContents Contents(SqliteSession session, long repository, string name)
    {
        var uses = session.Query(row => (Manifest: row.GetInt64(0), Digest: row.GetString(1)),
            """
            SELECT u.manifest, u.digest FROM uses u JOIN manifests m ON m.id = u.manifest WHERE m.repository = $1
            """, repository).ToLookup(use => use.Manifest, use => use.Digest);
        var manifests = session.Query(
            row => new HeldManifest(row.GetString(1), Moments.Read(row.GetInt64(2)),
                row.IsDBNull(3) ? null : row.GetString(3), [.. uses[row.GetInt64(0)]]),
            "SELECT id, digest, seen, subject FROM manifests WHERE repository = $1 ORDER BY digest", repository);
        var tags = session.Query(
            row => new HeldTag(row.GetString(0), row.GetString(1), Moments.Read(row.GetInt64(2))),
            "SELECT name, digest, moved FROM tags WHERE repository = $1 ORDER BY name", repository);
        return new(name, [.. tags], [.. manifests]);
    }

    /// <summary>Links that nobody has pushed or asked about since the given moment.</summary>
    public static List<(string Digest, long Size)> OldLinks(SqliteSession session, long repository, long before) =>
        session.Query(row => (row.GetString(0), row.GetInt64(1)),
            "SELECT digest, size FROM blobs WHERE repository = $1 AND seen < $2", repository, before);

    /// <summary>Only if it is still as old, and no manifest names it.</summary>
    public static bool UnlinkOld(SqliteSession session, long repository, string digest, long before) => session.Execute(
        """
        DELETE FROM blobs WHERE repository = $1 AND digest = $2 AND seen < $3 AND NOT EXISTS (
            SELECT 1 FROM uses u JOIN manifests m ON m.id = u.manifest WHERE u.digest = $2 AND m.repository = $1)
        """, repository, digest, before) > 0;

    /// <summary>Blobs that came in by the registry before the given moment and are in no repository.</summary>
    public static List<(string Digest, long Size)> Unlinked(SqliteSession session, long before) =>
        session.Query(row => (row.GetString(0), row.GetInt64(1)),
            """
            SELECT digest, size FROM contents c
            WHERE since < $1 AND NOT EXISTS (SELECT 1 FROM blobs b WHERE b.digest = c.digest)
            """, before);

    public static bool IsLinked(SqliteSession session, string digest) =>
        session.Scalar("SELECT 1 FROM blobs WHERE digest = $1 LIMIT 1", digest) is not null;

    public static void Forget(SqliteSession session, string digest) =>
        session.Execute("DELETE FROM contents WHERE digest = $1", digest);

    public static List<RepositoryView> Repositories(SqliteSession session) => session.Query(
        row => new RepositoryView(
            row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), Moments.Read(row.GetInt64(4))),
        """
        SELECT r.name, (SELECT count(*) FROM tags t WHERE t.repository = r.id),
            (SELECT count(*) FROM manifests m WHERE m.repository = r.id),
            (SELECT coalesce(sum(b.size), 0) FROM blobs b WHERE b.repository = r.id), r.since
        FROM repositories r ORDER BY r.name
        """);
}
