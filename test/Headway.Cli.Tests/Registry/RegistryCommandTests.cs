using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Headway.Server.Host;
using Headway.Server.Tests.Registry;
using Microsoft.AspNetCore.Builder;
using Xunit;

namespace Headway.Cli.Tests.Registry;

/// <summary>Tokens and repositories as a person handles them, against the whole server.</summary>
public sealed class RegistryCommandTests : IAsyncLifetime
{
    private readonly Folder _folder = new();
    private WebApplication _server = null!;

    private string Url => _server.Urls.First();

    private string Data => Path.Combine(_folder.Path, "server");

    public async ValueTask InitializeAsync() => _server = await HeadwayServer.StartAsync(new()
    {
        DataFolder = Data, Url = "http://127.0.0.1:0", OtlpHttp = "off", OtlpGrpc = "off",
    }, default);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    private Task<Ran> HeadwayAsync(params string[] words) => Ran.Headway(
        [.. words, "--server", Url, "--token-file", Path.Combine(Data, "admin.token")]);

    private HttpClient Client(string token) => new()
    {
        BaseAddress = new(Url), DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
    };

    [Fact]
    public async Task A_token_is_made_used_listed_and_revoked()
    {
        var made = await HeadwayAsync("tokens", "create", "ci of the shop", "--repository", "shop/*:push,delete");
        Assert.True(made.ExitCode == ExitCode.Ok, made.Error);
        var token = made.Out.Trim();
        using var client = Client(token);
        await client.PushImageAsync("shop/checkout", "latest", "layer");
        var listed = await HeadwayAsync("tokens", "list");
        Assert.Contains("ci of the shop", listed.Out);
        Assert.Contains("shop/*:push,delete", listed.Out);
        Assert.DoesNotContain(token, listed.Out);
        var id = JsonNode.Parse((await HeadwayAsync("tokens", "list", "--json")).Out)!.AsArray()
            .Single(one => one!["name"]!.GetValue<string>() == "ci of the shop")!["id"]!.GetValue<string>();
        Assert.Equal(ExitCode.Ok, (await HeadwayAsync("tokens", "revoke", id)).ExitCode);
        Assert.Equal(401, (int)(await client.GetAsync("/v2/")).StatusCode);
        Assert.DoesNotContain("ci of the shop", (await HeadwayAsync("tokens", "list")).Out);
        Assert.Contains("revoked", (await HeadwayAsync("tokens", "list", "--all")).Out);
        Assert.Equal(ExitCode.NotFound, (await HeadwayAsync("tokens", "revoke", id)).ExitCode);
        var wrong = await HeadwayAsync("tokens", "create", "x", "--repository", "shop/*:fly");
        Assert.Equal(ExitCode.Usage, wrong.ExitCode);
        Assert.Contains("fly", wrong.Error);
        Assert.Equal(ExitCode.Usage, (await HeadwayAsync("tokens", "create", "x", "--scope", "king")).ExitCode);
        Assert.Equal(ExitCode.Usage, (await HeadwayAsync("tokens", "create", "x", "--scope", "registry")).ExitCode);
    }

    [Fact]
    public async Task Repositories_are_listed_shown_ruled_and_collected()
    {
        Assert.Contains("There is no repository yet", (await HeadwayAsync("registry", "list")).Out);
        using var client = Client(File.ReadAllText(Path.Combine(Data, "admin.token")).Trim());
        var digest = await client.PushImageAsync("shop/checkout", "v1.0.0", "layer");
        await client.PushImageAsync("shop/checkout", null, "sbom", digest, "application/vnd.cyclonedx");
        Assert.Contains("shop/checkout", (await HeadwayAsync("registry", "list")).Out);
        var tags = await HeadwayAsync("registry", "tags", "shop/checkout");
        Assert.Contains("v1.0.0", tags.Out);
        Assert.Contains("never move", tags.Out);
        Assert.Contains("first admin", tags.Out);
        var shown = await HeadwayAsync("registry", "show", "shop/checkout", "v1.0.0");
        Assert.Contains(digest, shown.Out);
        Assert.Contains("application/vnd.cyclonedx", shown.Out);
        var missing = await HeadwayAsync("registry", "show", "shop/checkout", "v2");
        Assert.Equal(ExitCode.NotFound, missing.ExitCode);
        Assert.Contains("has no manifest `v2`", missing.Error);
        Assert.Equal(ExitCode.NotFound, (await HeadwayAsync("registry", "tags", "no/such")).ExitCode);

        var rules = _folder.Write("rules.json", """
            { "tags": [{ "repositories": "shop/*", "tags": "release-*", "fixed": true }],
              "retention": [{ "repositories": "shop/*", "keepLast": 5, "untaggedDays": 7 }] }
            """);
        var set = await HeadwayAsync("registry", "rules", "--set", rules);
        Assert.True(set.ExitCode == ExitCode.Ok, set.Error);
        var told = (await HeadwayAsync("registry", "rules")).Out;
        Assert.Contains("shop/*:release-*  never move", told);
        Assert.Contains("the newest 5 tags, or what is untagged for less than 7 days", told);
        Assert.Equal(ExitCode.Usage, (await HeadwayAsync(
            "registry", "rules", "--set", _folder.Write("wrong.json", """{"retention":[{"repositories":"*"}]}"""))).ExitCode);
        Assert.Equal(ExitCode.Usage, (await HeadwayAsync(
            "registry", "rules", "--set", _folder.Write("none.json", "[]"))).ExitCode);
        Assert.Equal(5, JsonNode.Parse((await HeadwayAsync("registry", "rules", "--json")).Out)!["retention"]![0]!
            ["keepLast"]!.GetValue<int>());

        var gc = await HeadwayAsync("registry", "gc", "--dry-run");
        Assert.Contains("0 tags, manifests and links would go", gc.Out);
        Assert.Equal(ExitCode.Ok, (await HeadwayAsync("registry", "gc")).ExitCode);
        Assert.Equal(ExitCode.Ok, (await HeadwayAsync("registry", "delete", "shop/checkout", "v1.0.0")).ExitCode);
        Assert.Equal(ExitCode.NotFound, (await HeadwayAsync("registry", "delete", "shop/checkout", "v1.0.0")).ExitCode);
        Assert.Contains("It has no tags", (await HeadwayAsync("registry", "tags", "shop/checkout")).Out);
    }
}
