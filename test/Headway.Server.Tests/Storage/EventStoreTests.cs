using System.Text;
using Headway.Server.Storage;
using Xunit;

namespace Headway.Server.Tests.Storage;

/// <summary>The contract of every event store.</summary>
public sealed class EventStoreTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    public static TheoryData<string> Kinds => Stores.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public async Task What_was_appended_is_read_back_as_it_was(string kind)
    {
        await using var opened = await Stores.OpenAsync(kind);
        var store = opened.Store;
        var appended = await store.AppendAsync("rollout/1", 0, "{\"b\":1,  \"a\":\"ä\"}", "two");
        opened.Time.Advance(TimeSpan.FromMicroseconds(5));
        await store.AppendAsync("rollout/1", 2, "");

        var read = await store.ReadStreamAsync("rollout/1", 0, None);
        Assert.Equal([1L, 2L, 3L], read.Select(stored => stored.Version));
        Assert.Equal(["{\"b\":1,  \"a\":\"ä\"}", "two", ""], read.Select(stored => stored.Text()));
        Assert.Equal(appended.Select(stored => stored.Hash), read.Take(2).Select(stored => stored.Hash));
        Assert.Equal(appended.Select(stored => stored.Position), read.Take(2).Select(stored => stored.Position));
        Assert.All(read, stored =>
            Assert.Equal(("test.happened", 1, "ann", 1L), (stored.Type, stored.Schema, stored.Actor, stored.Epoch)));
        Assert.All(read, stored => Assert.Equal(EventHash.SaltBytes, stored.Salt!.Length));
        Assert.Equal(Stores.Start, read[0].At);
        Assert.Equal(Stores.Start.AddMicroseconds(5), read[2].At);
        Assert.Equal(3, (await store.ReadStreamAsync("rollout/1", 2, None)).Single().Version);
        Assert.Empty(await store.ReadStreamAsync("rollout/2", 0, None));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Another_expected_version_is_a_conflict_and_keeps_nothing(string kind)
    {
        await using var opened = await Stores.OpenAsync(kind);
        var store = opened.Store;
        await store.AppendAsync("lane/a", 0, "1");
        foreach (var expected in new[] { 0L, 2L, 7L })
        {
            var conflict = await Assert.ThrowsAsync<VersionConflictException>(
                () => store.AppendAsync("lane/a", expected, "x"));
            Assert.Equal(("lane/a", expected, 1L), (conflict.Stream, conflict.Expected, conflict.Actual));
        }
        await Assert.ThrowsAsync<VersionConflictException>(() => store.AppendAsync("lane/none", 3, "x"));
        Assert.Single(await store.AllAsync(1));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Several_streams_are_appended_all_or_nothing(string kind)
    {
        await using var opened = await Stores.OpenAsync(kind);
        var store = opened.Store;
        await store.AppendAsync([Stores.Write("lane/a", 0, "open"), Stores.Write("rollout/1", 0, "start", "step")],
            None);
        Assert.Equal(3, (await store.AllAsync(3)).Length);

        await Assert.ThrowsAsync<VersionConflictException>(
            () => store.AppendAsync([Stores.Write("rollout/2", 0, "start"), Stores.Write("lane/a", 0, "open")], None));
        Assert.Empty(await store.ReadStreamAsync("rollout/2", 0, None));
        Assert.Equal(3, (await store.AllAsync(3)).Length);
        Assert.Null((await store.VerifyAsync(None)).Problem);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Of_many_that_decide_at_once_one_wins_each_version(string kind)
    {
        await using var opened = await Stores.OpenAsync(kind);
        var store = opened.Store;
        var won = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, 16), async (writer, stop) =>
        {
            for (var version = 0; version < 10;)
            {
                try
                {
                    await store.AppendAsync([Stores.Write("lane/a", version, $"{writer}")], stop);
                    Interlocked.Increment(ref won);
                    version++;
                }
                catch (VersionConflictException conflict)
                {
                    version = (int)conflict.Actual;
                }
            }
        });
        Assert.Equal(10, won);
        var read = await store.ReadStreamAsync("lane/a", 0, None);
        Assert.Equal(Enumerable.Range(1, 10).Select(version => (long)version), read.Select(stored => stored.Version));
        Assert.Null((await store.VerifyAsync(None)).Problem);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Concurrent_appends_to_many_streams_are_all_kept_and_read_in_order(string kind)
    {
        await using var opened = await Stores.OpenAsync(kind);
        var store = opened.Store;
        await Parallel.ForEachAsync(Enumerable.Range(0, 50), async (stream, stop) =>
        {
            for (var version = 0; version < 4; version++)
                await store.AppendAsync([Stores.Write($"rollout/{stream}", version, $"{stream}.{version}")], stop);
        });
        var all = await store.AllAsync(200);
        Assert.Equal(200, all.Length);
        Assert.Equal(all.OrderBy(stored => stored.Position), all);
        Assert.Equal(200, all.Select(stored => stored.Position).Distinct().Count());
        var report = await store.VerifyAsync(None);
        Assert.Equal((50L, 200L, 0L, null), (report.Streams, report.Events, report.Redacted, report.Problem));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task All_events_are_read_page_by_page(string kind)
    {
        await using var opened = await Stores.OpenAsync(kind);
        var store = opened.Store;
        for (var i = 0; i < 7; i++) await store.AppendAsync($"run/{i}", 0, $"{i}");
        await store.AllAsync(7);
        var read = new List<string>();
        var position = 0L;
        while (await store.ReadAllAsync(position, 3, None) is { IsEmpty: false } page)
        {
            Assert.True(page.Length <= 3);
            read.AddRange(page.Select(stored => stored.Text()));
            position = page[^1].Position;
        }
        Assert.Equal(["0", "1", "2", "3", "4", "5", "6"], read);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Heads_are_listed_by_prefix(string kind)
    {
        await using var opened = await Stores.OpenAsync(kind);
        var store = opened.Store;
        foreach (var stream in new[] { "lane/b", "lane/a", "lane%", "lanes", "run/1", "lane/ü" })
            await store.AppendAsync(stream, 0, "1", "2");
        var heads = await store.ReadHeadsAsync("lane/", None);
        Assert.Equal(["lane/a", "lane/b", "lane/ü"], heads.Select(head => head.Stream));
        Assert.All(heads, head => Assert.Equal(2, head.Version));
        Assert.Equal(6, (await store.ReadHeadsAsync("", None)).Length);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task What_cannot_be_an_append_is_refused(string kind)
    {
        await using var opened = await Stores.OpenAsync(kind);
        var store = opened.Store;
        await Assert.ThrowsAsync<ArgumentException>(() => store.AppendAsync([], None));
        await Assert.ThrowsAsync<ArgumentException>(() => store.AppendAsync("a", 0));
        await Assert.ThrowsAsync<ArgumentException>(() => store.AppendAsync("", 0, "x"));
        await Assert.ThrowsAsync<ArgumentException>(() => store.AppendAsync("a\0b", 0, "x"));
        await Assert.ThrowsAsync<ArgumentException>(() => store.AppendAsync(new string('a', 500), 0, "x"));
        await Assert.ThrowsAsync<ArgumentException>(() => store.AppendAsync("a", -1, "x"));
        await Assert.ThrowsAsync<ArgumentException>(
            () => store.AppendAsync([Stores.Write("a", 0, "x"), Stores.Write("a", 1, "y")], None));
        Assert.Empty(await store.ReadAllAsync(0, 10, None));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_redacted_payload_is_gone_and_the_chain_verifies(string kind)
    {
        await using var opened = await Stores.OpenAsync(kind);
        var store = opened.Store;
        var appended = await store.AppendAsync("service/shop", 0, "a", "secret", "c");
        await store.CheckpointAllAsync();
        await store.RedactAsync("service/shop", 2, "ann", "a password", None);

        var read = await store.ReadStreamAsync("service/shop", 0, None);
        Assert.Null(read[1].Payload);
        Assert.Null(read[1].Salt);
        Assert.Equal(appended[1].Hash, read[1].Hash);
        Assert.Equal("c", read[2].Text());
        var said = Assert.Single(await store.LoadAsync<StoreEvent>(StoreEvent.Redactions, None));
        Assert.Equal(new StoreEvent.Redacted("service/shop", 2, "a password"), said.Event);
        Assert.Equal("ann", said.Actor);
        var report = await store.VerifyAsync(None);
        Assert.Equal((1L, null), (report.Redacted, report.Problem));
        await Assert.ThrowsAsync<ArgumentException>(() => store.RedactAsync("service/shop", 4, "ann", "no such", None));
        await Assert.ThrowsAsync<ArgumentException>(() => store.RedactAsync("service/none", 1, "ann", "no such", None));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Checkpoints_sign_only_what_moved(string kind)
    {
        await using var opened = await Stores.OpenAsync(kind);
        var store = opened.Store;
        await store.CheckpointAllAsync();
        Assert.Empty(await store.LoadAsync<StoreEvent>(StoreEvent.Checkpoints, None));
        await store.AppendAsync("a", 0, "1");
        await store.AppendAsync("b", 0, "1");
        await store.CheckpointAllAsync();
        await store.CheckpointAllAsync();
        await store.AppendAsync("b", 1, "2");
        await store.CheckpointAllAsync();

        var checkpoints = (await store.LoadAsync<StoreEvent>(StoreEvent.Checkpoints, None))
            .Select(recorded => (StoreEvent.Checkpointed)recorded.Event).ToList();
        Assert.Equal(2, checkpoints.Count);
        Assert.Equal(["a@1", "b@1"], checkpoints[0].Heads.Select(head => $"{head.Stream}@{head.Version}"));
        Assert.Equal(["b@2"], checkpoints[1].Heads.Select(head => $"{head.Stream}@{head.Version}"));
        Assert.Null((await store.VerifyAsync(None)).Problem);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task The_epoch_rises_and_is_on_what_follows(string kind)
    {
        await using var opened = await Stores.OpenAsync(kind);
        var store = opened.Store;
        await store.AppendAsync("a", 0, "1");
        Assert.Equal(1, store.Epoch);
        Assert.Equal(2, await store.RaiseEpochAsync("ann", "restored from Monday's backup", None));
        Assert.Equal(2, store.Epoch);
        var after = await store.AppendAsync("a", 1, "2");
        Assert.Equal(2, after[0].Epoch);
        var said = Assert.Single(await store.LoadAsync<StoreEvent>(StoreEvent.Epochs, None));
        Assert.Equal(new StoreEvent.EpochRaised(2, "restored from Monday's backup"), said.Event);
        Assert.Null((await store.VerifyAsync(None)).Problem);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Rows_are_compared_and_set(string kind)
    {
        await using var opened = await Stores.OpenAsync(kind);
        var store = opened.Store;
        byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
        Assert.Null(await store.ReadRowAsync("desired", "n1", None));
        await store.WriteRowAsync("desired", "n1", 0, Bytes("one"), None);
        var conflict = await Assert.ThrowsAsync<VersionConflictException>(
            () => store.WriteRowAsync("desired", "n1", 0, Bytes("x"), None));
        Assert.Equal(1, conflict.Actual);
        await store.WriteRowAsync("desired", "n1", 1, Bytes("two"), None);
        await Assert.ThrowsAsync<VersionConflictException>(
            () => store.WriteRowAsync("desired", "n1", 1, Bytes("x"), None));
        await Assert.ThrowsAsync<VersionConflictException>(
            () => store.WriteRowAsync("desired", "n2", 4, Bytes("x"), None));
        await store.WriteRowAsync("desired", "n0", 0, Bytes("zero"), None);
        await store.WriteRowAsync("due", "n1", 0, Bytes("other"), None);

        var row = await store.ReadRowAsync("desired", "n1", None);
        Assert.Equal((2L, "two"), (row!.Version, Encoding.UTF8.GetString(row.Value)));
        Assert.Equal(["n0", "n1"], (await store.ReadRowsAsync("desired", None)).Select(one => one.Key));
        await Assert.ThrowsAsync<VersionConflictException>(() => store.DeleteRowAsync("desired", "n1", 1, None));
        await store.DeleteRowAsync("desired", "n1", 2, None);
        await Assert.ThrowsAsync<VersionConflictException>(() => store.DeleteRowAsync("desired", "n1", 2, None));
        Assert.Null(await store.ReadRowAsync("desired", "n1", None));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Evidence_is_kept_once_by_node_boot_and_sequence(string kind)
    {
        await using var opened = await Stores.OpenAsync(kind);
        var store = opened.Store;
        var first = await store.KeepEvidenceAsync(
            [Stores.Batch(1), Stores.Batch(2, second: 1), Stores.Batch(1), Stores.Batch(1, boot: "b2"),
                Stores.Batch(1, node: "n2")],
            None);
        Assert.Equal(4, first.Length);
        var again = await store.KeepEvidenceAsync(
            [Stores.Batch(2, second: 1), Stores.Batch(3, second: 2), Stores.Batch(9, lane: "shop/staging")], None);
        Assert.Equal([3L, 9L], again.Select(batch => batch.Sequence));

        var read = await store.ReadEvidenceAsync("shop/production", Stores.Start, Stores.Start.AddSeconds(2), None);
        Assert.Equal(["n1/b1/1", "n1/b2/1", "n2/b1/1", "n1/b1/2"],
            read.Select(one => $"{one.Node}/{one.Boot}/{one.Sequence}"));
        Assert.Equal(3, read[0].Stable.Requests);
        await store.PruneEvidenceAsync(Stores.Start.AddSeconds(1), None);
        read = await store.ReadEvidenceAsync("shop/production", Stores.Start, Stores.Start.AddSeconds(99), None);
        Assert.Equal([2L, 3L], read.Select(batch => batch.Sequence));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Samples_are_kept_once_by_lane_signal_origin_and_sequence(string kind)
    {
        await using var opened = await Stores.OpenAsync(kind);
        var store = opened.Store;
        var first = await store.KeepSamplesAsync(
            [Stores.Sample(1), Stores.Sample(2, second: 1), Stores.Sample(1), Stores.Sample(1, origin: "n2/b1"),
                Stores.Sample(1, signal: "queue"), Stores.Sample(1, lane: "shop/staging")], None);
        Assert.Equal(5, first.Length);
        Assert.Equal([3L], (await store.KeepSamplesAsync([Stores.Sample(2), Stores.Sample(3, second: 2)], None))
            .Select(sample => sample.Sequence));

        var read = await store.ReadSamplesAsync("shop/production", Stores.Start, Stores.Start.AddSeconds(2), None);
        Assert.Equal(["memory/n1/b1/1", "memory/n2/b1/1", "queue/n1/b1/1", "memory/n1/b1/2"],
            read.Select(one => $"{one.Signal}/{one.Origin}/{one.Sequence}"));
        Assert.Equal([1.5, double.NaN], read[0].Candidate!.Values);
        await store.PruneEvidenceAsync(Stores.Start.AddSeconds(1), None);
        read = await store.ReadSamplesAsync("shop/production", Stores.Start, Stores.Start.AddSeconds(99), None);
        Assert.Equal([2L, 3L], read.Select(sample => sample.Sequence));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Who_stops_before_the_append_begins_has_appended_nothing(string kind)
    {
        await using var opened = await Stores.OpenAsync(kind);
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => opened.Store.AppendAsync([Stores.Write("a", 0, "x")], stop.Token));
        Assert.Empty(await opened.Store.ReadAllAsync(0, 10, None));
    }
}
