using Headway.Server.Intent;
using Xunit;

namespace Headway.Server.Tests.Intent;

/// <summary>What others do to the history of the state repo, with real git.</summary>
public sealed class StateHistoryTests : IDisposable
{
    private const string Shop = "services/shop/production.yaml";
    private readonly StateScene _scene = new();

    [Fact]
    public async Task What_others_have_committed_is_told_once_with_what_was_there_before()
    {
        using var repo = await _scene.OpenAsync();
        await repo.CommitAsync(StateScene.Change(Shop, "release: shop-1\n"), default);
        Assert.Empty((await repo.LookAsync(default))?.Files ?? []);
        var clone = _scene.Clone(_scene.Bare);
        StateScene.Push(clone, Shop, "release: shop-2\n", "Take two");
        var commit = StateScene.Push(clone, Shop, "release: shop-3\n", "Take three");
        var foreign = await repo.LookAsync(default);
        var file = Assert.Single(foreign!.Files);
        Assert.Equal((Shop, "release: shop-1\n", commit, "ann@example.com", "Take three"),
            (file.Key, file.Value.Before, file.Value.Newest.Commit, file.Value.Newest.By, file.Value.Newest.Subject));
        Assert.Equal("release: shop-3\n", repo.Head.Text(Shop));
        Assert.Null(await repo.LookAsync(default));

        // A server that begins again is told what came while it was away, and nothing that it had looked at or written itself.
        using var later = await _scene.OpenAsync(seen: commit);
        Assert.Null(await later.LookAsync(default));
        await later.CommitAsync(StateScene.Change(Shop, "release: shop-4\n"), default);
        StateScene.Ask(clone, "pull", "-q", "--rebase");
        StateScene.Push(clone, "policies/x.yaml", "a: 1\n");
        using var again = await _scene.OpenAsync(seen: commit);
        Assert.Equal("policies/x.yaml", Assert.Single((await again.LookAsync(default))!.Files).Key);
    }

    [Fact]
    public async Task Who_is_second_writes_after_the_first_unless_both_mean_the_same_file()
    {
        using var repo = await _scene.OpenAsync();
        await repo.CommitAsync(StateScene.Change(Shop, "release: shop-1\n"), default);
        await repo.LookAsync(default);
        var clone = _scene.Clone(_scene.Bare);
        var first = StateScene.Push(clone, Shop, "release: shop-2\n", "I was first");
        var head = await repo.CommitAsync(StateScene.Change("freezes/x.yaml", "why: holiday\n"), default);
        Assert.Equal((first, "release: shop-2\n"), (StateScene.Ask(_scene.Bare, "rev-parse", $"{head.Commit}^"), head.Text(Shop)));
        var moved = await Assert.ThrowsAsync<StateMovedException>(
            () => repo.CommitAsync(StateScene.Change(Shop, "release: shop-9\n"), default));
        Assert.Contains($"{Shop} was changed meanwhile by ann@example.com ({first[..8]} \"I was first\")", moved.Message);
        Assert.True(repo.IsUnread(Shop));
        Assert.Equal("release: shop-1\n", (await repo.LookAsync(default))!.Files[Shop].Before);
        await repo.CommitAsync(StateScene.Change(Shop, "release: shop-9\n"), default);
    }

    [Fact]
    public async Task Rewritten_history_is_put_back_and_what_was_pushed_is_kept()
    {
        using var repo = await _scene.OpenAsync();
        var head = await repo.CommitAsync(StateScene.Change(Shop, "release: shop-1\n"), default);
        await repo.LookAsync(default);
        var clone = _scene.Clone(_scene.Bare);
        StateScene.Ask(clone, "checkout", "-q", "--orphan", "other");
        var other = StateScene.Push(clone, Shop, "release: evil\n", "Begin again", "--force");
        Assert.Null(await repo.LookAsync(default));
        Assert.Equal(head.Commit, StateScene.Ask(_scene.Bare, "rev-parse", "main"));
        Assert.Equal(other, StateScene.Ask(_scene.Bare, "rev-parse", $"refs/headway/rewritten/{other[..12]}"));
        Assert.Contains("rewritten", repo.Mended);

        // The same while no server looks.
        StateScene.Ask(clone, "push", "-q", "--force", "origin", "HEAD:main");
        using var again = await _scene.OpenAsync(seen: head.Commit);
        Assert.Null(await again.LookAsync(default));
        Assert.Equal((head.Commit, "release: shop-1\n"), (again.Head.Commit, again.Head.Text(Shop)));
        Assert.Equal(head.Commit, StateScene.Ask(_scene.Bare, "rev-parse", "main"));
    }

    [Fact]
    public async Task A_repository_that_was_deleted_or_replaced_says_again_what_is_in_force()
    {
        using var repo = await _scene.OpenAsync();
        await repo.CommitAsync(StateScene.Change(Shop, "release: shop-1\n"), default);
        await repo.CommitAsync(StateScene.Change("policies/x.yaml", "a: 1\n"), default);
        await repo.LookAsync(default);
        Directory.Delete(_scene.Bare, recursive: true);
        Assert.Null(await repo.LookAsync(default));
        Assert.Contains("deleted", repo.Mended);
        Assert.Equal("a: 1", StateScene.Ask(_scene.Bare, "show", "main:policies/x.yaml"));
        await repo.CommitAsync(StateScene.Change(Shop, "release: shop-2\n"), default);

        Directory.Delete(_scene.Bare, recursive: true);
        _scene.Elsewhere("state.git");
        var theirs = StateScene.Push(_scene.Clone(_scene.Bare), "services/other/production.yaml", "release: other-1\n", "Mine");
        await repo.LookAsync(default);
        Assert.Contains("replaced", repo.Mended);
        Assert.Equal("release: shop-2", StateScene.Ask(_scene.Bare, "show", $"main:{Shop}"));
        Assert.Equal(theirs, StateScene.Ask(_scene.Bare, "rev-parse", "main^"));
        Assert.Null(repo.Head.Text("services/other/production.yaml"));

        // Gone while no server looked: nothing is known but that it was there.
        Directory.Delete(_scene.Bare, recursive: true);
        using var again = await _scene.OpenAsync(seen: theirs);
        Assert.Null(await again.LookAsync(default));
        Assert.Contains("gone when the server started", again.Mended);
        await again.CommitAsync(StateScene.Change(Shop, "release: shop-2\n"), default);
    }

    public void Dispose() => _scene.Dispose();
}
