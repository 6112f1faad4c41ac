using Headway.Core.Pipelines;
using Headway.Server.Tests.Sources;
using Xunit;

namespace Headway.Server.Tests.Pipelines;

/// <summary>Jobs whose inputs are the same are not run again: real repository, server and runner.</summary>
public sealed class ReuseTests
{
    private static GitRepository Shop() => new GitRepository().Write("headway.yaml", """
        service: shop
        build:
          test: { run: "cat src/app; echo tested", inputs: [src/**] }
          package: { run: "cp src/app out", artifact: out, needs: test, inputs: [src/**] }
          fresh: { run: "true", cache: false }
        run: { command: ./out }
        """).Write("src/app", "1").Write("docs/a", "1");

    [Fact]
    public async Task The_same_inputs_are_not_built_again_and_other_inputs_are()
    {
        using var repository = Shop();
        repository.Commit("First");
        await using var server = await StartAsync(repository);
        var first = await server.EndedAsync("shop-1");

        repository.Write("docs/a", "2").Commit("Docs");
        var run = await server.EndedAsync("shop-2");
        Assert.Equal("Not run: same inputs as in shop-1, where it succeeded.", run.Job("test")!.Says);
        Assert.Equal(new("shop-1", "package"), run.Job("package")!.Reuses);
        Assert.Equal(1, run.Job("fresh")!.Attempt);
        Assert.Equal(first.Release!.ArtifactDigest, run.Release!.ArtifactDigest);
        Assert.Contains("tested", await server.Http.GetStringAsync("api/v1/runs/shop-2/jobs/test/log"));

        repository.Write("src/app", "2").Commit("Source");
        var third = await server.EndedAsync("shop-3");
        Assert.Null(third.Job("test")!.Reuses);
        Assert.NotEqual(first.Release.ArtifactDigest, third.Release!.ArtifactDigest);

        // Back to what was there before: known from the first run.
        repository.Write("src/app", "1").Commit("Back");
        Assert.Equal(new("shop-1", "test"), (await server.EndedAsync("shop-4")).Job("test")!.Reuses);
    }

    [Fact]
    public async Task What_was_known_is_known_after_a_restart_of_the_server()
    {
        using var repository = Shop();
        repository.Commit("First");
        await using var server = await StartAsync(repository);
        await server.EndedAsync("shop-1");
        await server.RestartAsync();

        repository.Write("docs/a", "2").Commit("Docs");

        Assert.Equal(new("shop-1", "package"), (await server.EndedAsync("shop-2")).Job("package")!.Reuses);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_result_whose_file_is_damaged_or_gone_is_made_again(bool damaged)
    {
        using var repository = Shop();
        repository.Commit("First");
        await using var server = await StartAsync(repository);
        var first = await server.EndedAsync("shop-1");
        var hex = first.Release!.ArtifactDigest["sha256:".Length..];
        var file = Directory.EnumerateFiles(server.Data, hex[2..], SearchOption.AllDirectories).Single();
        if (damaged) await File.AppendAllTextAsync(file, "rot", TestContext.Current.CancellationToken);
        else File.Delete(file);

        repository.Write("docs/a", "2").Commit("Docs");

        var run = await server.EndedAsync("shop-2");
        Assert.Equal(RunOutcome.Succeeded, run.Outcome);
        Assert.Equal(new("shop-1", "test"), run.Job("test")!.Reuses);
        Assert.Null(run.Job("package")!.Reuses);
        Assert.Equal(1, run.Job("package")!.Attempt);
    }

    private static async Task<PipelineServer> StartAsync(GitRepository repository)
    {
        var server = await PipelineServer.StartAsync();
        server.Runner();
        (await server.RegisterAsync(repository.Folder)).EnsureSuccessStatusCode();
        return server;
    }
}
