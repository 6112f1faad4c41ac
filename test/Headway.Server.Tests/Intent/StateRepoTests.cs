using System.Collections.Immutable;
using Headway.Server.Intent;
using Headway.Server.Sources;
using Xunit;

namespace Headway.Server.Tests.Intent;

public sealed class StateRepoTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("headway-state-").FullName;
    private readonly Git git;

    public StateRepoTests() => git = new(new() { Data = Path.Combine(folder, "sources") });

    [Fact]
    public async Task A_change_is_a_commit_with_who_why_and_the_event_and_is_there_after_a_restart()
    {
        using var repo = await OpenAsync();
        var heads = new List<(StateTree Before, StateTree After)>();
        repo.OnChange((before, after) => heads.Add((before, after)));
        var head = await repo.CommitAsync(Change(("services/shop/production.yaml", "release: shop-1-aaaaaaa\n")), default);
        Assert.Equal("release: shop-1-aaaaaaa\n", head.Text("services/shop/production.yaml"));
        Assert.Equal((StateTree.Empty, head), Assert.Single(heads));
        Assert.Same(head, await repo.CommitAsync(Change(("services/shop/production.yaml", "release: shop-1-aaaaaaa\n")), default));

        var next = await repo.CommitAsync(Change(("services/shop/production.yaml", null), ("policies/a \"b\".yaml", "ü\n")), default);
        using var again = await OpenAsync();
        Assert.Equal(next.Commit, again.Head.Commit);
        Assert.Equal([new("policies/a \"b\".yaml", "ü\n")], again.Head.Files);
        var log = await git.TextAsync(10_000, TimeSpan.FromSeconds(10),
            ["-C", Path.Combine(folder, "state.git"), "log", "--reverse", "--format=%an %ae|%s|%b|%P"], default);
        Assert.StartsWith("Ann Lee ann.lee@headway|Promote shop-1|It passed.\n\nHeadway-Event: lane/shop/production@7\n|\n", log);
        Assert.EndsWith($"|{head.Commit}\n", log);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private async Task<StateRepo> OpenAsync()
    {
        var repo = new StateRepo(git, Path.Combine(folder, "state.git"), TimeProvider.System);
        await repo.OpenAsync(default);
        return repo;
    }

    private static StateChange Change(params (string Path, string? Text)[] files) => new(
        "Ann <Lee>", "Promote shop-1", "It passed.", "lane/shop/production@7", files.ToImmutableDictionary(f => f.Path, f => f.Text));
}
