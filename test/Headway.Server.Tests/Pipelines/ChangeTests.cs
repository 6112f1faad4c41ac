using Headway.Core.Pipelines;
using Headway.Server.Sources;
using Headway.Server.Tests.Sources;
using System.Net.Http.Json;
using Headway.Core;
using Xunit;

namespace Headway.Server.Tests.Pipelines;

/// <summary>What a change touches is built, and nothing that changed is lost: real repositories, server and runner.</summary>
public sealed class ChangeTests
{
    [Fact]
    public async Task Of_two_services_in_one_repository_only_the_one_that_a_commit_touches_is_built()
    {
        using var repository = new GitRepository();
        foreach (var name in new[] { "shop", "cart" })
            repository.Write($"{name}/headway.yaml", Service(name)).Write($"{name}/page.txt", "hello\n");
        repository.Commit("First");
        await using var server = await PipelineServer.StartAsync();
        server.Runner();
        await RegisterAsync(server, repository, "shop");
        await RegisterAsync(server, repository, "cart");
        await server.EndedAsync("shop-1");
        await server.EndedAsync("cart-1");

        var sha = repository.Write("cart/page.txt", "hello again\n").Commit("Cart only");

        var cart = await server.EndedAsync("cart-2");
        Assert.Equal(["cart/page.txt"], cart.Trigger!.Changed);
        var skipped = await PipelineServer.EventuallyAsync(() =>
            server.Services.Find("shop") is { Skipped: not null } shop && shop.Tip == sha ? shop : null);
        Assert.Equal($"Commit {sha[..7]} does not touch shop/: nothing to build.", skipped.Skipped);
        Assert.Null(server.Runs.Find("shop-2"));
    }

    [Fact]
    public async Task A_change_whose_run_failed_is_still_built_with_the_next_commit()
    {
        using var repository = new GitRepository();
        repository.Write("shop/headway.yaml", Service("shop")).Write("shop/page.txt", "hello\n").Commit("First");
        await using var server = await PipelineServer.StartAsync();
        server.Runner();
        await RegisterAsync(server, repository, "shop");
        await server.EndedAsync("shop-1");
        repository.Write("shop/page.txt", "broken\n").Commit("Broken");
        Assert.Equal(RunOutcome.Failed, (await server.EndedAsync("shop-2")).Outcome);

        repository.Write("readme.md", "elsewhere\n").Commit("Elsewhere");

        var run = await server.EndedAsync("shop-3");
        Assert.Equal(["readme.md", "shop/page.txt"], run.Trigger!.Changed!.Value.Order());
    }

    [Fact]
    public async Task Jobs_tell_why_they_ran_or_were_skipped()
    {
        using var repository = new GitRepository();
        repository.Write("headway.yaml", """
            service: shop
            build:
              docs: { run: "true", paths: [docs/**] }
              tagged: { run: "false", when: "event == 'tag'" }
              package: { run: "echo $MODE > out", artifact: out, paths: [src/**], env: { MODE: fast } }
            run: { command: ./out }
            """).Write("src/app", "1").Write("docs/a", "1").Commit("First");
        await using var server = await PipelineServer.StartAsync();
        server.Runner();
        (await server.RegisterAsync(repository.Folder)).EnsureSuccessStatusCode();
        var first = await server.EndedAsync("shop-1");
        Assert.Equal("What changed is not known, so everything counts as changed.", first.Job("docs")!.Why);
        Assert.Equal(JobPhase.Skipped, first.Job("tagged")!.Phase);

        repository.Write("docs/a", "2").Commit("Docs");

        var run = await server.EndedAsync("shop-2");
        Assert.True(run.Trigger!.Changed is not null, $"{run.Trigger} {first.Outcome} {first.Says} {server.Runs.Find("shop-1")}");
        Assert.Equal("docs/a changed, matched by docs/**.", run.Job("docs")!.Why);
        Assert.Equal("Its `when` does not hold: event == 'tag'", run.Job("tagged")!.Why);
        Assert.Equal(new("shop-1", "package"), run.Job("package")!.Reuses);
        Assert.Equal(first.Release!.ArtifactDigest, run.Release!.ArtifactDigest);
        Assert.NotEqual(first.Release.Id, run.Release.Id);
    }

    [Fact]
    public async Task A_run_under_way_gives_way_to_a_newer_commit()
    {
        using var repository = new GitRepository();
        const string yaml = """
            service: shop
            build:
              slow: { run: "sleep 60", when: "commit.subject == 'Slow'" }
              package: { run: "true", artifact: ., needs: slow }
            run: { command: ./run }
            """;
        repository.Write("headway.yaml", yaml).Commit("Slow");
        await using var server = await PipelineServer.StartAsync();
        server.Runner();
        (await server.RegisterAsync(repository.Folder)).EnsureSuccessStatusCode();
        await server.RunAsync("shop-1", run => run.AnyRunning);

        repository.Commit("Quick");

        var old = await server.EndedAsync("shop-1");
        Assert.Equal(RunOutcome.Superseded, old.Outcome);
        Assert.Equal("shop-2 is newer.", old.Says);
        Assert.Equal(RunOutcome.Succeeded, (await server.EndedAsync("shop-2")).Outcome);
    }

    private static string Service(string name) => $$"""
        service: {{name}}
        build:
          package: { run: "grep -q hello {{name}}/page.txt && cp {{name}}/page.txt out", artifact: out }
        run: { command: ./out }
        """;

    private static async Task RegisterAsync(PipelineServer server, GitRepository repository, string folder) =>
        (await server.Http.PostAsJsonAsync("api/v1/services",
            new ServiceRequest(repository.Folder, null, $"{folder}/headway.yaml"), Wire.Json)).EnsureSuccessStatusCode();
}
