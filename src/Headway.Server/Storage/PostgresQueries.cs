using Npgsql;

namespace Headway.Server.Storage;

/// <summary>Statements with positional parameters, and rows as records.</summary>
internal static class PostgresQueries
{
    public static async Task<List<T>> QueryAsync<T>(
        NpgsqlConnection connection, Func<NpgsqlDataReader, T> read, string sql, CancellationToken stop,
        params object[] values)
    {
        await using var command = Command(connection, sql, values);
        await using var reader = await command.ExecuteReaderAsync(stop);
        var found = new List<T>();
        while (await reader.ReadAsync(stop)) found.Add(read(reader));
        return found;
    }

    public static async Task<int> ExecuteAsync(
        NpgsqlConnection connection, string sql, CancellationToken stop, params object[] values)
    {
        await using var command = Command(connection, sql, values);
        return await command.ExecuteNonQueryAsync(stop);
    }

    /// <summary>The first value of the first row; the default when there is none.</summary>
    public static async Task<T?> ScalarAsync<T>(
        NpgsqlConnection connection, string sql, CancellationToken stop, params object[] values)
    {
        await using var command = Command(connection, sql, values);
        return await command.ExecuteScalarAsync(stop) is T found ? found : default;
    }

    public static StreamHead HeadOf(NpgsqlDataReader reader) =>
        new(reader.GetString(0), reader.GetInt64(1), reader.GetFieldValue<byte[]>(2));

    public static StoredRow StoredRowOf(NpgsqlDataReader reader) =>
        new(reader.GetString(0), reader.GetString(1), reader.GetInt64(2), reader.GetFieldValue<byte[]>(3));

    public static (string Node, string Boot, long Sequence) IdentityOf(NpgsqlDataReader reader) =>
        (reader.GetString(0), reader.GetString(1), reader.GetInt64(2));

    public static (string Lane, string Signal, string Origin, long Sequence) SampleIdentityOf(NpgsqlDataReader reader) =>
        (reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetInt64(3));

    public static EventRow RowOf(NpgsqlDataReader reader) => new(
        reader.GetInt64(0), reader.GetInt64(1), reader.GetString(2), reader.GetInt64(3), reader.GetString(4),
        reader.GetInt32(5), reader.GetInt64(6), reader.GetString(7),
        reader.IsDBNull(8) ? null : reader.GetFieldValue<byte[]>(8),
        reader.IsDBNull(9) ? null : reader.GetFieldValue<byte[]>(9),
        reader.GetFieldValue<byte[]>(10), reader.GetFieldValue<byte[]>(11));

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, object[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }
}
