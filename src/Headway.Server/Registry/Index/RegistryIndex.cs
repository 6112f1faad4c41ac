using System.Collections.Concurrent;
using Headway.Server.Storage;
using Microsoft.Data.Sqlite;

namespace Headway.Server.Registry.Index;

/// <summary>
/// Which repository has what: links, manifests and tags, in a SQLite file beside the blobs. One thread writes, and
/// answers when the commit is on disk; any number read at the same time and never wait for it.
/// </summary>
public sealed class RegistryIndex : IDisposable
{
    private const int ReadersKept = 8;

    private readonly string file;
    private readonly SqliteWriter writer;
    private readonly ConcurrentBag<SqliteSession> readers = [];

    private RegistryIndex(string file, SqliteWriter writer) => (this.file, this.writer) = (file, writer);

    /// <param name="folder">Made when missing; of one server only.</param>
    public static RegistryIndex Open(string folder)
    {
        DataFolder.Make(folder);
        var file = Path.Combine(folder, "registry.db");
        return new(file, new SqliteWriter(RegistrySchema.Open(file), folder));
    }

    internal Task<T> WriteAsync<T>(Func<SqliteSession, T> write, CancellationToken stop) =>
        writer.RunAsync(write, stop);

    internal T Read<T>(Func<SqliteSession, T> read)
    {
        if (!readers.TryTake(out var session)) session = new(file, SqliteOpenMode.ReadOnly);
        try
        {
            return read(session);
        }
        finally
        {
            if (readers.Count < ReadersKept) readers.Add(session);
            else session.Dispose();
        }
    }

    public void Dispose()
    {
        while (readers.TryTake(out var reader)) reader.Dispose();
        writer.Dispose();
    }
}
