using Headway.Server.Intent;
using Xunit;

namespace Headway.Server.Tests.Intent;

/// <summary>A state repo that is kept elsewhere, with real git.</summary>
public sealed class StateRemoteTests : IDisposable
{
    private const string Shop = "services/shop/production.yaml";
    private readonly StateScene _scene = new();

    [Fact]
    public async Task What_was_here_goes_there_and_what_is_pushed_there_comes_here()
    {
        var there = _scene.Elsewhere();
        using var repo = await _scene.OpenAsync();
        var mine = await repo.CommitAsync(StateScene.Change(Shop, "release: shop-1\n"), default);
        await repo.KeepAtAsync(new(there, "main"), default);
        Assert.Null(await repo.LookAsync(default));
        Assert.Equal((mine.Commit, true), (Tip(there), repo.Remote!.IsJoined));
        var next = await repo.CommitAsync(StateScene.Change(Shop, "release: shop-2\n"), default);
        Assert.Equal(next.Commit, Tip(there));

        var clone = _scene.Clone(there);
        var commit = StateScene.Push(clone, Shop, "release: shop-1\n", "Go back");
        // Refused, fetched, decided again: theirs comes first.
        var moved = await Assert.ThrowsAsync<StateMovedException>(() => repo.CommitAsync(StateScene.Change(Shop, "release: shop-3\n"), default));
        Assert.Contains("Go back", moved.Message);
        Assert.Equal(("release: shop-2\n", commit), ((await repo.LookAsync(default))!.Files[Shop].Before, repo.Head.Commit));
        StateScene.Ask(clone, "pull", "-q");
        StateScene.Push(clone, "README.md", "Ours\n");
        var after = await repo.CommitAsync(StateScene.Change(Shop, "release: shop-3\n"), default);
        Assert.Equal((after.Commit, "Ours\n"), (Tip(there), after.Text("README.md")));
        Assert.Equal(after.Commit, StateScene.Ask(_scene.Bare, "rev-parse", "main"));
    }

    [Fact]
    public async Task Nothing_is_in_force_that_is_not_there_and_what_could_not_be_written_is_said()
    {
        var there = _scene.Elsewhere();
        using var repo = await _scene.OpenAsync(remote: new(there, "main"));
        await repo.LookAsync(default);
        var head = await repo.CommitAsync(StateScene.Change(Shop, "release: shop-1\n"), default);
        Directory.Move(there, there + ".away");
        await Assert.ThrowsAsync<RemoteTroubleException>(() => repo.CommitAsync(StateScene.Change(Shop, "release: shop-2\n"), default));
        Assert.Contains($"The state repo at {there} cannot be reached:", repo.Unreachable);
        Assert.Equal(head, repo.Head);
        Directory.Move(there + ".away", there);
        await File.WriteAllTextAsync(Path.Combine(there, "hooks", "pre-receive"), "#!/bin/sh\necho no robots here >&2\nexit 1\n");
        File.SetUnixFileMode(Path.Combine(there, "hooks", "pre-receive"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        StateScene.Ask(there, "config", "core.hooksPath", "hooks");
        var refused = await Assert.ThrowsAsync<RemoteTroubleException>(() => repo.CommitAsync(StateScene.Change(Shop, "release: shop-2\n"), default));
        Assert.Contains("does not take commits", refused.Message);
        File.Delete(Path.Combine(there, "hooks", "pre-receive"));
        var next = await repo.CommitAsync(StateScene.Change(Shop, "release: shop-2\n"), default);
        Assert.Equal(next.Commit, Tip(there));
        Assert.Null(repo.Unreachable);
    }

    [Fact]
    public async Task Two_histories_become_one_where_theirs_is_obeyed_and_ours_is_added()
    {
        var there = _scene.Elsewhere();
        var clone = _scene.Clone(there);
        StateScene.Push(clone, Shop, "release: shop-7\n", "Theirs");
        StateScene.Push(clone, "policies/x.yaml", "a: 1\n");
        using var repo = await _scene.OpenAsync();
        var mine = await repo.CommitAsync(StateScene.Change(Shop, "release: shop-1\n"), default);
        await repo.CommitAsync(StateScene.Change("freezes/y.yaml", "why: z\n"), default);
        await repo.KeepAtAsync(new(there, "main"), default);
        var foreign = await repo.LookAsync(default);
        Assert.Equal(["policies/x.yaml", Shop], foreign!.Files.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(("release: shop-1\n", "Theirs"), (foreign.Files[Shop].Before, foreign.Files[Shop].Newest.Subject));
        Assert.Equal(("release: shop-7\n", "why: z\n"), (repo.Head.Text(Shop), repo.Head.Text("freezes/y.yaml")));
        Assert.Equal(repo.Head.Commit, Tip(there));
        Assert.Equal(mine.Commit, StateScene.Ask(_scene.Bare, "log", "--reverse", "--format=%H", "--glob=refs/headway/before/*", "-1", "--skip=1"));
    }

    [Fact]
    public async Task History_that_is_rewritten_there_is_answered_by_a_commit_and_never_by_force()
    {
        var there = _scene.Elsewhere();
        using var repo = await _scene.OpenAsync(remote: new(there, "main"));
        await repo.LookAsync(default);
        var first = await repo.CommitAsync(StateScene.Change(Shop, "release: shop-1\n"), default);
        var second = await repo.CommitAsync(StateScene.Change(Shop, "release: shop-2\n"), default);
        StateScene.Ask(there, "update-ref", "refs/heads/main", first.Commit!);
        Assert.Null(await repo.LookAsync(default));
        Assert.Equal(second.Commit, Tip(there));
        Assert.Contains("set back", repo.Mended);

        var clone = _scene.Clone(there);
        StateScene.Ask(clone, "checkout", "-q", "--orphan", "other");
        var other = StateScene.Push(clone, Shop, "release: shop-1\n", "Begin again", "--force");
        Assert.Null(await repo.LookAsync(default));
        Assert.Equal((other, "release: shop-2\n"), (StateScene.Ask(there, "rev-parse", "main^"), repo.Head.Text(Shop)));
        Assert.Contains("rewritten", repo.Mended);
        Assert.Equal(second.Commit, StateScene.Ask(_scene.Bare, "rev-parse", $"refs/headway/before/{second.Commit![..12]}"));

        StateScene.Ask(there, "update-ref", "-d", "refs/heads/main");
        await repo.LookAsync(default);
        Assert.Equal(repo.Head.Commit, Tip(there));
        Assert.Contains("deleted", repo.Mended);
    }

    public void Dispose() => _scene.Dispose();

    private static string Tip(string repository) => StateScene.Ask(repository, "rev-parse", "main");
}
