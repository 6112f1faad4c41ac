using Xunit;

namespace Headway.Server.Tests.Storage;

/// <summary>Whoever edits the database behind the server's back is found out.</summary>
public sealed class TamperingTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    private static readonly (string What, string Sql, string Says)[] Edits =
    [
        ("a payload", "UPDATE events SET payload = salt WHERE stream = 'lane/a' AND version = 2",
            "payload of lane/a@2 was changed"),
        ("an actor", "UPDATE events SET actor = 'eve' WHERE stream = 'lane/a' AND version = 2",
            "lane/a@2 does not follow"),
        ("a type", "UPDATE events SET type = 'test.other' WHERE stream = 'lane/a' AND version = 2",
            "lane/a@2 does not follow"),
        ("a time", "UPDATE events SET at = at - 1 WHERE stream = 'lane/a' AND version = 3", "lane/a@3 does not follow"),
        ("an epoch", "UPDATE events SET epoch = 9 WHERE stream = 'lane/a' AND version = 3", "lane/a@3 does not follow"),
        ("an order", "UPDATE events SET position = -position WHERE stream = 'lane/a' AND version = 3", "stands before"),
        ("a hash", "UPDATE events SET hash = content WHERE stream = 'lane/a' AND version = 3", "lane/a@3"),
        ("a hole", "DELETE FROM events WHERE stream = 'lane/a' AND version = 2", "no version 2"),
        ("an end", "DELETE FROM events WHERE stream = 'lane/a' AND version = 3", "ends at version 2"),
        ("an end and its head", """
            DELETE FROM events WHERE stream = 'lane/a' AND version = 3;
            UPDATE streams SET version = 2,
                hash = (SELECT hash FROM events WHERE stream = 'lane/a' AND version = 2) WHERE stream = 'lane/a';
            """, "its end was cut off"),
        ("a stream", "DELETE FROM events WHERE stream = 'lane/b'", "lane/b are missing"),
        ("a stream and its head",
            "DELETE FROM events WHERE stream = 'lane/b'; DELETE FROM streams WHERE stream = 'lane/b'",
                "lane/b was signed up to version 1"),
        ("a secret", "UPDATE events SET payload = NULL, salt = NULL WHERE stream = 'lane/a' AND version = 1",
            "no redaction says why"),
        ("the last checkpoint", """
            DELETE FROM events WHERE stream = 'store/checkpoints' AND version = 2;
            UPDATE streams SET version = 1,
                hash = (SELECT hash FROM events WHERE stream = 'store/checkpoints') WHERE stream = 'store/checkpoints';
            """, "knows checkpoint 2"),
        ("all checkpoints", """
            DELETE FROM events WHERE stream = 'store/checkpoints';
            DELETE FROM streams WHERE stream = 'store/checkpoints';
            """, "knows checkpoint 2"),
        ("a rewritten stream", """
            DELETE FROM events WHERE stream = 'lane/b';
            UPDATE events SET stream = 'lane/b' WHERE stream = 'lane/c';
            """, "lane/b@1"),
    ];

    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var kind in new[] { "sqlite", "postgres" })
                foreach (var (what, _, _) in Edits) cases.Add(kind, what);
            return cases;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public async Task Is_found_out(string kind, string what)
    {
        await using var place = await DurableStore.MakeAsync(kind);
        await using var store = await place.OpenAsync();
        await store.AppendAsync("lane/a", 0, "1", "2", "3");
        await store.CheckpointAllAsync();
        await store.AppendAsync("lane/b", 0, "1");
        await store.CheckpointAllAsync();
        await store.AppendAsync("lane/c", 0, "1");
        Assert.Null((await store.VerifyAsync(None)).Problem);

        var (_, sql, says) = Edits.Single(edit => edit.What == what);
        await place.EditAsync(sql);
        Assert.Contains(says, (await store.VerifyAsync(None)).Problem);
    }

    [Theory, MemberData(nameof(Stores.DurableKinds), MemberType = typeof(Stores))]
    public async Task A_history_that_was_written_anew_with_a_fitting_chain_is_not_what_was_signed(string kind)
    {
        await using var place = await DurableStore.MakeAsync(kind);
        await using var store = await place.OpenAsync();
        await store.AppendAsync("lane/a", 0, "ann approved");
        await store.CheckpointAllAsync();
        await place.EditAsync(
            "DELETE FROM events WHERE stream = 'lane/a'; DELETE FROM streams WHERE stream = 'lane/a'");
        await store.AppendAsync("lane/a", 0, "eve approved");
        Assert.Contains("history was rewritten", (await store.VerifyAsync(None)).Problem);
    }

    [Theory, MemberData(nameof(Stores.DurableKinds), MemberType = typeof(Stores))]
    public async Task Checkpoints_by_another_key_prove_nothing(string kind)
    {
        await using var place = await DurableStore.MakeAsync(kind);
        await using (var store = await place.OpenAsync())
        {
            await store.AppendAsync("lane/a", 0, "1");
            await store.CheckpointAllAsync();
        }
        File.Delete(Path.Combine(place.Folder, "keys", "checkpoint.pem"));
        await using var again = await place.OpenAsync();
        Assert.Contains("not signed by the key", (await again.VerifyAsync(None)).Problem);
    }

    [Theory, MemberData(nameof(Stores.DurableKinds), MemberType = typeof(Stores))]
    public async Task A_restored_backup_verifies_once_its_epoch_was_raised(string kind)
    {
        await using var place = await DurableStore.MakeAsync(kind);
        await using var store = await place.OpenAsync();
        await store.AppendAsync("lane/a", 0, "1");
        await store.CheckpointAllAsync();
        await store.AppendAsync("lane/b", 0, "1");
        await store.CheckpointAllAsync();
        // As if a backup from before the second append had been put in place.
        await place.EditAsync("""
            DELETE FROM events WHERE stream = 'lane/b' OR stream = 'store/checkpoints' AND version = 2;
            DELETE FROM streams WHERE stream = 'lane/b';
            UPDATE streams SET version = 1,
                hash = (SELECT hash FROM events WHERE stream = 'store/checkpoints') WHERE stream = 'store/checkpoints';
            """);
        Assert.Contains("raise the epoch", (await store.VerifyAsync(None)).Problem);
        await store.RaiseEpochAsync("ann", "restored", None);
        Assert.Null((await store.VerifyAsync(None)).Problem);
        await store.CheckpointAllAsync();
        Assert.Null((await store.VerifyAsync(None)).Problem);
    }
}
