namespace Headway.Server.Storage;

/// <summary>The two stores, and which one a configuration means.</summary>
public static class EventStores
{
    /// <summary>
    /// Takes the data folder and opens the store in it, or in PostgreSQL. Throws
    /// <see cref="DataFolderInUseException"/> when another server has the folder, <see cref="StoreTooNewException"/>
    /// when a newer one has written it.
    /// </summary>
    public static async Task<IEventStore> OpenAsync(StorageOptions options, TimeProvider time, CancellationToken stop)
    {
        if (options.ConnectionString is null or "" or "sqlite") return SqliteEventStore.Open(options.DataFolder, time);
        if (PostgresAddress.IsOne(options.ConnectionString))
            return await PostgresEventStore.OpenAsync(options.ConnectionString, DataFolder.Take(options.DataFolder),
                time, stop);
        throw new ArgumentException(
            "The store's connection string is neither `sqlite` nor one of PostgreSQL, such as "
                + "`postgres://headway@127.0.0.1:5432/headway`.", nameof(options));
    }
}
