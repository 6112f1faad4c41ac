using Headway.Server.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Headway.Server.Tests.Storage;

/// <summary>
/// A place of SQLite or PostgreSQL that is opened, closed, opened again, and edited behind the store's back.
/// </summary>
public sealed class DurableStore : IAsyncDisposable
{
    private readonly Func<ValueTask> clean;

    private DurableStore(string folder, string? address, Func<ValueTask> clean) =>
        (Folder, Address, this.clean) = (folder, address, clean);

    public string Folder { get; }
    public string? Address { get; }
    public FakeTimeProvider Time { get; } = new(Stores.Start);

    public static async Task<DurableStore> MakeAsync(string kind)
    {
        if (kind == "postgres")
        {
            var (address, drop) = await Postgres.SchemaAsync();
            var beside = new TempFolder();
            return new(beside.Path, address, async () =>
            {
                await drop();
                beside.Dispose();
            });
        }
        var folder = new TempFolder();
        return new(folder.Path, null, folder.DisposeAsync);
    }

    public Task<IEventStore> OpenAsync() => EventStores.OpenAsync(
        new StorageOptions { DataFolder = Folder, ConnectionString = Address }, Time, CancellationToken.None);

    public async Task EditAsync(string sql)
    {
        if (Address is not null)
        {
            await using var source = NpgsqlDataSource.Create(PostgresAddress.Parse(Address));
            await source.CreateCommand(sql).ExecuteNonQueryAsync();
            return;
        }
        await using var connection = new SqliteConnection(
            $"Data Source={Path.Combine(Folder, "headway.db")};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    public ValueTask DisposeAsync() => clean();
}
