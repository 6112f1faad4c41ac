using Headway.Server.Storage;
using Microsoft.Data.Sqlite;

namespace Headway.Server.Registry.Index;

/// <summary>Tags, and those that were deleted and may not come back as something else.</summary>
internal static class TagRows
{
    public static StoredTag? Find(SqliteSession session, long repository, string name) =>
        session.Query(Read,
            "SELECT name, digest, moved, actor, fixed FROM tags WHERE repository = $1 AND name = $2", repository, name)
            is [var found] ? found : null;

    /// <summary>In order of name (by bytes), after the given one.</summary>
    public static List<StoredTag> List(SqliteSession session, long repository, string after, int most) =>
        session.Query(Read,
            """
            SELECT name, digest, moved, actor, fixed FROM tags WHERE repository = $1 AND name > $2
            ORDER BY name LIMIT $3
            """, repository, after, most);

    public static List<string> Names(SqliteSession session, long repository, string after, int most) =>
        session.Query(row => row.GetString(0),
            "SELECT name FROM tags WHERE repository = $1 AND name > $2 ORDER BY name LIMIT $3", repository, after, most);

    public static List<StoredTag> Of(SqliteSession session, long repository, string digest) =>
        session.Query(Read,
            "SELECT name, digest, moved, actor, fixed FROM tags WHERE repository = $1 AND digest = $2 ORDER BY name",
            repository, digest);

    public static long Count(SqliteSession session, long repository) =>
        (long)session.Scalar("SELECT count(*) FROM tags WHERE repository = $1", repository)!;

    /// <summary>Digest of the tag of that name that was deleted and had been fixed, or null.</summary>
    public static string? Retired(SqliteSession session, long repository, string name) => (string?)session.Scalar(
        "SELECT digest FROM retired WHERE repository = $1 AND name = $2", repository, name);

    /// <summary>A fixed tag stays fixed.</summary>
    public static void Put(SqliteSession session, long repository, StoredTag tag) => session.Execute(
        """
        INSERT INTO tags VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT DO UPDATE SET digest = excluded.digest, moved = excluded.moved, actor = excluded.actor,
            fixed = max(fixed, excluded.fixed)
        """, repository, tag.Name, tag.Digest, Moments.Of(tag.MovedAt), tag.Actor, tag.Fixed ? 1 : 0);

    public static void Delete(SqliteSession session, long repository, StoredTag tag, bool retire)
    {
        session.Execute("DELETE FROM tags WHERE repository = $1 AND name = $2", repository, tag.Name);
        if (retire) session.Execute("INSERT OR REPLACE INTO retired VALUES ($1, $2, $3)", repository, tag.Name, tag.Digest);
    }

    private static StoredTag Read(SqliteDataReader row) => new(
        row.GetString(0), row.GetString(1), Moments.Read(row.GetInt64(2)), row.GetString(3), row.GetInt64(4) != 0);
}
