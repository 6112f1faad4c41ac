using Headway.Server.Storage;
using Npgsql;
using Xunit;

namespace Headway.Server.Tests.Storage;

/// <summary>The PostgreSQL of eng/postgres; each test has a schema of its own in it.</summary>
public static class Postgres
{
    public const string Variable = "HEADWAY_TEST_POSTGRES";

    public static string Address
    {
        get
        {
            var address = Environment.GetEnvironmentVariable(Variable);
            Assert.SkipWhen(string.IsNullOrEmpty(address),
                $"{Variable} is not set; `eng/postgres start DIR` prints its value.");
            return address!;
        }
    }

    public static async Task<(string Address, Func<ValueTask> Clean)> SchemaAsync()
    {
        var name = $"test_{Guid.NewGuid():N}";
        var admin = NpgsqlDataSource.Create(PostgresAddress.Parse(Address));
        await admin.CreateCommand($"CREATE SCHEMA {name}").ExecuteNonQueryAsync();
        return ($"{Address}?Search%20Path={name}", async () =>
        {
            await admin.CreateCommand($"DROP SCHEMA {name} CASCADE").ExecuteNonQueryAsync();
            await admin.DisposeAsync();
        });
    }
}
