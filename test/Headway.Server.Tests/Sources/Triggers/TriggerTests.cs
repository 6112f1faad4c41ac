using System.Net;
using System.Net.Http.Json;
using Headway.Core;
using Headway.Core.Nodes;
using Headway.Core.Pipelines;
using Headway.Core.Services;
using Headway.Server.Sources.Triggers;
using Headway.Server.Tests.Pipelines;
using Xunit;

namespace Headway.Server.Tests.Sources.Triggers;

/// <summary>Tags, further branches, merge requests and people start runs of a real repository.</summary>
public sealed class TriggerTests
{
    [Fact]
    public async Task A_tag_starts_a_run_that_may_release_only_what_is_on_the_branch()
    {
        using var repository = Shop("on: { tags: \"v*\" }");
        await using var server = await ServerAsync(repository);
        repository.Git("tag", "-a", "-m", "One", "v1");
        var on = await RunOfAsync(server, run => run.Trigger is { Tag: "v1" });
        repository.Git("checkout", "--quiet", "--detach");
        var other = repository.Commit("Elsewhere");
        repository.Git("tag", "v2");
        repository.Git("tag", "nightly");
        var off = await RunOfAsync(server, run => run.Trigger is { Tag: "v2" });

        Assert.Equal((TriggerKind.Tag, repository.Git("rev-parse", "main").Trim()), (on.Trigger!.Kind, on.Commit.Sha));
        Assert.True(on.Trigger.MayRelease);
        Assert.Equal(other, off.Commit.Sha);
        Assert.False(off.Trigger!.MayRelease);
        Assert.DoesNotContain(server.Runs.All, run => run.Trigger?.Tag == "nightly");
        Assert.Equal(repository.Git("rev-parse", "main").Trim(), server.Services.Find("shop")!.Tip);
    }

    [Fact]
    public async Task What_was_there_before_starts_nothing_and_a_restart_starts_nothing_again()
    {
        using var repository = Shop("on: { tags: \"v*\" }");
        repository.Commit("Before");
        repository.Git("tag", "v0");
        await using var server = await ServerAsync(repository);
        repository.Git("tag", "v1");
        await RunOfAsync(server, run => run.Trigger is { Tag: "v1" });
        await server.RestartAsync();
        repository.Git("tag", "v2");
        await RunOfAsync(server, run => run.Trigger is { Tag: "v2" });
        Assert.Equal([null, "v1", "v2"], server.Runs.All.OrderBy(run => run.Number).Select(run => run.Trigger!.Tag));
    }

    [Fact]
    public async Task Another_branch_is_built_and_tested_and_not_released()
    {
        using var repository = Shop("on: { branches: [\"release/*\"] }");
        await using var server = await ServerAsync(repository);
        server.Runner();
        await server.EndedAsync("shop-1");
        repository.Git("checkout", "--quiet", "-b", "release/1");
        var commit = repository.Write("page.txt", "hello from the branch\n").Commit("On a branch");
        // The branch may be seen before the commit on it, and then has a run of its own.
        var run = await RunOfAsync(server, run => run.Trigger is { Branch: "release/1" } && run.Commit.Sha == commit);
        run = await server.EndedAsync(run.Id);
        Assert.True(run.Outcome is RunOutcome.Succeeded, run.Says);
        Assert.Null(run.Release);
        Assert.Equal(["page.txt"], run.Trigger!.Changed!.Value);
        Assert.NotNull(server.Runs.Find("shop-1")!.Release);
    }

    [Fact]
    public async Task A_merge_request_is_built_as_it_would_be_after_the_merge_and_by_the_branchs_specification()
    {
        using var repository = Shop("on: { requests: everybody }");
        await using var server = await ServerAsync(repository);
        server.Runner();
        server.Runner("forks", o => o with { Trust = JobTrust.Fork });
        await server.EndedAsync("shop-1");
        repository.Git("checkout", "--quiet", "-b", "topic");
        var head = repository.Write("new.txt", "new\n")
            .Write("headway.yaml", Yaml("on: { requests: everybody }").Replace("grep -q hello page.txt", "true"))
            .Commit("Proposed");
        repository.Git("checkout", "--quiet", "main");
        repository.Write("page.txt", "hello, moved on\n").Commit("Main moves on");
        await server.EndedAsync("shop-2");
        repository.Git("update-ref", "refs/pull/7/head", head);
        var run = await RunOfAsync(server, run => run.Trigger is { MergeRequest.Number: 7 });
        run = await server.EndedAsync(run.Id);

        Assert.True(run.Outcome is RunOutcome.Succeeded, run.Says);
        Assert.Null(run.Release);
        Assert.Equal(head, run.Trigger!.MergeRequest!.Head);
        Assert.True(run.Trigger.MergeRequest.FromFork);
        Assert.Equal(["headway.yaml", "new.txt"], run.Trigger.Changed!.Value.Order());
        Assert.Equal("grep -q hello page.txt", run.Spec.Jobs.Single(job => job.Name == "test").Run);
        Assert.StartsWith("Merge request 7 into main: Proposed", run.Commit.Subject);
    }

    [Fact]
    public async Task A_conflict_is_told_with_its_files_and_the_next_push_of_the_request_is_built()
    {
        using var repository = Shop("on: { requests: everybody }");
        await using var server = await ServerAsync(repository);
        repository.Git("checkout", "--quiet", "-b", "topic");
        var head = repository.Write("page.txt", "hello of the topic\n").Commit("Proposed");
        repository.Git("checkout", "--quiet", "main");
        repository.Write("page.txt", "hello of main\n").Commit("Main moves on");
        repository.Git("update-ref", "refs/pull/7/head", head);
        var refused = await PipelineServer.EventuallyAsync(
            () => server.Services.Find("shop")!.RefusedBeside.FirstOrDefault());
        Assert.Equal("It conflicts with main in page.txt.", refused.Says);
        Assert.Equal((7, head), (refused.Trigger.MergeRequest!.Number, refused.Commit.Sha));

        repository.Git("checkout", "--quiet", "topic");
        repository.Git("merge", "--quiet", "-X", "ours", "main", "-m", "Solved");
        repository.Git("update-ref", "refs/pull/7/head", "topic");
        await RunOfAsync(server, run => run.Trigger is { MergeRequest.Number: 7 });
    }

    [Fact]
    public async Task The_newest_push_of_a_request_takes_the_place_of_the_one_before_and_of_no_other_run()
    {
        using var repository = Shop("on: { requests: everybody }");
        await using var server = await ServerAsync(repository);
        repository.Git("checkout", "--quiet", "-b", "topic");
        repository.Commit("One");
        repository.Git("update-ref", "refs/merge-requests/3/head", "topic");
        repository.Git("update-ref", "refs/merge-requests/4/head", "topic");
        var other = await RunOfAsync(server, run => run.Trigger is { MergeRequest.Number: 4 });
        var first = await RunOfAsync(server, run => run.Trigger is { MergeRequest.Number: 3 });
        repository.Commit("Two");
        repository.Git("update-ref", "refs/merge-requests/3/head", "topic");
        Assert.Equal(RunOutcome.Superseded, (await server.EndedAsync(first.Id)).Outcome);
        Assert.True(server.Runs.Find("shop-1")!.IsOpen);
        Assert.True(server.Runs.Find(other.Id)!.IsOpen);
    }

    [Fact]
    public async Task A_ref_that_names_no_commit_holds_nothing_up()
    {
        using var repository = Shop("on: { tags: \"v*\", requests: everybody }");
        await using var server = await ServerAsync(repository);
        var blob = repository.GitWithInput("text", "hash-object", "-w", "--stdin").Trim();
        repository.Git("tag", "v0", blob);
        repository.Git("tag", "v1");
        await RunOfAsync(server, run => run.Trigger is { Tag: "v1" });
        Assert.Null(server.Services.Find("shop")!.Trouble);
    }

    [Fact]
    public async Task A_person_starts_a_run_of_a_commit_a_branch_a_tag_or_the_tip()
    {
        using var repository = Shop("");
        var first = repository.Commit("First");
        await using var server = await ServerAsync(repository);
        repository.Git("checkout", "--quiet", "-b", "topic");
        repository.Commit("Beside");
        var tip = await StartAsync(server, new());
        var commit = await StartAsync(server, new(Commit: first));
        var branch = await StartAsync(server, new(Branch: "topic"));
        Assert.Equal((repository.Git("rev-parse", "main").Trim(), true), (tip.Commit.Sha, tip.Trigger!.MayRelease));
        Assert.Equal((first, true, "person"), (commit.Commit.Sha, commit.Trigger!.MayRelease, commit.Trigger.By));
        Assert.Equal(("Beside", false), (branch.Commit.Subject, branch.Trigger!.MayRelease));

        foreach (var (wanted, status) in new[]
            { (new RunWanted(Branch: "none"), 422), (new(Commit: "--upload-pack=x"), 400), (new(Tag: "-x"), 400),
                (new(Branch: "a", Tag: "b"), 400), (new(Commit: new('a', 40)), 422) })
        {
            var answer = await server.Http.PostAsJsonAsync("api/v1/services/shop/runs", wanted, Wire.Json);
            Assert.Equal(status, (int)answer.StatusCode);
        }
    }

    [Fact]
    public async Task A_push_starts_nothing_where_it_is_switched_off()
    {
        using var repository = Shop("on: { push: false, tags: \"v*\" }");
        repository.Commit("First");
        await using var server = await PipelineServer.StartAsync(Often);
        (await server.RegisterAsync(repository.Folder)).EnsureSuccessStatusCode();
        await PipelineServer.EventuallyAsync(() => server.Services.Find("shop")?.Tip);
        await BaselineAsync(server);
        repository.Git("tag", "v1");
        var run = await RunOfAsync(server, run => run.Trigger is { Tag: "v1" });
        Assert.Equal(1, run.Number);
    }

    internal static string Yaml(string on) => CommitToReleaseTests.Yaml.Replace("service: shop", $"service: shop\n{on}");

    internal static GitRepository Shop(string on) => CommitToReleaseTests.Shop().Write("headway.yaml", Yaml(on));

    internal static Core.Pipelines.RunState? Found(PipelineServer server, Func<RunState, bool> meant) =>
        server.Runs.All.OrderByDescending(run => run.Number).FirstOrDefault(meant);

    internal static Task<RunState> RunOfAsync(PipelineServer server, Func<RunState, bool> meant) =>
        PipelineServer.EventuallyAsync(() => Found(server, meant), () =>
            $"{server.Services.Find("shop")?.Trouble} {string.Join(", ", server.Runs.All.Select(run => run.Trigger))}"
                + string.Join(", ", server.Services.Find("shop")?.RefusedBeside.Select(r => r.Says) ?? []));

    internal static Server.Sources.SourceOptions Often(Server.Sources.SourceOptions options) =>
        options with
        {
            LookBesideEvery = TimeSpan.Zero, PublicUrl = "https://headway.example.com/",
            ReportAgain = TimeSpan.FromMilliseconds(100),
        };

    internal static async Task<PipelineServer> ServerAsync(GitRepository repository)
    {
        repository.Commit("First");
        var server = await PipelineServer.StartAsync(Often);
        (await server.RegisterAsync(repository.Folder)).EnsureSuccessStatusCode();
        await PipelineServer.EventuallyAsync(() => server.Runs.Find("shop-1"));
        await BaselineAsync(server);
        return server;
    }

    /// <summary>Until the first look at what is beside the branch is over.</summary>
    private static async Task BaselineAsync(PipelineServer server)
    {
        if (!File.ReadAllText(FileOfSpec(server)).Contains("\non:")) return;
        for (var deadline = DateTime.UtcNow.AddSeconds(120); DateTime.UtcNow < deadline; await Task.Delay(20))
            if (await server.Store.ReadRowAsync("beside", "shop", default) is not null) return;
        Assert.Fail("Nobody looked beside the branch.");
    }

    private static string FileOfSpec(PipelineServer server) =>
        Path.Combine(server.Services.Find("shop")!.Source, "headway.yaml");

    private static async Task<RunState> StartAsync(PipelineServer server, RunWanted wanted)
    {
        var answer = await server.Http.PostAsJsonAsync("api/v1/services/shop/runs", wanted, Wire.Json);
        Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<RunState>(Wire.Json))!;
    }
}
