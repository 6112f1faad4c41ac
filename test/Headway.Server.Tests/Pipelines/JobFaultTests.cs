using System.Diagnostics;
using System.Net;
using Headway.Core.Pipelines;
using Headway.Node.Jobs;
using Headway.Server.Tests.Sources;
using Xunit;

namespace Headway.Server.Tests.Pipelines;

/// <summary>What jobs, people, runners and servers do wrong: real processes throughout.</summary>
public sealed class JobFaultTests
{
    private static GitRepository OneJob(string run, string more = "", string artifact = "headway.yaml")
    {
        var repository = new GitRepository().Write("headway.yaml",
            $"service: shop\nbuild:\n  work:\n    run: |\n      {run.ReplaceLineEndings("\n      ")}\n"
                + $"    artifact: {artifact}\n{more}"
            + "run: { command: ./x }\nrelease: { production: {} }\n");
        repository.Commit("First");
        return repository;
    }

    [Fact]
    public async Task A_job_that_hangs_is_stopped_at_its_time_limit_with_all_its_children()
    {
        var word = Random.Shared.Next(100_000_000, 999_999_999);
        using var repository = OneJob($"setsid sleep {word} & sleep {word}", "    timeout: 1s\n");
        await using var server = await StartedAsync(repository);
        var run = await server.EndedAsync("shop-1");
        Assert.Contains("time limit of 00:00:01", run.Says);
        Assert.DoesNotContain(Process.GetProcesses(), p => CommandOf(p).Contains(word.ToString()));
    }

    [Fact]
    public async Task A_cancelled_run_stops_its_job()
    {
        using var repository = OneJob("echo begun; sleep 300");
        await using var server = await StartedAsync(repository);
        await LogAsync(server, "begun");
        (await server.Http.PostAsync("api/v1/runs/shop-1/cancel", null)).EnsureSuccessStatusCode();
        var run = await server.EndedAsync("shop-1");
        Assert.Equal(RunOutcome.Cancelled, run.Outcome);
        Assert.Contains("cancelled", run.Job("work")!.Says);
        Assert.Equal(
            HttpStatusCode.Conflict, (await server.Http.PostAsync("api/v1/runs/shop-1/cancel", null)).StatusCode);
    }

    [Fact]
    public async Task Output_beyond_the_limit_is_dropped_and_the_job_goes_on()
    {
        using var repository =
            OneJob("head -c 1000000000 /dev/zero; echo; echo at the end > done.txt", artifact: "done.txt");
        await using var server = await PipelineServer.StartAsync(pipelines: o => o with { LogBytes = 100_000 });
        server.Runner();
        await server.RegisterAsync(repository.Folder);
        var run = await server.EndedAsync("shop-1");
        Assert.Equal(RunOutcome.Succeeded, run.Outcome);
        var log = await server.Http.GetStringAsync("api/v1/runs/shop-1/jobs/work/log");
        Assert.InRange(log.Length, 100_000, 101_000);
        Assert.Contains("reached its limit of 100000 bytes", log);
    }

    [Fact]
    public async Task Reports_of_tests_are_summed_up_in_what_the_job_says()
    {
        using var repository = OneJob(
            "echo '<testsuite><testcase name=\"a\"/><testcase name=\"b\">"
                + "<failure/></testcase></testsuite>' > r.xml; exit 1",
            "    reports: \"*.xml\"\n");
        await using var server = await StartedAsync(repository);
        var run = await server.EndedAsync("shop-1");
        Assert.Contains("1 of 2 tests failed: b.", run.Says);
    }

    [Fact]
    public async Task An_artifact_that_is_not_there_fails_the_job()
    {
        using var repository = OneJob("true", artifact: "out");
        await using var server = await StartedAsync(repository);
        Assert.Contains("`out` is not there", (await server.EndedAsync("shop-1")).Says);
    }

    [Fact]
    public async Task The_log_is_seen_while_the_job_runs_and_ends_with_it()
    {
        using var repository = OneJob("echo first; while [ ! -f $HOME/go ]; do sleep 0.05; done; echo second");
        await using var server = await StartedAsync(repository);
        await server.RunAsync("shop-1", run => run.AnyStarted);
        using var stream =
            new StreamReader(await server.Http.GetStreamAsync("api/v1/runs/shop-1/jobs/work/log?follow=true"));
        await UntilLineAsync(stream, "first");
        Assert.True(server.Runs.Find("shop-1")!.AnyRunning);
        var homes = Directory.GetDirectories("/var/tmp", "headway-jobs-*")
            .Append(Path.Combine(server.Data, "runner-r1"));
        foreach (var home in homes.Where(home => Directory.Exists(Path.Combine(home, "homes", "shop"))))
            await File.WriteAllTextAsync(Path.Combine(home, "homes", "shop", "go"), "");
        await UntilLineAsync(stream, "second");
        await UntilLineAsync(stream, "event: end");
    }

    [Fact]
    public async Task A_job_goes_on_while_the_server_is_away_and_its_end_is_told_when_it_is_back()
    {
        using var repository = OneJob("echo begun; sleep 2; echo done > done.txt", artifact: "done.txt");
        await using var server = await StartedAsync(repository);
        await LogAsync(server, "begun");
        await server.RestartAsync();
        var run = await server.EndedAsync("shop-1");
        Assert.Equal(RunOutcome.Succeeded, run.Outcome);
        Assert.Equal(1, run.Job("work")!.Attempt);
    }

    [Fact]
    public async Task A_server_that_was_killed_goes_on_with_the_jobs_that_wait()
    {
        using var repository = OneJob("echo fine");
        await using var server = await PipelineServer.StartAsync();
        await server.RegisterAsync(repository.Folder);
        await server.RunAsync("shop-1", run => run.IsOpen);
        await server.RestartAsync();
        server.Runner();
        Assert.Equal(RunOutcome.Succeeded, (await server.EndedAsync("shop-1")).Outcome);
    }

    [Fact]
    public async Task A_runner_that_falls_silent_loses_its_job_to_another_and_may_not_end_it_any_more()
    {
        using var repository = OneJob("echo fine");
        await using var server = await PipelineServer.StartAsync(
            pipelines: o =>
                o with { LostAfter = TimeSpan.FromMilliseconds(300), LookEvery = TimeSpan.FromMilliseconds(50) });
        await server.RegisterAsync(repository.Folder);
        await server.RunAsync("shop-1", run => run.IsOpen);
        Assert.Equal(
            HttpStatusCode.OK, (await server.Http.PostAsync("node/v1/runners/silent/claim?wait=5", null)).StatusCode);
        await server.RunAsync("shop-1", run => run.Job("work") is { Phase: JobPhase.Waiting, Losses: 1 });
        server.Runner();
        var run = await server.EndedAsync("shop-1");
        Assert.Equal(RunOutcome.Succeeded, run.Outcome);
        Assert.Equal(2, run.Job("work")!.Attempt);
        var late = await server.Http.PostAsync(
            "node/v1/jobs/shop-1/work/log?attempt=1&offset=0", new StringContent("late"));
        Assert.Equal(HttpStatusCode.Gone, late.StatusCode);
    }

    [Fact]
    public async Task A_claim_whose_answer_was_lost_is_answered_again_with_the_same_job()
    {
        using var repository = OneJob("echo fine");
        await using var server = await PipelineServer.StartAsync();
        await server.RegisterAsync(repository.Folder);
        await server.RunAsync("shop-1", run => run.IsOpen);
        var first = await (await server.Http.PostAsync("node/v1/runners/r1/claim?wait=5", null))
            .Content.ReadAsStringAsync();
        var second = await (await server.Http.PostAsync("node/v1/runners/r1/claim?wait=5", null))
            .Content.ReadAsStringAsync();
        Assert.Equal(first, second);
        Assert.Equal(HttpStatusCode.NoContent,
            (await server.Http.PostAsync("node/v1/runners/r2/claim?wait=0", null)).StatusCode);
    }

    [Fact]
    public async Task A_runner_that_asks_again_after_it_began_has_lost_its_job()
    {
        using var repository = OneJob("echo fine");
        await using var server = await PipelineServer.StartAsync();
        await server.RegisterAsync(repository.Folder);
        await server.RunAsync("shop-1", run => run.IsOpen);
        await server.Http.PostAsync("node/v1/runners/r1/claim?wait=5", null);
        await server.Http.PostAsync("node/v1/jobs/shop-1/work/log?attempt=1&offset=0", new StringContent("begun"));
        server.Runner();
        Assert.Equal(2, (await server.EndedAsync("shop-1")).Job("work")!.Attempt);
    }

    [Fact]
    public async Task A_piece_of_log_that_arrives_twice_is_kept_once()
    {
        using var repository = OneJob("echo fine");
        await using var server = await PipelineServer.StartAsync();
        await server.RegisterAsync(repository.Folder);
        await server.RunAsync("shop-1", run => run.IsOpen);
        await server.Http.PostAsync("node/v1/runners/r1/claim?wait=5", null);
        foreach (var (offset, text) in new[] { (0, "abc"), (0, "abc"), (1, "bcde"), (50, "lost") })
            await server.Http.PostAsync(
                $"node/v1/jobs/shop-1/work/log?attempt=1&offset={offset}", new StringContent(text));
        Assert.Equal("abcde", await server.Http.GetStringAsync("api/v1/runs/shop-1/jobs/work/log"));
    }

    [Fact]
    public async Task A_failed_job_can_be_restarted()
    {
        using var repository = OneJob("if [ ! -f $HOME/again ]; then touch $HOME/again; exit 1; fi");
        await using var server = await StartedAsync(repository);
        Assert.Equal(RunOutcome.Failed, (await server.EndedAsync("shop-1")).Outcome);
        (await server.Http.PostAsync("api/v1/runs/shop-1/jobs/work/restart", null)).EnsureSuccessStatusCode();
        var run = await server.EndedAsync("shop-1");
        Assert.Equal(RunOutcome.Succeeded, run.Outcome);
        Assert.Equal("shop-1", $"shop-{run.Release!.Number}");
    }

    [Fact]
    public async Task A_job_that_fills_the_disk_is_stopped()
    {
        using var repository = OneJob("head -c 30000000 /dev/zero > a; sleep 300");
        await using var server = await PipelineServer.StartAsync();
        server.Runner(change: o => o with { Limits = new JobLimits(DiskBytes: 20 << 20) });
        await server.RegisterAsync(repository.Folder);
        var run = await server.EndedAsync("shop-1");
        Assert.Matches("wrote more than 20 MB|Exit code", run.Says);
    }

    [Fact]
    public async Task Garbage_from_a_runner_is_refused()
    {
        await using var server = await PipelineServer.StartAsync();
        foreach (var path in new[] { "node/v1/jobs/no/no/log", "node/v1/jobs/no/no/end?attempt=9",
            "node/v1/jobs/..%2F/x/log" })
        {
            var answer = await server.Http.PostAsync(path, new StringContent("{\"job\":", null, "application/json"));
            Assert.InRange((int)answer.StatusCode, 400, 499);
        }
        Assert.Equal(HttpStatusCode.NotFound, (await server.Http.GetAsync("api/v1/runs/none")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await server.Http.GetAsync("api/v1/runs/none/jobs/x/log")).StatusCode);
    }

    private static async Task<PipelineServer> StartedAsync(GitRepository repository)
    {
        var server = await PipelineServer.StartAsync();
        server.Runner();
        (await server.RegisterAsync(repository.Folder)).EnsureSuccessStatusCode();
        return server;
    }

    private static async Task LogAsync(PipelineServer server, string word)
    {
        await server.RunAsync("shop-1", run => run.AnyStarted);
        while (!(await server.Http.GetStringAsync("api/v1/runs/shop-1/jobs/work/log")).Contains(word))
            await Task.Delay(20);
    }

    private static async Task UntilLineAsync(StreamReader stream, string word)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        while (!(await stream.ReadLineAsync(limit.Token) ?? throw new EndOfStreamException(word)).Contains(word)) { }
    }

    private static string CommandOf(Process process)
    {
        try { return File.ReadAllText($"/proc/{process.Id}/cmdline"); }
        catch (IOException) { return ""; }
    }
}
