using System.Net;
using System.Net.Sockets;
using System.Text;
using Headway.Server.Access;
using Headway.Server.Sources.Hooks;
using Headway.Server.Tests.Pipelines;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Headway.Server.Tests.Sources.Hooks;

/// <summary>Hooks on a real server and a real repository; the watcher looks by itself only once an hour.</summary>
public sealed class HookTests
{
    [Fact]
    public async Task A_push_hook_of_GitHub_makes_the_watcher_look_at_once()
    {
        using var repository = CommitToReleaseTests.Shop();
        await using var server = await ServerAsync(repository);
        var hook = await server.HookAsync(HookHost.GitHub);
        repository.Commit("Second");
        Assert.Equal(HttpStatusCode.Accepted, (await server.GitHubAsync(hook, HookCalls.GitHubPush, "d-1")).StatusCode);
        Assert.Equal("Second", (await PipelineServer.EventuallyAsync(() => server.Runs.Find("shop-2"))).Commit.Subject);
    }

    [Fact]
    public async Task Gitea_and_GitLab_are_understood_with_their_own_signatures()
    {
        using var repository = CommitToReleaseTests.Shop();
        await using var server = await ServerAsync(repository);
        repository.Commit("Second");
        var gitea = await server.HookAsync(HookHost.Gitea);
        Assert.Equal(HttpStatusCode.Accepted, (await server.GiteaAsync(gitea, HookCalls.GiteaPush, "d-1")).StatusCode);
        await PipelineServer.EventuallyAsync(() => server.Runs.Find("shop-2"));
        repository.Commit("Third");
        var gitlab = await server.HookAsync(HookHost.GitLab);
        Assert.Equal(HttpStatusCode.Accepted,
            (await server.GitLabTokenAsync(gitlab, HookCalls.GitLabPush, "d-1")).StatusCode);
        await PipelineServer.EventuallyAsync(() => server.Runs.Find("shop-3"));
        repository.Commit("Fourth");
        var signed = await server.GitLabSignedAsync(gitlab, HookCalls.GitLabPush + " ", "d-2", DateTimeOffset.UtcNow);
        Assert.Equal(HttpStatusCode.Accepted, signed.StatusCode);
        await PipelineServer.EventuallyAsync(() => server.Runs.Find("shop-4"));
    }

    [Fact]
    public async Task A_wrong_signature_is_refused_without_saying_why_and_nobody_looks()
    {
        using var repository = CommitToReleaseTests.Shop();
        await using var server = await ServerAsync(repository);
        var (github, gitlab, gitea) = (await server.HookAsync(HookHost.GitHub), await server.HookAsync(HookHost.GitLab),
            await server.HookAsync(HookHost.Gitea));
        repository.Commit("Second");
        HttpResponseMessage[] answers =
        [
            await server.GitHubAsync(github, HookCalls.GitHubPush, "d-1", secret: "guess"),
            await server.GiteaAsync(gitea, HookCalls.GiteaPush, "d-1", secret: github.Secret),
            await server.GitLabTokenAsync(gitlab, HookCalls.GitLabPush, "d-1", secret: "guess"),
            await server.GitLabSignedAsync(
                gitlab, HookCalls.GitLabPush, "d-2", DateTimeOffset.UtcNow - TimeSpan.FromMinutes(6)),
            await server.GitHubAsync(github with { Path = "/hooks/github/00" }, HookCalls.GitHubPush, "d-1"),
            await server.GitHubAsync(github with { Path = gitea.Path }, HookCalls.GitHubPush, "d-1"),
            await server.CallAsync(github, HookCalls.GitHubPush, ("X-GitHub-Event", "push")),
        ];
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode));
        var texts = await Task.WhenAll(answers.Select(a => a.Content.ReadAsStringAsync()));
        Assert.Single(texts.Select(text => text.Split("traceId")[0]).Distinct());
        Assert.Empty(await server.Store.ReadRowsAsync("hook-delivery", default));
        Assert.Null(server.Runs.Find("shop-2"));
    }

    [Fact]
    public async Task A_delivery_is_taken_once_whatever_number_it_is_given_and_also_after_a_restart()
    {
        using var repository = CommitToReleaseTests.Shop();
        await using var server = await ServerAsync(repository);
        var hook = await server.HookAsync(HookHost.GitHub);
        Assert.Equal(HttpStatusCode.Accepted, (await server.GitHubAsync(hook, HookCalls.GitHubPush, "d-1")).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await server.GitHubAsync(hook, HookCalls.GitHubPush, "d-1")).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await server.GitHubAsync(hook, HookCalls.GitHubPush, "d-2")).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await server.GitHubAsync(hook, "{}", "d-1")).StatusCode);

        await server.RestartAsync();

        Assert.Equal(HttpStatusCode.Conflict, (await server.GitHubAsync(hook, HookCalls.GitHubPush, "d-3")).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await server.GitHubAsync(hook, "{}", "d-1")).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await server.GitHubAsync(hook, "{}", "d-4")).StatusCode);
    }

    [Fact]
    public async Task A_ping_is_answered_and_other_events_mean_nothing()
    {
        using var repository = CommitToReleaseTests.Shop();
        await using var server = await ServerAsync(repository);
        var hook = await server.HookAsync(HookHost.GitHub);
        var ping = await server.GitHubAsync(hook, """{"zen":"Keep it logically awesome.","hook_id":1}""", "d-1", "ping");
        Assert.Equal(HttpStatusCode.OK, ping.StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await server.GitHubAsync(hook, "{}", "d-2", "star")).StatusCode);
    }

    [Fact]
    public async Task A_body_of_50_MB_is_refused_before_it_was_sent()
    {
        using var repository = CommitToReleaseTests.Shop();
        await using var server = await ServerAsync(repository);
        var hook = await server.HookAsync(HookHost.GitHub);
        var said = await RawAsync(server, hook, "Content-Length: 52428800\r\n\r\n{");
        Assert.StartsWith("HTTP/1.1 413", said);
        var megabyte = $"100000\r\n{new string('x', 1 << 20)}\r\n";
        var untold = await RawAsync(server, hook,
            "Transfer-Encoding: chunked\r\n\r\n" + string.Concat(Enumerable.Repeat(megabyte, 6)));
        Assert.StartsWith("HTTP/1.1 413", untold);
        Assert.Equal(HttpStatusCode.Accepted, (await server.GitHubAsync(hook, "{}", "d-1")).StatusCode);
    }

    [Fact]
    public async Task Who_fails_too_often_is_not_listened_to_for_a_while()
    {
        using var repository = CommitToReleaseTests.Shop();
        await using var server = await ServerAsync(repository);
        var hook = await server.HookAsync(HookHost.GitHub);
        for (var call = 0; call < HookFailures.Most; call++)
            Assert.Equal(HttpStatusCode.Unauthorized,
                (await server.GitHubAsync(hook, "{}", $"d-{call}", secret: "guess")).StatusCode);
        var refused = await server.GitHubAsync(hook, "{}", "d");
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);
    }

    [Fact]
    public async Task A_secret_is_shown_once_and_is_not_in_the_record()
    {
        using var repository = CommitToReleaseTests.Shop();
        await using var server = await ServerAsync(repository);
        var hook = await server.HookAsync(HookHost.GitHub);
        Assert.DoesNotContain(hook.Secret, await server.Http.GetStringAsync("api/v1/hooks"));
        var rows = await server.Store.ReadRowsAsync("hook", default);
        Assert.DoesNotContain(hook.Secret, Encoding.UTF8.GetString(Assert.Single(rows).Value));
        foreach (var file in Directory.EnumerateFiles(server.Data, "*", SearchOption.AllDirectories))
            Assert.DoesNotContain(hook.Secret, await File.ReadAllTextAsync(file, Encoding.Latin1));
        await server.Http.DeleteAsync($"api/v1/hooks/{hook.Id}");
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.GitHubAsync(hook, "{}", "d-1")).StatusCode);
    }

    [Fact]
    public void Signed_addresses_need_no_token_and_everything_else_does()
    {
        foreach (var host in new[] { "github", "gitlab", "gitea" })
            Assert.Null(AccessRules.Needed("POST", $"/hooks/{host}/0123"));
        Assert.Equal(Scope.Deploy, AccessRules.Needed("POST", "/hooks/push"));
        Assert.Equal(Scope.Deploy, AccessRules.Needed("POST", "/hooks/githubber"));
        Assert.Equal(Scope.Admin, AccessRules.Needed("GET", HookEndpoints.Path));
        Assert.Equal(Scope.Admin, AccessRules.Needed("POST", new PathString(HookEndpoints.Path)));
    }

    private static async Task<PipelineServer> ServerAsync(GitRepository repository)
    {
        repository.Commit("First");
        var server = await PipelineServer.StartAsync(
            o => o with { PollEvery = TimeSpan.FromHours(1), PollAtMost = TimeSpan.FromHours(1) });
        (await server.RegisterAsync(repository.Folder)).EnsureSuccessStatusCode();
        await PipelineServer.EventuallyAsync(() => server.Runs.Find("shop-1"));
        return server;
    }

    private static async Task<string> RawAsync(PipelineServer server, HookMade hook, string rest)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Http.BaseAddress!.Host, server.Http.BaseAddress.Port);
        await using var stream = client.GetStream();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        var head = $"POST {hook.Path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
        var reading = new StreamReader(stream).ReadLineAsync(limit.Token);
        try
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(head + rest), limit.Token);
        }
        catch (IOException)
        {
            // Refused while it was sent; the answer is there all the same.
        }
        return await reading ?? "";
    }
}
