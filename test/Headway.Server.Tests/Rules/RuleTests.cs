using System.Net;
using System.Net.Http.Json;
using Headway.Core;
using Headway.Core.Pipelines;
using Headway.Core.Services;
using Headway.Server.Rules;
using Headway.Server.Tests.Pipelines;
using Headway.Server.Tests.Sources;
using Xunit;

namespace Headway.Server.Tests.Rules;

/// <summary>Templates and requirements of a real server, on the way of real commits.</summary>
public sealed class RuleTests
{
    private const string Template = """
        template: page
        version: 1.0.0
        parameters: { word: { default: hello } }
        build:
          package: { run: "echo ${{ word }} > out", artifact: out }
        """;

    private const string Yaml = """
        service: shop
        build: { use: page@1 }
        run: { command: ./out }
        """;

    [Fact]
    public async Task A_commit_is_built_with_the_templates_of_the_server_and_keeps_which()
    {
        using var repository = new GitRepository().Write("headway.yaml", Yaml);
        repository.Commit("First");
        await using var server = await PipelineServer.StartAsync();
        server.Runner();
        Assert.Equal(HttpStatusCode.Created, (await AddAsync(server, Template)).StatusCode);
        (await server.RegisterAsync(repository.Folder)).EnsureSuccessStatusCode();
        var run = await server.EndedAsync("shop-1");
        Assert.Equal(RunOutcome.Succeeded, run.Outcome);
        Assert.Equal("1.0.0", Assert.Single(run.Release!.Spec.Templates).Version);

        await AddAsync(server, Template.Replace("1.0.0", "1.1.0").Replace("hello", "goodbye"));
        await server.RestartAsync();
        repository.Commit("Second");

        var second = await server.EndedAsync("shop-2");
        Assert.Equal("1.1.0", Assert.Single(second.Spec.Templates).Version);
        Assert.Equal("echo goodbye > out", second.Spec.Jobs[0].Run);
    }

    [Fact]
    public async Task A_version_never_changes_also_not_after_it_was_removed()
    {
        await using var server = await PipelineServer.StartAsync();
        await AddAsync(server, Template);
        Assert.True((await AddAsync(server, Template)).IsSuccessStatusCode);
        var other = Template.Replace("hello", "other");
        Assert.Equal(HttpStatusCode.Conflict, (await AddAsync(server, other)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await server.Http.DeleteAsync("api/v1/templates/page/1.0.0")).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await AddAsync(server, other)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await server.Http.GetAsync("api/v1/templates/page/1")).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await AddAsync(server, "template: x")).StatusCode);
    }

    [Fact]
    public async Task A_commit_that_lacks_what_is_required_is_refused_with_all_reasons()
    {
        using var repository = CommitToReleaseTests.Shop();
        repository.Commit("First");
        await using var server = await PipelineServer.StartAsync();
        (await server.RegisterAsync(repository.Folder)).EnsureSuccessStatusCode();
        await PipelineServer.EventuallyAsync(() => server.Runs.Find("shop-1"));
        await RequireAsync(server, "requirements: { basics: { availability: 99%, telemetry: true, jobs: [scan] } }");
        Assert.Equal(3, Assert.Single((await server.Http.GetFromJsonAsync<ServiceCheck[]>(
            "api/v1/requirements/check", Wire.Json))!).Missing.Length);
        await server.RestartAsync();

        repository.Commit("Second");

        var refused = await PipelineServer.EventuallyAsync(() => server.Services.Find("shop")!.Refused);
        Assert.Contains("no availability is promised", refused);
        Assert.Contains("sends telemetry", refused);
        Assert.Contains("the job scan is required", refused);
        Assert.Null(server.Runs.Find("shop-2"));
    }

    [Fact]
    public async Task What_a_service_lacks_is_told_of_its_branch_and_not_of_a_merge_request()
    {
        using var repository = CommitToReleaseTests.Shop();
        var commit = repository.Commit("First");
        await using var server = await PipelineServer.StartAsync();
        (await server.RegisterAsync(repository.Folder)).EnsureSuccessStatusCode();
        await PipelineServer.EventuallyAsync(() => server.Runs.Find("shop-1"));
        await CacheTests.ForkAsync(server, commit);
        var check = Assert.Single((await server.Http.GetFromJsonAsync<ServiceCheck[]>(
            "api/v1/requirements/check", Wire.Json))!);
        Assert.Equal("shop-1", check.Run);
    }

    [Fact]
    public async Task Until_its_day_a_requirement_warns_and_the_commit_is_carried()
    {
        using var repository = CommitToReleaseTests.Shop();
        repository.Commit("First");
        await using var server = await PipelineServer.StartAsync();
        await RequireAsync(server, "requirements: { basics: { availability: 99%, from: 9999-01-01 } }");
        (await server.RegisterAsync(repository.Folder)).EnsureSuccessStatusCode();
        await PipelineServer.EventuallyAsync(() => server.Runs.Find("shop-1"));
        Assert.Contains(await server.EventsOfAsync("shop"), e =>
            e is ServiceEvent.CommitSeen { Warns: { } warns } && warns.Contains("Refused from 9999-01-01 on."));
    }

    [Theory]
    [InlineData("requirements: { x: {} }", "requires nothing")]
    [InlineData("requirements: { x: { availability: 101% } }", "r.yaml:1:36")]
    [InlineData("requirements: { x: { telemetry: true, from: soon } }", "no day")]
    [InlineData("requirements: { x: { templates: [scan] } }", "names no template")]
    public async Task Requirements_that_are_wrong_are_not_set(string text, string says)
    {
        await using var server = await PipelineServer.StartAsync();
        var answer = await server.Http.PutAsJsonAsync("api/v1/requirements", new RuleFile(text, "r.yaml"), Wire.Json);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains(says, await answer.Content.ReadAsStringAsync());
        Assert.Empty(server.Get<RequirementBook>().All);
    }

    private static Task<HttpResponseMessage> AddAsync(PipelineServer server, string text) =>
        server.Http.PostAsJsonAsync("api/v1/templates", new RuleFile(text), Wire.Json);

    private static async Task RequireAsync(PipelineServer server, string text) =>
        (await server.Http.PutAsJsonAsync("api/v1/requirements", new RuleFile(text), Wire.Json)).EnsureSuccessStatusCode();
}
