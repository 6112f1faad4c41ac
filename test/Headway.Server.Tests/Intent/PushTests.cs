using Headway.Core.Environments;
using Headway.Server.Intent;
using Headway.Server.Storage;
using Headway.Server.Tests.Pipelines;
using Xunit;

namespace Headway.Server.Tests.Intent;

/// <summary>git clone and git push against the whole server, as a person with a token does them.</summary>
public sealed class PushTests : IAsyncLifetime
{
    private const string Shop = "services/shop/production.yaml";
    private readonly StateScene _people = new();
    private StateServer _server = null!;
    private string _clone = "";

    public async ValueTask InitializeAsync()
    {
        _server = await StateServer.StartAsync("shop");
        await _server.WrittenAsync("shop");
        _clone = _people.Clone(_server.Url(await _server.TokenAsync("ann", "deploy")));
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _people.Dispose();
    }

    [Fact]
    public async Task A_push_is_obeyed_at_once_in_the_name_of_the_commits_author_and_who_pushed_is_in_the_record()
    {
        Assert.Contains("hold:\n", await File.ReadAllTextAsync(Path.Combine(_clone, Shop)));
        var commit = StateScene.Push(_clone, Shop, $"release: {StateServer.ReleaseOf("shop", 1)}\n", "Back to the first");
        // The record is asked, not the lane: its hold is soon followed by the one of a release that nobody ever signed.
        var asked = await PipelineServer.EventuallyAsync(
            () => _server.Get<IEventStore>().ReadAllAsync(0, 1000, default).Result
                .FirstOrDefault(each => each is { Type: "lane.rollbackRequested", Actor: "ann@example.com" }),
            () => _server.Lane("shop").ToString());
        var said = Assert.IsType<LaneEvent.RollbackRequested>(EventTypes.Known.Read(asked));
        Assert.Equal((StateServer.ReleaseOf("shop", 1), $"Back to the first ({commit[..8]} in the state repo)"), (said.ToRelease, said.Why));
        var stored = await _server.Get<IEventStore>().ReadStreamAsync($"state/{commit}", 0, default);
        Assert.Equal(("state.pushed", "ann"), (Assert.Single(stored).Type, stored[0].Actor));
    }

    [Fact]
    public async Task Who_has_no_token_or_may_only_look_is_turned_away_with_a_sentence()
    {
        var nobody = StateScene.Try(_people.Folder, "clone", "-q", _server.Url("hw_wrong"), "nobody");
        Assert.NotEqual(0, nobody.Code);
        Assert.Contains("The token is not known", nobody.Error);
        var reader = _people.Clone(_server.Url(await _server.TokenAsync("rob", "read")), "reader");
        Assert.Contains("rob may not configure shop in production: that takes the role `deployer`", Refused(reader, Shop, "release: x\n"));
        Assert.Contains("ann may not administer", Refused(_clone, "policies/x.yaml", "a: 1\n"));
        Assert.Equal(403, (int)(await _server.Client.GetAsync("/git/state.git/info/refs")).StatusCode);
    }

    [Theory]
    [InlineData(Shop, "release: shop-99-0000000\n", "There is no release `shop-99-0000000` of shop.")]
    [InlineData(Shop, "relase: x\n", "services/shop/production.yaml:1:1: ", "Did you mean `release`?")]
    [InlineData(Shop, "release: [\n", "services/shop/production.yaml:")]
    [InlineData("services/shop/moon.yaml", "release: x\n", "shop has no environment `moon`.")]
    [InlineData("services/cart/production.yaml", "release: x\n", "There is no service `cart`.")]
    [InlineData("freezes/x.yaml", "why: \n", "freezes/x.yaml:")]
    [InlineData(Shop, "release: shop-3-3aaaaaa\nhold: { release: shop-3-3aaaaaa, why: Not yet }\n", "shop-3-3aaaaaa is held")]
    public void What_could_not_be_obeyed_is_refused_before_it_is_in_force(string path, string text, params string[] says)
    {
        var head = _server.Get<StateRepo>().Head.Commit;
        var error = Refused(_clone, path, text);
        Assert.All(says, each => Assert.Contains(each, error));
        Assert.Equal(head, StateScene.Ask(_server.Bare, "rev-parse", "main"));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(_server.Bare, "incoming")));
    }

    [Fact]
    public async Task History_is_not_rewritten_nothing_is_deleted_and_nobody_writes_in_the_name_of_headway()
    {
        StateScene.Ask(_clone, "checkout", "-q", "--orphan", "other");
        Assert.Contains("History is never rewritten here", Refused(_clone, "README.md", "x\n", "--force"));
        Assert.Contains("cannot be deleted", StateScene.Try(_clone, "push", "origin", ":main").Error);
        Assert.Contains("Only the branch `main` is kept here", StateScene.Try(_clone, "push", "origin", "HEAD:refs/heads/mine").Error);
        StateScene.Ask(_clone, "checkout", "-q", "-f", "main");
        await File.WriteAllTextAsync(Path.Combine(_clone, "README.md"), "x\n");
        StateScene.Ask(_clone, "add", ".");
        StateScene.Ask(_clone, "commit", "-q", "-m", "Mine", "-m", "Headway-Event: lane/shop/production@1");
        Assert.Contains("which Headway alone writes", StateScene.Try(_clone, "push", "origin", "HEAD:main").Error);
        StateScene.Ask(_clone, "reset", "-q", "--hard", "origin/main");
        File.CreateSymbolicLink(Path.Combine(_clone, "link"), "/etc/passwd");
        StateScene.Ask(_clone, "add", ".");
        StateScene.Ask(_clone, "commit", "-q", "-m", "A link");
        Assert.Contains("link is a link or a module", StateScene.Try(_clone, "push", "origin", "HEAD:main").Error);
    }

    [Fact]
    public async Task Who_pushes_beside_headway_is_told_to_fetch_and_both_commits_stay()
    {
        await _server.Client.PostAsync("/api/v1/lanes/shop/production/hold", new StringContent("{\"reason\":\"A holiday\"}", null, "application/json"));
        await _server.LaneAsync("shop", _ => _server.Get<StateRepo>().Head.Text(Shop)!.Contains("A holiday"));
        var refused = Refused(_clone, "services/shop/README.md", "Ours\n");
        Assert.Contains("fetch first", refused);
        StateScene.Ask(_clone, "pull", "-q", "--rebase");
        StateScene.Ask(_clone, "push", "-q", "origin", "HEAD:main");
        await _server.LaneAsync("shop", _ => _server.Get<StateRepo>().Head.Text("services/shop/README.md") == "Ours\n");
    }

    public static string Refused(string clone, string path, string text, params string[] how)
    {
        var pushed = Assert.Throws<InvalidOperationException>(() => StateScene.Push(clone, path, text, "By hand", how));
        if (how.Length == 0 && !pushed.Message.Contains("fetch first")) StateScene.Ask(clone, "reset", "-q", "--hard", "HEAD^");
        return pushed.Message;
    }
}
