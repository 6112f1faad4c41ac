using System.Text;
using Headway.Core.Pipelines;
using Headway.Core.Rollouts;
using Headway.Core.Strategies;
using Headway.Server.Connections;
using Headway.Server.Sources.Reports;
using Headway.Server.Storage;
using Headway.Server.Tests.Pipelines;
using Headway.Server.Tests.Sources.Triggers;
using Xunit;

namespace Headway.Server.Tests.Sources.Hosts;

/// <summary>Commit statuses and comments, as they arrive at a host's side.</summary>
public sealed class ReportTests
{
    [Theory]
    [InlineData(ConnectionKind.GitHub, "/repos/ann/shop/statuses/", "pending", "success", "context")]
    [InlineData(ConnectionKind.Gitea, "/repos/ann/shop/statuses/", "pending", "success", "context")]
    [InlineData(ConnectionKind.GitLab, "/projects/ann%2Fshop/statuses/", "running", "success", "name")]
    public async Task The_host_is_told_that_a_run_began_and_how_it_ended(
        ConnectionKind kind, string path, string begun, string ended, string context)
    {
        using var repository = TriggerTests.Shop("");
        await using var host = await HostServer.StartAsync();
        await using var server = await TriggerTests.ServerAsync(repository);
        await host.LinkAsync(server, kind);
        var first = await host.CalledAsync(call => call.Method == "POST");
        server.Runner();
        var last = await host.CalledAsync(call => call.Body.GetProperty("state").GetString() == ended);

        Assert.Equal($"{path}{repository.Head()}", first.Target);
        Assert.Equal(("Bearer secret-token", begun), (first.Authorization, first.Body.GetProperty("state").GetString()));
        Assert.Equal(kind is ConnectionKind.GitHub ? "application/vnd.github+json" : "application/json", first.Accept);
        Assert.Equal("headway/shop", last.Body.GetProperty(context).GetString());
        Assert.Equal("All 2 jobs succeeded.", last.Body.GetProperty("description").GetString());
        Assert.Equal("https://headway.example.com/?run=shop-1", last.Body.GetProperty("target_url").GetString());
        Assert.Equal(2, host.Calls.Count);
    }

    [Fact]
    public async Task A_host_that_is_down_holds_nothing_up_is_told_the_last_state_and_also_after_a_restart()
    {
        using var repository = TriggerTests.Shop("");
        await using var host = await HostServer.StartAsync();
        host.Down = 503;
        await using var server = await TriggerTests.ServerAsync(repository);
        await host.LinkAsync(server, ConnectionKind.GitHub);
        var trouble = await PipelineServer.EventuallyAsync(() => server.Get<ReportDesk>().TroubleOf("shop"));
        Assert.Contains("503", trouble);
        server.Runner();
        Assert.Equal(RunOutcome.Succeeded, (await server.EndedAsync("shop-1")).Outcome);
        await server.RestartAsync();
        host.Calls.Clear();
        host.Down = 0;
        var first = await host.CalledAsync(call => call.Body.GetProperty("state").GetString() == "success");
        await PipelineServer.EventuallyAsync(() =>
            server.Store.ReadRowAsync("report", "shop", default).Result is { } row
                && Encoding.UTF8.GetString(row.Value).Contains("Succeeded") ? row : null);
        Assert.Equal(first, Assert.Single(host.Calls));
        await server.RestartAsync();
        repository.Commit("Second");
        await host.CalledAsync(call => call.Target.EndsWith(repository.Head(), StringComparison.Ordinal));
        Assert.Single(host.Calls, call => call.Target == first.Target);
    }

    [Fact]
    public async Task One_report_that_is_refused_holds_up_no_other()
    {
        using var repository = TriggerTests.Shop("");
        await using var host = await HostServer.StartAsync();
        await using var server = await TriggerTests.ServerAsync(repository);
        var first = repository.Head();
        host.Answer($"POST /repos/ann/shop/statuses/{first}", "not json");
        await host.LinkAsync(server, ConnectionKind.GitHub);
        await PipelineServer.EventuallyAsync(() => server.Get<ReportDesk>().TroubleOf("shop"));
        repository.Commit("Second");
        await host.CalledAsync(call => call.Target.EndsWith(repository.Head(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_merge_request_gets_a_check_on_its_head_and_one_comment_with_the_plan()
    {
        using var repository = TriggerTests.Shop("on: { requests: members }");
        await using var host = await HostServer.StartAsync();
        await using var server = await TriggerTests.ServerAsync(repository);
        await host.LinkAsync(server, ConnectionKind.GitHub);
        repository.Git("checkout", "--quiet", "-b", "topic");
        var head = repository.Write("headway.yaml", TriggerTests.Yaml("on: { requests: members }") + "\n# ``` more\n")
            .Commit("Proposed");
        host.Answer("GET /repos/ann/shop/pulls/7", Pull(7, head, "ann/shop", "open"));
        host.Answer("GET /repos/ann/shop/pulls/8", Pull(8, head, "eve/shop", "open"));
        host.Answer("GET /repos/ann/shop/pulls/9", Pull(9, head, "ann/shop", "closed"));
        host.Answer("PATCH /repos/ann/shop/issues/comments/41", """{"id":41}""");
        foreach (var number in new[] { 7, 8, 9 }) repository.Git("update-ref", $"refs/pull/{number}/head", head);
        var run = await TriggerTests.RunOfAsync(server, run => run.Trigger is { MergeRequest.Number: 7 });
        Assert.Equal(("bob", false), (run.Trigger!.MergeRequest!.Author, run.Trigger.MergeRequest.FromFork));
        var made = await host.CalledAsync(call => call is { Method: "POST", Target: "/repos/ann/shop/issues/7/comments" });
        server.Runner();
        await server.EndedAsync(run.Id);
        var again = await host.CalledAsync(call => call.Method == "PATCH");
        var check = await host.CalledAsync(call => call.Target == $"/repos/ann/shop/statuses/{head}"
            && call.Body.GetProperty("state").GetString() == "success");

        Assert.Equal("headway/shop#merge", check.Body.GetProperty("context").GetString());
        Assert.Equal("All 2 jobs succeeded.", check.Body.GetProperty("description").GetString());
        Assert.Null(server.Runs.Find(run.Id)!.Release);
        var text = made.Body.GetProperty("body").GetString()!;
        Assert.StartsWith("<!-- headway shop -->\n", text);
        Assert.Contains("| package | test |", text);
        Assert.Contains("released to **staging** at once, then **production** at once", text);
        Assert.Contains("````diff\n", text);
        Assert.Contains("+# ``` more", text);
        Assert.Contains("| test |  | succeeded |", again.Body.GetProperty("body").GetString());
        Assert.DoesNotContain(server.Runs.All, other => other.Trigger?.MergeRequest?.Number is 8 or 9);
        Assert.Single(host.Calls, call => call.Method == "POST" && call.Target.EndsWith("/comments", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_conflict_is_a_failed_check_with_the_files()
    {
        using var repository = TriggerTests.Shop("on: { requests: everybody }");
        await using var host = await HostServer.StartAsync();
        await using var server = await TriggerTests.ServerAsync(repository);
        await host.LinkAsync(server, ConnectionKind.Gitea);
        repository.Git("checkout", "--quiet", "-b", "topic");
        var head = repository.Write("page.txt", "hello of the topic\n").Commit("Proposed");
        repository.Git("checkout", "--quiet", "main");
        repository.Write("page.txt", "hello of main\n").Commit("Main moves on");
        host.Answer("GET /repos/ann/shop/pulls/7", Pull(7, head, "eve/shop", "open"));
        repository.Git("update-ref", "refs/pull/7/head", head);
        var check = await host.CalledAsync(call => call.Target == $"/repos/ann/shop/statuses/{head}");
        Assert.Equal("failure", check.Body.GetProperty("state").GetString());
        Assert.Equal("It conflicts with main in page.txt.", check.Body.GetProperty("description").GetString());
    }

    [Fact]
    public async Task Each_environment_is_told_of_with_a_context_of_its_own()
    {
        using var repository = TriggerTests.Shop("");
        await using var host = await HostServer.StartAsync();
        await using var server = await TriggerTests.ServerAsync(repository);
        await host.LinkAsync(server, ConnectionKind.GitHub);
        server.Runner();
        var release = (await server.EndedAsync("shop-1")).Release!;
        foreach (var (id, environment) in new[] { ("r1", "staging"), ("r2", "production") })
            await server.Store.AppendAsync<RolloutEvent>($"rollout/{id}", 0, "test",
                [new RolloutEvent.Started(id, "shop", environment, null, release.Id, new Plan("at once", 1, [], []), Rules)], default);
        await host.CalledAsync(call => Says(call, "headway/shop/production", "pending"));
        await server.Store.AppendAsync<RolloutEvent>("rollout/r1", 1, "test",
            [new RolloutEvent.Promoted("Proven.", null), new RolloutEvent.Ended(RolloutEnd.Completed, "Done.")], default);
        await server.Store.AppendAsync<RolloutEvent>("rollout/r2", 1, "test",
            [new RolloutEvent.RollbackStarted(RollbackCause.Person, "It hurts users.", null)], default);
        await host.CalledAsync(call => Says(call, "headway/shop/staging", "success"));
        var back = await host.CalledAsync(call => Says(call, "headway/shop/production", "failure"));
        Assert.Equal("Rolled back in production: It hurts users.", back.Body.GetProperty("description").GetString());
    }

    private static readonly RolloutRules Rules = new(
        Core.Services.OnInconclusive.Ask, 50, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1), 3);

    private static bool Says(HostCall call, string context, string state) => call.Method == "POST"
        && call.Body.GetProperty("context").GetString() == context && call.Body.GetProperty("state").GetString() == state;

    internal static string Pull(int number, string head, string repository, string state) => $$"""
        {"number":{{number}},"state":"{{state}}","user":{"login":"bob"},"merged_at":null,
         "head":{"ref":"topic","sha":"{{head}}","repo":{"full_name":"{{repository}}","fork":true} },
         "base":{"ref":"main","sha":"","repo":{"full_name":"ann/shop"} } }
        """;
}
