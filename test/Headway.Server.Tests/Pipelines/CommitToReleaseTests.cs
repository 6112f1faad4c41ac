using System.Formats.Tar;
using Headway.Core.Pipelines;
using Headway.Core.Services;
using Headway.Server.Artifacts;
using Headway.Server.Tests.Sources;
using Xunit;

namespace Headway.Server.Tests.Pipelines;

/// <summary>The main path up to the release: a real repository, server and runner.</summary>
public sealed class CommitToReleaseTests
{
    public const string Yaml = """
        service: shop
        build:
          test: { run: "grep -q hello page.txt" }
          package: { run: "mkdir out && cp page.txt out/ && cp serve out/ && echo packed", artifact: out, needs: test }
        run: { command: ./out/serve }
        release:
          staging: { checks: [ ./smoke.sh ] }
          production: {}
        """;

    internal static GitRepository Shop() => new GitRepository()
        .Write("headway.yaml", Yaml).Write("page.txt", "hello\n").Write("serve", "#!/bin/sh\n")
            .Write("smoke.sh", "exit 0\n");

    [Fact]
    public async Task A_commit_becomes_a_signed_release()
    {
        using var repository = Shop();
        var sha = repository.Commit("First page");
        await using var server = await PipelineServer.StartAsync();
        server.Runner();
        (await server.RegisterAsync(repository.Folder)).EnsureSuccessStatusCode();

        var run = await server.EndedAsync("shop-1");

        Assert.True(run.Outcome is RunOutcome.Succeeded, run.Says);
        var release = run.Release!;
        Assert.Equal($"shop-1-{sha[..7]}", release.Id);
        Assert.Equal("First page", release.Commit.Subject);
        Assert.Null(server.Get<ArtifactSigner>().WhyRefused(release));
        Assert.Equal(["out", "out/page.txt", "out/serve", "smoke.sh"],
            Entries(await server.ArtifactAsync(release.ArtifactDigest)));
        Assert.Contains(await server.EventsOfAsync("shop"), e => e is ServiceEvent.CommitSeen { Run: "shop-1" });
        Assert.Contains("packed", await server.Http.GetStringAsync("api/v1/runs/shop-1/jobs/package/log"));
    }

    [Fact]
    public async Task The_next_commit_is_carried_by_itself_with_a_higher_number()
    {
        using var repository = Shop();
        repository.Commit("First page");
        await using var server = await PipelineServer.StartAsync();
        server.Runner();
        (await server.RegisterAsync(repository.Folder)).EnsureSuccessStatusCode();
        await server.EndedAsync("shop-1");
        repository.Write("page.txt", "hello again\n").Commit("Second page");

        var run = await server.EndedAsync("shop-2");

        Assert.Equal(2, run.Release!.Number);
    }

    [Fact]
    public async Task A_job_that_fails_ends_the_run_and_makes_no_release()
    {
        using var repository = Shop();
        repository.Write("page.txt", "broken\n").Commit("Broken page");
        await using var server = await PipelineServer.StartAsync();
        server.Runner();
        (await server.RegisterAsync(repository.Folder)).EnsureSuccessStatusCode();

        var run = await server.EndedAsync("shop-1");

        Assert.Equal(RunOutcome.Failed, run.Outcome);
        Assert.Null(run.Release);
        Assert.Contains("Job test failed", run.Says);
        Assert.Equal(1, run.Job("test")!.ExitCode);
        Assert.Equal(0, run.Job("package")!.Attempt);
    }

    private static List<string> Entries(Stream tar)
    {
        using var reader = new TarReader(tar);
        var names = new List<string>();
        while (reader.GetNextEntry() is { } entry) names.Add(entry.Name.TrimEnd('/'));
        return names;
    }
}
