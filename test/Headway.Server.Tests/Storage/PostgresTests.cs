using Headway.Server.Storage;
using Npgsql;
using Xunit;

namespace Headway.Server.Tests.Storage;

public sealed class PostgresTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Readers_stop_below_an_append_that_may_still_commit()
    {
        await using var place = await DurableStore.MakeAsync("postgres");
        await using var store = await place.OpenAsync();
        await using var source = NpgsqlDataSource.Create(PostgresAddress.Parse(place.Address!));
        await store.AppendAsync("lane/a", 0, "1");
        Assert.Single(await store.AllAsync(1));

        await using var slow = await source.OpenConnectionAsync();
        await using var open = await slow.BeginTransactionAsync();
        await using (var insert = new NpgsqlCommand("""
            INSERT INTO events
            SELECT take_positions(1), 1, 'lane/slow', 1, 't', 1, 0, 'ann', '', '', hash, hash FROM events
            """, slow))
            await insert.ExecuteNonQueryAsync();
        await store.AppendAsync("lane/b", 0, "2");
        // The newer event is committed and can be read by its stream, but not past the older one.
        Assert.Single(await store.ReadStreamAsync("lane/b", 0, None));
        Assert.Equal(["lane/a"], (await store.ReadAllAsync(0, 10, None)).Select(stored => stored.Stream));

        await open.CommitAsync();
        Assert.Equal(["lane/a", "lane/slow", "lane/b"], (await store.AllAsync(3)).Select(stored => stored.Stream));
    }

    [Fact]
    public async Task Who_follows_positions_misses_nothing_while_many_append()
    {
        await using var place = await DurableStore.MakeAsync("postgres");
        await using var store = await place.OpenAsync();
        var seen = new List<string>();
        var appending = Parallel.ForEachAsync(Enumerable.Range(0, 16), async (writer, stop) =>
        {
            for (var version = 0; version < 40; version++)
                await store.AppendAsync(
                    [Stores.Write($"run/{writer}", version, "x"), Stores.Write($"two/{writer}.{version}", 0, "y")],
                    stop);
        });
        var deadline = DateTime.UtcNow.AddSeconds(120);
        for (var position = 0L; seen.Count < 1280 && DateTime.UtcNow < deadline;)
        {
            var page = await store.ReadAllAsync(position, 100, None);
            Assert.All(page, stored => Assert.True(stored.Position > position));
            seen.AddRange(page.Select(stored => $"{stored.Stream}@{stored.Version}"));
            if (!page.IsEmpty) position = page[^1].Position;
        }
        await appending;
        Assert.Equal(1280, seen.Distinct().Count());
    }

    /// <summary>
    /// Else a reader could pass the position of a transaction that got its id later and commits later.
    /// </summary>
    [Fact]
    public async Task Ids_and_positions_are_given_out_together_to_one_append_at_a_time()
    {
        await using var place = await DurableStore.MakeAsync("postgres");
        await using var store = await place.OpenAsync();
        await using var source = NpgsqlDataSource.Create(PostgresAddress.Parse(place.Address!));
        await using var holder = await source.OpenConnectionAsync();
        await using (var hold = new NpgsqlCommand("SELECT pg_advisory_lock(5216694956356467970)", holder))
            await hold.ExecuteNonQueryAsync();
        var append = store.AppendAsync("lane/a", 0, "1");
        await using var admin = await source.OpenConnectionAsync();
        var waiting = 0L;
        for (var deadline = DateTime.UtcNow.AddSeconds(120); waiting == 0 && DateTime.UtcNow < deadline
            && !append.IsCompleted;)
        {
            // Waiting without an id of its own yet: the id is taken behind the lock.
            await using var look = new NpgsqlCommand("""
                SELECT count(*) FROM pg_stat_activity WHERE $1 = ANY(pg_blocking_pids(pid)) AND backend_xid IS NULL
                """, admin)
            { Parameters = { new() { Value = holder.ProcessID } } };
            waiting = (long)(await look.ExecuteScalarAsync())!;
        }
        Assert.True(waiting >= 1, "The append took its positions without waiting for its turn.");
        await holder.CloseAsync();
        NpgsqlConnection.ClearPool(holder);
        source.Clear();
        Assert.Equal(1, (await append)[0].Version);
    }

    [Fact]
    public async Task A_connection_lost_before_the_commit_is_retried()
    {
        await using var place = await DurableStore.MakeAsync("postgres");
        await using var store = await place.OpenAsync();
        await using var source = NpgsqlDataSource.Create(PostgresAddress.Parse(place.Address!));
        await store.AppendAsync("lane/a", 0, "1");

        await using var holder = await source.OpenConnectionAsync();
        await using var holding = await holder.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand("SELECT 1 FROM streams WHERE stream = 'lane/a' FOR UPDATE", holder))
            await hold.ExecuteNonQueryAsync();
        var append = store.AppendAsync("lane/a", 1, "2");
        await using var admin = await source.OpenConnectionAsync();
        var ended = 0L;
        for (var deadline = DateTime.UtcNow.AddSeconds(120); ended == 0 && DateTime.UtcNow < deadline;)
        {
            await using var end = new NpgsqlCommand(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE $1 = ANY(pg_blocking_pids(pid))",
                    admin)
            { Parameters = { new() { Value = holder.ProcessID } } };
            ended = (long)(await end.ExecuteScalarAsync())!;
        }
        Assert.Equal(1, ended);
        await holding.RollbackAsync();
        Assert.Equal(2, (await append)[0].Version);
        Assert.Equal(2, (await store.ReadStreamAsync("lane/a", 0, None)).Length);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_connection_lost_during_the_commit_is_told_and_a_repeat_does_no_harm(bool committed)
    {
        await using var place = await DurableStore.MakeAsync("postgres");
        var (store, proxy) = await OpenBehindAsync(place);
        await using var closing = proxy;
        await using var closed = store;
        await store.AppendAsync("lane/a", 0, "1");
        // With its end, since BEGIN says READ COMMITTED.
        proxy.CutAt("COMMIT\0", afterAnswer: committed);
        var e = await Assert.ThrowsAsync<AppendOutcomeUnknownException>(() => store.AppendAsync("lane/a", 1, "2"));
        Assert.Contains("lane/a", e.Message);
        Assert.Equal(1, proxy.Cuts);
        if (committed)
        {
            await Assert.ThrowsAsync<VersionConflictException>(() => store.AppendAsync("lane/a", 1, "2"));
        }
        else
        {
            await store.AppendAsync("lane/a", 1, "2");
        }
        Assert.Equal(["1", "2"], (await store.ReadStreamAsync("lane/a", 0, None)).Select(stored => stored.Text()));
        Assert.Null((await store.VerifyAsync(None)).Problem);
    }

    [Fact]
    public async Task A_connection_cut_in_the_middle_of_the_insert_is_retried()
    {
        await using var place = await DurableStore.MakeAsync("postgres");
        var (store, proxy) = await OpenBehindAsync(place);
        await using var closing = proxy;
        await using var closed = store;
        await store.AppendAsync("lane/a", 0, "1");
        proxy.CutAt("INSERT INTO events", afterAnswer: false, times: 2);
        await store.AppendAsync("lane/a", 1, "2");
        Assert.Equal(2, proxy.Cuts);
        proxy.CutAt("SELECT position", afterAnswer: false);
        Assert.Equal(2, (await store.ReadStreamAsync("lane/a", 0, None)).Length);
        Assert.Equal(3, proxy.Cuts);
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_named_without_its_password()
    {
        using var folder = new TempFolder();
        var options = new StorageOptions
        {
            DataFolder = folder.Path, ConnectionString = "postgres://ann:s3cret@127.0.0.1:1/none",
        };
        var e = await Assert.ThrowsAsync<StorageFailedException>(() =>
            EventStores.OpenAsync(options, TimeProvider.System, None));
        Assert.Contains("postgres://127.0.0.1:1/none", e.Message);
        Assert.DoesNotContain("s3cret", e.ToString());
        DataFolder.Take(folder.Path).Dispose();
    }

    [Fact]
    public void Addresses_are_read_in_both_forms()
    {
        var read = PostgresAddress.Parse(
            "postgres://ann:p%40ss@db.example:6000/head%20way?Search%20Path=a&Pooling=false");
        Assert.Equal(("db.example", 6000, "head way", "ann", "p@ss", "a", false),
            (read.Host, read.Port, read.Database, read.Username, read.Password, read.SearchPath, read.Pooling));
        Assert.Equal(5432, PostgresAddress.Parse("postgresql://db/x").Port);
        Assert.Equal("h", PostgresAddress.Parse("Host=h;Database=d").Host);
        Assert.Throws<ArgumentException>(() => PostgresAddress.Parse("postgres://"));
    }

    private static async Task<(IEventStore Store, CuttingProxy Proxy)> OpenBehindAsync(DurableStore place)
    {
        var address = PostgresAddress.Parse(place.Address!);
        var proxy = new CuttingProxy(address.Host!, address.Port);
        var through = place.Address!.Replace($":{address.Port}/", $":{proxy.Port}/", StringComparison.Ordinal);
        var options = new StorageOptions { DataFolder = place.Folder, ConnectionString = through };
        return (await EventStores.OpenAsync(options, place.Time, None), proxy);
    }
}
