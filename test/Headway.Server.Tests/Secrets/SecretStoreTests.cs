using System.Text;
using System.Text.Json;
using Headway.Core;
using Headway.Core.Pipelines;
using Headway.Core.Secrets;
using Headway.Server.Secrets;
using Headway.Server.Secrets.Keys;
using Headway.Server.Secrets.Outside;
using Headway.Server.Storage;
using Headway.Server.Tests.Storage;
using Xunit;

namespace Headway.Server.Tests.Secrets;

public sealed class SecretStoreTests : IDisposable
{
    private static readonly SecretScope Production = new(["shop"], ["production"], JobReach.None);
    private static readonly SecretScope Everywhere = new(["*"], ["*"], JobReach.MergeRequests);
    private readonly TempFolder folder = new();
    private readonly MemoryEventStore store = new(TimeProvider.System);
    private readonly FileKeys keys;

    public SecretStoreTests() => keys = FileKeys.LoadOrCreate(KeyFile);

    private string KeyFile => Path.Combine(folder.Path, "keys", "secrets.keys");

    [Fact]
    public async Task Versions_are_set_promoted_rolled_back_and_retired_and_what_is_retired_is_gone()
    {
        using var secrets = new SecretStore(store, new(keys), TimeProvider.System);
        await secrets.SetAsync("db", New("value-one", Production), "ann", default);
        await secrets.SetAsync("db", New("value-two"), "ann", default);
        await secrets.SetAsync("db", New("value-three") with { AsNext = true }, "bob", default);
        Assert.Equal(["value-one", "value-two", "value-three"], Values(secrets, "db"));
        await secrets.PromoteAsync("db", "bob", default);
        Assert.Equal(new(3, 2, null, 3), secrets.Find("db")!.Versions);
        await secrets.RollBackAsync("db", "bob", default);
        Assert.Equal(new(2, null, 3, 3), secrets.Find("db")!.Versions);
        await secrets.PromoteAsync("db", "bob", default);
        await secrets.RetireAsync("db", "bob", default);
        Assert.Equal(["value-three"], Values(secrets, "db"));
        var refused = await Assert.ThrowsAsync<SecretRefusedException>(() => secrets.RetireAsync("db", "bob", default));
        Assert.Equal(409, refused.Status);

        // Another server on the same store, and the record of what happened.
        using var again = new SecretStore(store, new(FileKeys.LoadOrCreate(KeyFile)), TimeProvider.System);
        await again.LoadAsync(default);
        Assert.Equal(["value-three"], Values(again, "db"));
        var history = (await again.HistoryAsync("db", default)).Select(SecretEvent.SaysOf).ToArray();
        Assert.Equal(
            ["version 1 was set by ann", "version 2 was set by ann", "version 3 was set as the next one by bob", "version 3 was made current by bob",
                "the value of version 1 was destroyed", "version 2 is current again, by bob", "version 3 was made current by bob",
                "the value of version 2 was destroyed"], history);
        await again.DeleteAsync("db", "ann", default);
        Assert.Empty(await store.ReadRowsAsync("secret", default));
        Assert.Null((await store.VerifyAsync(default)).Problem);
    }

    [Fact]
    public async Task A_row_that_was_changed_or_moved_does_not_open()
    {
        using var secrets = new SecretStore(store, new(keys), TimeProvider.System);
        await secrets.SetAsync("db", New("value-of-production", Production), "ann", default);
        await secrets.SetAsync("other", New("value-of-all", Everywhere), "ann", default);
        var row = secrets.Find("db")!;
        // Whoever can write the database opens the scope, swaps values, or flips a bit: none of it opens.
        Assert.Throws<KeyWrapException>(() => secrets.Open(row with { Scope = Everywhere }, row.Kept[0]));
        Assert.Throws<KeyWrapException>(() => secrets.Open(secrets.Find("other")!, row.Kept[0]));
        Assert.Throws<KeyWrapException>(() => secrets.Open(row, row.Kept[0] with { Number = 2 }));
        var value = (byte[])row.Kept[0].Value!.Value.Clone();
        value[3] ^= 1;
        Assert.Throws<KeyWrapException>(() => secrets.Open(row, row.Kept[0] with { Value = row.Kept[0].Value! with { Value = value } }));
        // The owner of the secret changes its scope, and it opens.
        Assert.Equal("value-of-production", Text(secrets, await secrets.ScopeAsync("db", Everywhere, "ann", default)));
    }

    [Fact]
    public async Task A_new_key_wraps_everything_anew_and_the_old_one_is_let_go()
    {
        using var secrets = new SecretStore(store, new(keys), TimeProvider.System);
        await secrets.SetAsync("db", New("value-one", Production), "ann", default);
        var (before, old) = (secrets.Find("db")!.Kept[0].Value!, File.ReadAllText(KeyFile));
        var connections = Signals.Asked.Connections(folder.Path);
        await new KeyRotation(secrets, connections, new(keys)).RunAsync("ann", default);
        var after = secrets.Find("db")!.Kept[0].Value!;
        Assert.NotEqual(before.Key.Key, after.Key.Key);
        Assert.Equal(before.Value, after.Value);
        Assert.Equal("value-one", Text(secrets, secrets.Find("db")!));
        Assert.Single(File.ReadAllLines(KeyFile));
        Assert.DoesNotContain(before.Key.Key, File.ReadAllText(KeyFile));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyFile));

        // Of the wrong file it is said which key is missing; a file that others can read is not used.
        File.WriteAllText(KeyFile, old);
        var wrong = FileKeys.LoadOrCreate(KeyFile);
        Assert.Contains(after.Key.Key, Assert.Throws<KeyWrapException>(() => wrong.Unwrap(after.Key)).Message);
        File.SetUnixFileMode(KeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        Assert.Contains("chmod 600", Assert.Throws<KeyWrapException>(() => FileKeys.LoadOrCreate(KeyFile)).Message);
    }

    [Fact]
    public void A_program_can_hold_the_key()
    {
        if (!File.Exists("/usr/bin/openssl")) Assert.Skip("The program of this test needs openssl, which is not here.");
        var program = Path.Combine(folder.Path, "kms");
        File.WriteAllText(program, $"""
            #!/bin/sh
            case $1 in
                name) echo v1 ;;
                wrap) echo "v1 $(base64 -d | openssl enc -aes-256-cbc -pbkdf2 -pass pass:kms -a -A)" ;;
                unwrap) test "$2" = v1 || (echo "no key $2" >&2; exit 3) && openssl enc -d -aes-256-cbc -pbkdf2 -pass pass:kms -a -A | base64 -w0 ;;
            esac
            """);
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var envelope = new Envelope(KeyChoice.Open($"command:{program}", folder.Path));
        var kept = envelope.Seal("value-one"u8, "here");
        Assert.Equal("v1", kept.Key.Key);
        Assert.Equal("value-one", Encoding.UTF8.GetString(envelope.Open(kept, "here")));
        Assert.Throws<KeyWrapException>(() => envelope.Open(kept, "there"));
        Assert.Contains("no key v2", Assert.Throws<KeyWrapException>(
            () => envelope.Open(kept with { Key = kept.Key with { Key = "v2" } }, "here")).Message);
        Assert.Contains("cannot be run", Assert.Throws<KeyWrapException>(() => new CommandKeys("/no/such/program").Wrap([1])).Message);
    }

    [Fact]
    public async Task What_is_given_and_what_is_refused_is_in_the_record_before_it_leaves()
    {
        using var secrets = new SecretStore(store, new(keys), TimeProvider.System);
        var handOut = HandOut(secrets);
        await secrets.SetAsync("db", New("value-one", Production), "ann", default);
        await secrets.SetAsync("db", New("value-two"), "ann", default);
        var production = new SecretReader.Run("shop", "production", "shop-1", "shop-production-1-1", "n1");
        var handed = await handOut.GiveAsync([new("DB", "db", false)], production, "node n1", default);
        Assert.Equal("value-two", Encoding.UTF8.GetString(Assert.Single(handed.Values).Value));
        Assert.Contains(handed.ToMask, value => Encoding.UTF8.GetString(value) == "value-one");
        Assert.DoesNotContain("value", handed.ToString() + handed.Values[0]);

        foreach (var (reader, says) in new (SecretReader, string)[]
        {
            (production with { Environment = "staging" }, "not given to `staging`"),
            (new SecretReader.Job("shop", "shop-1/test", 1, "r1", TriggerKind.MergeRequest, FromFork: true), "from a fork"),
        })
            Assert.Contains(says, (await Assert.ThrowsAsync<SecretRefusedException>(
                () => handOut.GiveAsync([new("DB", "db", false)], reader, "node n1", default))).Message);
        Assert.Contains("did you mean `db`", (await Assert.ThrowsAsync<SecretRefusedException>(
            () => handOut.GiveAsync([new("DB", "dbb", false)], production, "node n1", default))).Message);
        var events = (await secrets.HistoryAsync("db", default)).Select(e => e.Event).ToList();
        Assert.Equal(new SecretEvent.Read(2, production), Assert.Single(events.OfType<SecretEvent.Read>()));
        Assert.Equal(2, events.OfType<SecretEvent.Refused>().Count());
    }

    [Theory]
    [InlineData("q7x9z", "has 5 bytes")]
    [InlineData("aaaaaaaaaaaa", "one character again and again")]
    public async Task A_value_that_could_not_be_masked_is_refused_and_not_repeated(string value, string says)
    {
        using var secrets = new SecretStore(store, new(keys), TimeProvider.System);
        var refused = await Assert.ThrowsAsync<SecretRefusedException>(() => secrets.SetAsync("db", New(value, Production), "ann", default));
        Assert.Contains(says, refused.Message);
        Assert.DoesNotContain(value, refused.Message);
        Assert.Equal(400, (await Assert.ThrowsAsync<SecretRefusedException>(() => secrets.SetAsync("../x", New("value-one", Production), "a", default))).Status);
        Assert.Contains("--service", (await Assert.ThrowsAsync<SecretRefusedException>(() => secrets.SetAsync("db", New("value-one"), "a", default))).Message);
        Assert.Empty(secrets.All);
    }

    [Fact]
    public async Task Files_and_variables_are_read_at_the_moment_of_need()
    {
        using var secrets = new SecretStore(store, new(keys), TimeProvider.System);
        var (file, handOut) = (Path.Combine(folder.Path, "db"), HandOut(secrets));
        var drivers = Drivers();
        foreach (var (outside, says) in new[]
        {
            (new SecretOutside("file", "relative/path"), "whole path"), (new("file", "/etc/../etc/shadow"), "whole path"),
            (new("environment", "PATH"), "HEADWAY_SECRET_"), (new("keepass", "x"), "no driver `keepass`"),
        })
            Assert.Contains(says, drivers.WhyRefused(outside));
        await secrets.SetAsync("db", new(null, false, Production, null, new("file", file)), "ann", default);
        await secrets.SetAsync("token", new(null, false, Production, null, new("environment", "HEADWAY_SECRET_OF_TEST")), "ann", default);
        await RefusedAsync("db", "there is no file");
        await RefusedAsync("token", "without a variable");
        File.WriteAllText(file, "value-one\n");
        Environment.SetEnvironmentVariable("HEADWAY_SECRET_OF_TEST", "value-of-variable");
        Assert.Equal("value-one", await GivenAsync("db"));
        Assert.Equal("value-of-variable", await GivenAsync("token"));
        File.WriteAllText(file, "value-two\n");
        Assert.Equal("value-two", await GivenAsync("db"));
        File.WriteAllText(file, "tiny");
        await RefusedAsync("db", "4 bytes");

        async Task<string> GivenAsync(string name) => Encoding.UTF8.GetString(
            (await handOut.GiveAsync([new("X", name, false)], Reader, "n", default)).Values[0].Value);

        async Task RefusedAsync(string name, string says) =>
            Assert.Contains(says, (await Assert.ThrowsAsync<SecretRefusedException>(() => GivenAsync(name))).Message);
    }

    [Fact]
    public async Task What_was_given_out_before_a_restart_is_read_again_to_be_masked_and_nothing_is_said_without_it()
    {
        using var secrets = new SecretStore(store, new(keys), TimeProvider.System);
        var file = Path.Combine(folder.Path, "db");
        File.WriteAllText(file, "value-one\n");
        await secrets.SetAsync("db", new(null, false, Production, null, new("file", file)), "ann", default);
        Assert.Equal("value-one", Encoding.UTF8.GetString(Assert.Single(await new SecretValues(secrets, Drivers()).ToMaskAgainAsync(["db"], default))));
        File.Delete(file);
        await Assert.ThrowsAsync<SecretRefusedException>(() => new SecretValues(secrets, Drivers()).ToMaskAgainAsync(["db"], default));
    }

    [Fact]
    public async Task A_secret_that_is_being_set_while_the_key_is_changed_is_not_lost_with_the_old_key()
    {
        var slow = SlowRows.Over(store, out var go);
        using var secrets = new SecretStore(slow, new(keys), TimeProvider.System);
        var setting = secrets.SetAsync("db", New("value-one", Production), "ann", default);
        keys.Renew();
        var rewrapping = secrets.RewrapAsync("ann", default);
        go.SetResult();
        await Task.WhenAll(setting, rewrapping);
        keys.LetGo();
        Assert.Equal(["value-one"], Values(secrets, "db"));
    }

    [Fact]
    public async Task Bytes_that_no_variable_can_hold_are_given_as_a_file_only()
    {
        using var secrets = new SecretStore(store, new(keys), TimeProvider.System);
        await secrets.SetAsync("key", new([1, 2, 0, 255, 254, 3, 4], false, Production, null, null), "ann", default);
        var handOut = HandOut(secrets);
        Assert.Contains("file: true", (await Assert.ThrowsAsync<SecretRefusedException>(
            () => handOut.GiveAsync([new("KEY", "key", false)], Reader, "n", default))).Message);
        Assert.Equal(7, (await handOut.GiveAsync([new("KEY", "key", true)], Reader, "n", default)).Values[0].Value.Length);
    }

    [Fact]
    public async Task What_is_shown_of_a_secret_is_not_its_value_and_its_end_is_warned_of()
    {
        using var secrets = new SecretStore(store, new(keys), TimeProvider.System);
        var now = DateTimeOffset.UtcNow;
        var row = await secrets.SetAsync("db", New("value-one", Production) with { ExpiresAt = now.AddDays(3) }, "ann", default);
        Assert.DoesNotContain("value-one", JsonSerializer.Serialize(SecretView.Of(row, now), Wire.Json));
        Assert.Contains("expires on", Assert.Single(SecretView.Of(row, now).Warnings));
        Assert.Contains("has expired", Assert.Single(SecretView.Of(row, now.AddDays(4)).Warnings));
        Assert.DoesNotContain("value-one", Encoding.UTF8.GetString((await store.ReadRowAsync("secret", "db", default))!.Value));
    }

    public void Dispose() => folder.Dispose();

    private static SecretReader.Run Reader => new("shop", "production", "shop-1", "i", "n1");

    private static SecretDrivers Drivers() => new([new FileSecrets(), new EnvironmentSecrets()], TimeProvider.System);

    private static SecretHandOut HandOut(SecretStore secrets) => new(secrets, new(secrets, Drivers()));

    private static NewVersion New(string value, SecretScope? scope = null) => new(Encoding.UTF8.GetBytes(value), false, scope, null, null);

    private static string Text(SecretStore secrets, SecretRow row) => Encoding.UTF8.GetString(secrets.Open(row, row.Kept[^1]));

    private static string[] Values(SecretStore secrets, string name) =>
        [.. secrets.Find(name)!.Kept.OrderBy(kept => kept.Number).Select(kept => Encoding.UTF8.GetString(secrets.Open(secrets.Find(name)!, kept)))];
}
