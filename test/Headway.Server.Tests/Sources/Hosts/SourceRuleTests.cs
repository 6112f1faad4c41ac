using System.Net.Http.Json;
using Headway.Core;
using Headway.Server.Connections;
using Headway.Server.Sources.Triggers;
using Headway.Server.Tests.Pipelines;
using Headway.Server.Tests.Sources.Triggers;
using Xunit;

namespace Headway.Server.Tests.Sources.Hosts;

/// <summary>What `source:` asks for, and what a host must say before a commit is carried.</summary>
public sealed class SourceRuleTests
{
    private const string Rules = "source: { protected: required, reviews: 1 }";

    [Fact]
    public async Task Without_a_connection_nothing_can_be_verified_and_nothing_is_carried()
    {
        using var repository = TriggerTests.Shop(Rules);
        repository.Commit("First");
        await using var server = await RegisteredAsync(repository);
        Assert.Contains("it cannot be verified, since no connection speaks for", await RefusedAsync(server));
        Assert.Empty(server.Runs.All);
        var asked = await server.Http.PostAsJsonAsync("api/v1/services/shop/runs", new RunWanted(), Wire.Json);
        Assert.Equal(409, (int)asked.StatusCode);
        Assert.Empty(server.Runs.All);
    }

    [Fact]
    public async Task What_is_missing_is_said_and_what_is_verified_is_carried()
    {
        using var repository = TriggerTests.Shop("");
        repository.Commit("Before");
        await using var host = await HostServer.StartAsync();
        await using var server = await RegisteredAsync(repository);
        await host.LinkAsync(server, ConnectionKind.GitHub);
        await PipelineServer.EventuallyAsync(() => server.Runs.Find("shop-1"));
        host.Answer("GET /repos/ann/shop/branches/main", """{"name":"main","protected":false}""");
        var first = repository.Write("headway.yaml", TriggerTests.Yaml(Rules)).Commit("First");
        Assert.Contains("the branch main is not protected at the host", await RefusedAsync(server, first));

        host.Answer("GET /repos/ann/shop/branches/main", """{"name":"main","protected":true}""");
        host.Answer($"GET /repos/ann/shop/commits/{first}/pulls", "[]");
        var second = repository.Commit("Second");
        Assert.Contains($"{first[..7]} came to main without a merge request", await RefusedAsync(server, second));

        Reviewed(host, first, 1, Review("ann", "APPROVED", "head-1"));
        Reviewed(host, second, 2, Review("bob", "APPROVED", "head-2"), Review("stranger", "APPROVED", "head-2", "NONE"),
            Review("ann", "APPROVED", "older"), Review("cid", "APPROVED", "head-2"), Review("cid", "CHANGES_REQUESTED", "head-2"));
        var third = repository.Commit("Third");
        Reviewed(host, third, 3, Review("ann", "APPROVED", "head-3"));
        Assert.Contains($"merge request 2, which brought {second[..7]}, has 0 of 1 approvals", await RefusedAsync(server, third));

        Reviewed(host, second, 2, Review("ann", "APPROVED", "head-2"));
        var asked = await server.Http.PostAsJsonAsync("api/v1/services/shop/runs", new RunWanted(), Wire.Json);
        Assert.Equal(201, (int)asked.StatusCode);
        Assert.Equal(third, server.Runs.Find("shop-2")!.Commit.Sha);
    }

    [Fact]
    public async Task A_commit_that_loosens_the_rules_is_held_to_those_before()
    {
        using var repository = TriggerTests.Shop(Rules);
        var first = repository.Commit("First");
        await using var host = await HostServer.StartAsync();
        host.Answer("GET /repos/ann/shop/branches/main", """{"name":"main","protected":true}""");
        Reviewed(host, first, 1, Review("ann", "APPROVED", "head-1"));
        await using var server = await RegisteredAsync(repository);
        await host.LinkAsync(server, ConnectionKind.GitHub);
        (await server.Http.PostAsJsonAsync("api/v1/services/shop/runs", new RunWanted(), Wire.Json)).EnsureSuccessStatusCode();
        var loose = repository.Write("headway.yaml", TriggerTests.Yaml("")).Commit("Loose");
        Assert.Contains("came to main without a merge request", await RefusedAsync(server, loose));
        // The first commit may have been built by the watcher as well as on demand.
        Assert.All(server.Runs.All, run => Assert.Equal(first, run.Commit.Sha));
    }

    [Fact]
    public async Task A_host_that_does_not_answer_refuses_nothing_and_is_asked_again()
    {
        using var repository = TriggerTests.Shop("");
        repository.Commit("Before");
        await using var host = await HostServer.StartAsync();
        await using var server = await RegisteredAsync(repository);
        await host.LinkAsync(server, ConnectionKind.GitHub);
        await PipelineServer.EventuallyAsync(() => server.Runs.Find("shop-1"));
        host.Down = 502;
        var first = repository.Write("headway.yaml", TriggerTests.Yaml("source: { protected: required }")).Commit("First");
        var trouble = await PipelineServer.EventuallyAsync(() => server.Services.Find("shop")!.Trouble);
        Assert.Contains("answered 502", trouble);
        host.Answer("GET /repos/ann/shop/branches/main", """{"name":"main","protected":true}""");
        host.Down = 0;
        var run = await PipelineServer.EventuallyAsync(() => server.Runs.Find("shop-2"));
        Assert.Equal(first, run.Commit.Sha);
        Assert.Null(server.Services.Find("shop")!.Refused);
    }

    [Theory]
    [InlineData(ConnectionKind.GitLab)]
    [InlineData(ConnectionKind.Gitea)]
    public async Task GitLab_and_Gitea_are_asked_in_their_own_words(ConnectionKind kind)
    {
        using var repository = TriggerTests.Shop("");
        repository.Commit("Before");
        await using var host = await HostServer.StartAsync();
        await using var server = await RegisteredAsync(repository);
        await host.LinkAsync(server, kind);
        await PipelineServer.EventuallyAsync(() => server.Runs.Find("shop-1"));
        repository.Write("headway.yaml", TriggerTests.Yaml(Rules)).Git("add", "--all");
        repository.Git("commit", "--quiet", "-m", "First");
        var first = repository.Head();
        if (kind is ConnectionKind.GitLab)
        {
            host.Answer("GET /projects/ann%2Fshop/repository/branches/main", """{"name":"main","protected":true}""");
            host.Answer($"GET /projects/ann%2Fshop/repository/commits/{first}/merge_requests",
                """[{"iid":5,"state":"merged","target_branch":"main","author":{"username":"bob"} }]""");
            host.Answer("GET /projects/ann%2Fshop/merge_requests/5/approvals",
                """{"approved_by":[{"user":{"username":"bob"} },{"user":{"username":"ann"} }]}""");
        }
        else
        {
            host.Answer("GET /repos/ann/shop/branches/main", """{"name":"main","protected":true,"required_approvals":1}""");
            host.Answer($"GET /repos/ann/shop/commits/{first}/pull",
                """{"number":5,"merged":true,"base":{"ref":"main"},"head":{"sha":"x"},"user":{"login":"bob"} }""");
            host.Answer("GET /repos/ann/shop/pulls/5/reviews?limit=50",
                """[{"user":{"login":"ann"},"state":"APPROVED","official":true,"stale":false,"dismissed":false}]""");
        }
        var asked = await server.Http.PostAsJsonAsync("api/v1/services/shop/runs", new RunWanted(), Wire.Json);
        Assert.True(asked.IsSuccessStatusCode, await asked.Content.ReadAsStringAsync());
    }

    private static void Reviewed(HostServer host, string commit, int number, params string[] reviews)
    {
        host.Answer($"GET /repos/ann/shop/commits/{commit}/pulls", $$"""
            [{"number":{{number}},"state":"closed","merged_at":"2026-01-01T00:00:00Z","user":{"login":"bob"},
              "base":{"ref":"main"},"head":{"sha":"head-{{number}}"} }]
            """);
        host.Answer($"GET /repos/ann/shop/pulls/{number}/reviews?per_page=100", $"[{string.Join(',', reviews)}]");
    }

    private static string Review(string who, string state, string commit, string association = "MEMBER") =>
        $$"""{"user":{"login":"{{who}}"},"state":"{{state}}","commit_id":"{{commit}}","author_association":"{{association}}"}""";

    private static async Task<PipelineServer> RegisteredAsync(GitRepository repository)
    {
        var server = await PipelineServer.StartAsync(TriggerTests.Often);
        (await server.RegisterAsync(repository.Folder)).EnsureSuccessStatusCode();
        return server;
    }

    private static Task<string> RefusedAsync(PipelineServer server, string? commit = null) =>
        PipelineServer.EventuallyAsync(
            () => server.Services.Find("shop") is { Refused: { } says } found && (commit ?? found.Tip) == found.Tip ? says : null,
            () => $"{server.Services.Find("shop")}");
}
