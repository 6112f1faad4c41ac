using Headway.Server.Storage;
using Xunit;

namespace Headway.Server.Tests.Storage;

public sealed class FullDiskTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task An_append_on_a_full_disk_fails_whole_and_the_store_goes_on_once_there_is_room()
    {
        using var disk = SmallDisk.Mount(megabytes: 6);
        var acknowledged = new Dictionary<string, int>();
        await using (var store = SqliteEventStore.Open(disk.Path, TimeProvider.System))
        {
            for (var i = 0; i < 20; i++) await AppendThree(i);
            var filler = disk.Fill();
            var failures = 0;
            for (var i = 20; i < 60; i++)
            {
                try
                {
                    await AppendThree(i);
                }
                catch (StorageFullException e)
                {
                    failures++;
                    Assert.Contains(disk.Path, e.Message);
                }
            }
            Assert.True(failures > 20, $"{failures} of 40 appends found the disk full.");
            await AllThereOrNone(store);

            File.Delete(filler);
            for (var i = 60; i < 80; i++) await AppendThree(i);
            await AllThereOrNone(store);
            await store.CheckpointAsync(None);
            Assert.Null((await store.VerifyAsync(None)).Problem);

            async Task AppendThree(int i)
            {
                await store.AppendAsync($"run/{i}", 0, new string('a', 9000), new string('b', 9000),
                    new string('c', 9000));
                acknowledged[$"run/{i}"] = 3;
            }
        }
        await using var again = SqliteEventStore.Open(disk.Path, TimeProvider.System);
        await AllThereOrNone(again);
        Assert.Null((await again.VerifyAsync(None)).Problem);

        async Task AllThereOrNone(IEventStore store)
        {
            for (var i = 0; i < 80; i++)
                Assert.Equal(acknowledged.GetValueOrDefault($"run/{i}"),
                    (await store.ReadStreamAsync($"run/{i}", 0, None)).Length);
        }
    }

    [Fact]
    public async Task A_store_that_finds_no_room_to_begin_says_so()
    {
        using var disk = SmallDisk.Mount(megabytes: 1);
        var filler = disk.Fill();
        var e = Assert.ThrowsAny<Exception>(() => SqliteEventStore.Open(disk.Path, TimeProvider.System));
        Assert.True(e is StorageFullException, e.ToString());
        File.Delete(filler);
        await SqliteEventStore.Open(disk.Path, TimeProvider.System).DisposeAsync();
    }
}
