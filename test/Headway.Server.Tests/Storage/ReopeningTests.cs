using Headway.Server.Storage;
using Xunit;

namespace Headway.Server.Tests.Storage;

public sealed class ReopeningTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    public static TheoryData<string> Kinds => Stores.DurableKinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task Everything_is_there_after_a_restart(string kind)
    {
        await using var place = await DurableStore.MakeAsync(kind);
        await using (var store = await place.OpenAsync())
        {
            await store.AppendAsync("lane/a", 0, "1", "2");
            await store.RaiseEpochAsync("ann", "restored", None);
            await store.WriteRowAsync("desired", "n1", 0, [1, 2], None);
            await store.KeepEvidenceAsync([Stores.Batch(1)], None);
            await store.CheckpointAllAsync();
        }
        await using var again = await place.OpenAsync();
        Assert.Equal(2, again.Epoch);
        Assert.Equal(["1", "2"], (await again.ReadStreamAsync("lane/a", 0, None)).Select(stored => stored.Text()));
        Assert.Equal([1, 2], (await again.ReadRowAsync("desired", "n1", None))!.Value);
        Assert.Empty(await again.KeepEvidenceAsync([Stores.Batch(1)], None));
        await again.AppendAsync("lane/a", 2, "3");
        await again.CheckpointAllAsync();
        Assert.Null((await again.VerifyAsync(None)).Problem);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_store_of_a_newer_version_is_not_touched(string kind)
    {
        await using var place = await DurableStore.MakeAsync(kind);
        await (await place.OpenAsync()).DisposeAsync();
        await place.EditAsync(kind == "sqlite" ? "PRAGMA user_version = 99" : "INSERT INTO schema_version VALUES (99)");
        var e = await Assert.ThrowsAsync<StoreTooNewException>(place.OpenAsync);
        Assert.Contains("schema 99", e.Message);
        Assert.DoesNotContain("Password", e.Message);
        await place.EditAsync(kind == "sqlite" ? "PRAGMA user_version = 2"
            : "DELETE FROM schema_version WHERE version = 99");
        await (await place.OpenAsync()).DisposeAsync();
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_second_server_on_the_folder_is_told_who_has_it(string kind)
    {
        await using var place = await DurableStore.MakeAsync(kind);
        await using (await place.OpenAsync())
        {
            var e = await Assert.ThrowsAsync<DataFolderInUseException>(place.OpenAsync);
            Assert.Contains($"in use by the process {Environment.ProcessId}", e.Message);
            Assert.Contains(place.Folder, e.Message);
        }
        await (await place.OpenAsync()).DisposeAsync();
    }

    [Fact]
    public async Task What_is_no_connection_string_says_what_one_looks_like()
    {
        var e = await Assert.ThrowsAsync<ArgumentException>(() => EventStores.OpenAsync(
            new StorageOptions { DataFolder = "/nonexistent", ConnectionString = "mysql://x" }, TimeProvider.System,
                None));
        Assert.Contains("postgres://", e.Message);
    }

    [Fact]
    public async Task A_file_that_is_no_database_fails_with_its_folder_named()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "headway.db"), new string('x', 10_000));
        var e = Assert.Throws<StorageFailedException>(() => SqliteEventStore.Open(folder.Path, TimeProvider.System));
        Assert.Contains(folder.Path, e.Message);
        // And the folder is free again.
        File.Delete(Path.Combine(folder.Path, "headway.db"));
        await SqliteEventStore.Open(folder.Path, TimeProvider.System).DisposeAsync();
    }
}
