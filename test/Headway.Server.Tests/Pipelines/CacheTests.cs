using System.Collections.Immutable;
using Headway.Core.Pipelines;
using Headway.Server.Pipelines;
using Headway.Server.Sources;
using Headway.Server.Tests.Sources;
using Xunit;

namespace Headway.Server.Tests.Pipelines;

/// <summary>What package managers fetched is there again for the next job, and a fork cannot change it.</summary>
public sealed class CacheTests
{
    private const string Build =
        "  work: { caches: [ { path: ~/.tool, key: tool.lock } ], artifact: headway.yaml,\n"
        + "    run: \"cat $HOME/.tool/got; mkdir -p $HOME/.tool; cat tool.lock >> $HOME/.tool/got; ls -A $HOME\" }";

    [Fact]
    public async Task The_same_key_gives_the_same_content_and_another_key_the_newest()
    {
        using var repository = JobsOf.Repository(Build, files: ("tool.lock", "v1\n"));
        await using var server = await PipelineServer.StartAsync();
        server.Runner();
        Assert.Equal(RunOutcome.Succeeded, (await server.EndedAsync(repository)).Outcome);
        Assert.Contains("Cache ~/.tool: there is nothing yet.", await server.LogAsync("work"));

        repository.Write("other.txt", "x").Commit("Second");
        await server.EndedAsync("shop-2");
        var second = await server.LogAsync("work", run: "shop-2");
        Assert.Contains("of the same key", second);
        Assert.Contains("\nv1\n", second);

        repository.Write("tool.lock", "v2\n").Commit("Third");
        await server.EndedAsync("shop-3");
        Assert.Contains("of an earlier key", await server.LogAsync("work", run: "shop-3"));

        repository.Write("other.txt", "y").Commit("Fourth");
        await server.EndedAsync("shop-4");
        // What the second run added to the content of an unchanged key was not kept: the third began with one line.
        Assert.Contains("\nv1\nv2\n.tool\n", await server.LogAsync("work", run: "shop-4"));
    }

    [Fact]
    public async Task A_job_that_left_nothing_to_keep_is_told_so_without_talk_of_artifacts()
    {
        using var repository = JobsOf.Repository("  work: { caches: [npm], artifact: headway.yaml, run: \"true\" }");
        await using var server = await PipelineServer.StartAsync();
        server.Runner();
        Assert.Equal(RunOutcome.Succeeded, (await server.EndedAsync(repository)).Outcome);
        var log = await server.LogAsync("work");
        Assert.Contains("Cache npm: the job left nothing in ~/.npm to keep.", log);
        Assert.DoesNotContain("was not kept", log);
    }

    [Fact]
    public async Task A_damaged_cache_is_not_used_and_made_anew()
    {
        using var repository = JobsOf.Repository(Build, files: ("tool.lock", "v1\n"));
        await using var server = await PipelineServer.StartAsync();
        server.Runner();
        await server.EndedAsync(repository);
        var kept = Assert.Single(Directory.GetFiles(server.Data, "*.tar", SearchOption.AllDirectories), file => file.Contains("/caches/"));
        await File.WriteAllBytesAsync(kept, [.. (await File.ReadAllBytesAsync(kept)).Take(700)]);
        repository.Write("other.txt", "x").Commit("Second");
        Assert.Equal(RunOutcome.Succeeded, (await server.EndedAsync("shop-2")).Outcome);
        Assert.Contains("is damaged", await server.LogAsync("work", run: "shop-2"));
    }

    [Fact]
    public async Task A_job_of_a_fork_reads_what_the_branch_kept_runs_where_forks_may_and_changes_nothing()
    {
        using var repository = JobsOf.Repository(Build, files: ("tool.lock", "v1\n"));
        await using var server = await PipelineServer.StartAsync();
        server.Runner("branch");
        await server.EndedAsync(repository);
        repository.Write("tool.lock", "evil\n");
        var proposed = repository.Commit("Proposed");
        await server.EndedAsync("shop-2");
        await ForkAsync(server, proposed);

        await server.RunAsync("shop-3", run => run.IsOpen);
        var wait = server.Get<RunnersSeen>().Wait(server.Runs.Find("shop-3")!);
        Assert.Contains("takes jobs of forks", wait.Says);
        Assert.Contains("--trust fork", wait.Unblocks);
        // `headway why` tells it, though the newest run of the branch has ended.
        Assert.Equal(wait, Assert.Single(server.Get<RunnersSeen>().Stuck("shop")));
        var caches = Path.Combine(server.Data, "runner-branch", "caches");
        var before = Snapshot(caches);
        server.Runner("fork", o => o with { Trust = JobTrust.Fork, Caches = caches });

        var run = await server.EndedAsync("shop-3");
        Assert.Equal("fork", run.Job("work")!.Runner);
        Assert.Contains("of the same key", await server.LogAsync("work", run: "shop-3"));
        Assert.Equal(before, Snapshot(caches));
    }

    [Fact]
    public async Task What_a_merge_request_of_a_member_leaves_behind_is_not_there_for_the_branch()
    {
        using var repository = JobsOf.Repository(
            $"{Build}\n  plain: {{ run: \"cat $HOME/left; echo good > $HOME/left\" }}", files: ("tool.lock", "v1\n"));
        await using var server = await PipelineServer.StartAsync();
        server.Runner();
        var first = await server.EndedAsync(repository);
        var caches = Path.Combine(server.Data, "runner-r1", "caches");
        var before = Snapshot(caches);

        // The specification stands in for what the command calls, which a merge request changes as it likes.
        var evil = first.Spec with
        {
            Jobs = [.. first.Spec.Jobs.Select(job => job with
            {
                Run = "mkdir -p $HOME/.tool; echo evil > $HOME/.tool/got; echo evil > $HOME/left",
                Room = job.Room is null ? null : job.Room with { Caches = [.. job.Room.Caches.Select(each => each with { Key = ["*"] })] },
            })],
        };
        await server.Runs.StartAsync(server.Services.Find("shop")!, first.Commit, evil, new(TriggerKind.MergeRequest, "main")
        {
            ChecksOnly = true, MergeRequest = new(7, first.Commit.Sha, "member", FromFork: false),
        }, [], default);
        Assert.Equal(RunOutcome.Succeeded, (await server.EndedAsync("shop-2")).Outcome);
        Assert.Equal(before, Snapshot(caches));

        repository.Write("other.txt", "x").Commit("Second");
        await server.EndedAsync("shop-3");
        Assert.Contains("good", await server.LogAsync("plain", run: "shop-3"));
    }

    internal static Task<RunState> ForkAsync(PipelineServer server, string commit)
    {
        var service = server.Services.Find("shop")!;
        var seen = server.Runs.Find("shop-1")!;
        return server.Runs.StartAsync(service, seen.Commit with { Sha = commit }, seen.Spec,
            new(TriggerKind.MergeRequest, "main") { MergeRequest = new(7, commit, "stranger", FromFork: true) }, [], default);
    }

    private static ImmutableArray<string> Snapshot(string folder) =>
        [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
}
