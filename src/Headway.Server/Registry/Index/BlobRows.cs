using Headway.Server.Storage;

namespace Headway.Server.Registry.Index;

/// <summary>Repositories and the blobs they link to. Run with a session of the index.</summary>
internal static class BlobRows
{
    public static long? Repository(SqliteSession session, string name) =>
        (long?)session.Scalar("SELECT id FROM repositories WHERE name = $1", name);

    /// <summary>The repository, made when it is new. Throws when there are too many.</summary>
    public static long NeedRepository(SqliteSession session, string name, long now, int most)
    {
        if (Repository(session, name) is { } id) return id;
        if ((long)session.Scalar("SELECT count(*) FROM repositories")! >= most)
            throw new RegistryRefusedException(RefusedFor.TooMany,
                $"There are {most} repositories already; this registry takes no more.");
        session.Execute("INSERT INTO repositories (name, since) VALUES ($1, $2)", name, now);
        return (long)session.Scalar("SELECT last_insert_rowid()")!;
    }

    /// <summary>Size and when it was last pushed or asked about, or null when the repository has no such blob.</summary>
    public static (long Size, long Seen)? Find(SqliteSession session, long repository, string digest) =>
        session.Query(row => (row.GetInt64(0), row.GetInt64(1)),
            "SELECT size, seen FROM blobs WHERE repository = $1 AND digest = $2", repository, digest) is [var found]
            ? found : null;

    public static void Link(SqliteSession session, long repository, string digest, long size, long now) =>
        session.Execute(
            "INSERT INTO blobs VALUES ($1, $2, $3, $4) ON CONFLICT DO UPDATE SET seen = excluded.seen",
            repository, digest, size, now);

    public static void Touch(SqliteSession session, long repository, string digest, long now) =>
        session.Execute(
            "UPDATE blobs SET seen = $3 WHERE repository = $1 AND digest = $2", repository, digest, now);

    public static bool Unlink(SqliteSession session, long repository, string digest) =>
        session.Execute("DELETE FROM blobs WHERE repository = $1 AND digest = $2", repository, digest) > 0;

    /// <summary>Says that a file of that name may be there because of the registry.</summary>
    public static void Expect(SqliteSession session, string digest, long size, long now) =>
        session.Execute(
            "INSERT INTO contents VALUES ($1, $2, $3) ON CONFLICT DO UPDATE SET since = excluded.since",
            digest, size, now);

    /// <summary>Names of the repositories that have the blob.</summary>
    public static List<string> Holders(SqliteSession session, string digest) => session.Query(row => row.GetString(0),
        "SELECT r.name FROM blobs b JOIN repositories r ON r.id = b.repository WHERE b.digest = $1 LIMIT 1000", digest);

    /// <summary>A tag that never moves and whose manifest names the blob, or null.</summary>
    public static string? FixedUser(SqliteSession session, long repository, string digest) => (string?)session.Scalar(
        """
        SELECT t.name FROM uses u JOIN manifests m ON m.id = u.manifest
        JOIN tags t ON t.repository = m.repository AND t.digest = m.digest
        WHERE u.digest = $2 AND m.repository = $1 AND t.fixed = 1 LIMIT 1
        """, repository, digest);

    /// <summary>Names of all repositories in order, after the given one.</summary>
    public static List<string> Names(SqliteSession session, string after) => session.Query(row => row.GetString(0),
        "SELECT name FROM repositories WHERE name > $1 ORDER BY name", after);
}
