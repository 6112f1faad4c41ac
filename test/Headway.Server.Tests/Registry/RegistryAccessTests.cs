using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Headway.Core;
using Headway.Core.Registry;
using Headway.Server.Access;
using Headway.Server.Registry;
using Headway.Server.Storage;
using Headway.Server.Tests.Storage;
using Xunit;
using static Headway.Server.Tests.Registry.Pushes;

namespace Headway.Server.Tests.Registry;

/// <summary>Who may do what, what never moves, and what the record says of it.</summary>
public sealed class RegistryAccessTests : IAsyncLifetime
{
    private readonly TempFolder folder = new();
    private RegistryServer server = null!;

    public async ValueTask InitializeAsync() => server = await RegistryServer.StartAsync(folder.Path);

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        folder.Dispose();
    }

    private async Task<HttpClient> WithAsync(Scope scope, params RepositoryGrant[] grants) => server.ClientOf(
        (await server.Tokens.CreateAsync("test", scope, [.. grants], default)).Secret);

    private static RepositoryGrant Grant(string pattern, params RepositoryAct[] acts) => new(pattern, [.. acts]);

    [Fact]
    public async Task Without_a_token_a_client_is_asked_for_a_password_in_the_words_of_registries()
    {
        using var nobody = new HttpClient { BaseAddress = server.Client.BaseAddress };
        foreach (var path in new[] { "/v2/", "/v2/shop/checkout/tags/list" })
        {
            using var answer = await nobody.GetAsync(path);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            Assert.Equal("Basic", answer.Headers.WwwAuthenticate.Single().Scheme);
            Assert.Equal("registry/2.0", answer.Headers.GetValues("Docker-Distribution-Api-Version").Single());
            Assert.Equal("UNAUTHORIZED",
                JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["errors"]![0]!["code"]!.GetValue<string>());
        }
        await server.ClientOf("hw_wrong").GetAsync("/v2/").ShouldBeAsync(HttpStatusCode.Unauthorized, "UNAUTHORIZED");
        foreach (var odd in new[] { "Basic", "Basic ====", "Basic Zm9v", "Basic Zm9vOg==", "Digest x" })
        {
            using var request = Request("GET", "/v2/");
            request.Headers.TryAddWithoutValidation("Authorization", odd);
            await nobody.SendAsync(request).ShouldBeAsync(HttpStatusCode.Unauthorized);
        }
        nobody.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", server.Admin);
        await nobody.GetAsync("/v2/").ShouldBeAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_token_does_what_its_grants_say_where_they_say_it()
    {
        await server.Client.PushImageAsync("shop/checkout", "latest", "layer");
        await server.Client.PushImageAsync("other/secret", "latest", "secret");
        using var pushes = await WithAsync(Scope.Registry, Grant("shop/*", RepositoryAct.Push));
        await pushes.PushImageAsync("shop/basket", "latest", "basket");
        await pushes.GetAsync("/v2/shop/checkout/manifests/latest").ShouldBeAsync(HttpStatusCode.OK);
        await pushes.AskAsync("DELETE", "/v2/shop/basket/manifests/latest").ShouldBeAsync(HttpStatusCode.Forbidden, "DENIED");
        foreach (var path in new[] { "manifests/latest", "tags/list", $"blobs/{Digest(Text("secret"))}" })
            await pushes.GetAsync($"/v2/other/secret/{path}").ShouldBeAsync(HttpStatusCode.Forbidden, "DENIED");
        await pushes.AskAsync("POST", "/v2/other/secret/blobs/uploads/").ShouldBeAsync(HttpStatusCode.Forbidden, "DENIED");
        Assert.Equal(["shop/basket", "shop/checkout"], (await pushes.JsonAsync("/v2/_catalog"))["repositories"]!
            .AsArray().Select(name => name!.GetValue<string>()));
        // A mount must not show what could not be pulled, by name or by guess.
        foreach (var from in new[] { "&from=other/secret", "" })
            await pushes.AskAsync("POST", $"/v2/shop/basket/blobs/uploads/?mount={Digest(Text("secret"))}{from}")
                .ShouldBeAsync(HttpStatusCode.Accepted);
        using var deletes = await WithAsync(Scope.Registry, Grant("shop/basket", RepositoryAct.Delete));
        await deletes.AskAsync("DELETE", "/v2/shop/basket/manifests/latest").ShouldBeAsync(HttpStatusCode.Accepted);
        await deletes.GetAsync("/v2/shop/basket/tags/list").ShouldBeAsync(HttpStatusCode.Forbidden, "DENIED");
    }

    [Theory]
    [InlineData(Scope.Read, true), InlineData(Scope.Deploy, true), InlineData(Scope.Node, true)]
    [InlineData(Scope.Telemetry, false)]
    public async Task Who_may_look_and_nodes_may_pull_and_nobody_but_admins_pushes_without_a_grant(Scope scope, bool pulls)
    {
        await server.Client.PushImageAsync("shop/checkout", "latest", "layer");
        using var client = await WithAsync(scope);
        await client.GetAsync("/v2/shop/checkout/manifests/latest").ShouldBeAsync(
            pulls ? HttpStatusCode.OK : HttpStatusCode.Forbidden);
        await client.AskAsync("POST", "/v2/shop/checkout/blobs/uploads/").ShouldBeAsync(HttpStatusCode.Forbidden, "DENIED");
        await client.AskAsync("DELETE", "/v2/shop/checkout/manifests/latest").ShouldBeAsync(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Tokens_for_repositories_are_made_by_admins_and_do_nothing_else()
    {
        using var admin = server.ClientOf("");
        admin.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", server.Admin);
        async Task<HttpResponseMessage> MakeAsync(object wanted) =>
            await admin.PostAsJsonAsync("/api/v1/tokens", wanted, Wire.Json);
        var grant = new { pattern = "shop/*", acts = new[] { "Pull", "Push" } };
        using var made = await MakeAsync(new { name = "ci", scope = "Registry", repositories = new[] { grant } });
        var token = JsonNode.Parse(await made.Content.ReadAsStringAsync())!["secret"]!.GetValue<string>();
        using var client = server.ClientOf(token);
        await client.PushImageAsync("shop/checkout", "latest", "layer");
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        await client.GetAsync("/api/v1/registry/repositories").ShouldBeAsync(HttpStatusCode.Forbidden);
        await client.GetAsync("/api/v1/tokens").ShouldBeAsync(HttpStatusCode.Forbidden);
        await MakeAsync(new { name = "ci", scope = "Registry" }).ShouldBeAsync(HttpStatusCode.BadRequest);
        await MakeAsync(new { name = "ci", scope = "Registry", repositories = new[] { grant with { pattern = "a b" } } })
            .ShouldBeAsync(HttpStatusCode.BadRequest);
        await MakeAsync(new { name = "ci", scope = "Registry", repositories = new[] { grant with { acts = [] } } })
            .ShouldBeAsync(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_full_version_never_moves_and_latest_does_unless_a_rule_says_otherwise()
    {
        var client = server.Client;
        var first = await client.PushImageAsync("shop/checkout", "v1.2.3", "one");
        await client.PushImageAsync("shop/checkout", "v1.2.3", "one");
        await client.PushImageAsync("shop/checkout", "latest", "one");
        await client.PushImageAsync("shop/checkout", "latest", "two");
        var two = Image(Text("{}"), [Text("two")]);
        await client.AskAsync("PUT", "/v2/shop/checkout/manifests/v1.2.3", two, MediaTypes.Image)
            .ShouldBeAsync(HttpStatusCode.Conflict, "TAG_INVALID");
        await client.AskAsync("PUT", $"/v2/shop/checkout/manifests/{Digest(two)}?tag=v1.2.3", two, MediaTypes.Image)
            .ShouldBeAsync(HttpStatusCode.Conflict, "TAG_INVALID");
        // Nor does it come back as something else after it was deleted.
        await client.AskAsync("DELETE", "/v2/shop/checkout/manifests/v1.2.3").ShouldBeAsync(HttpStatusCode.Accepted);
        await client.AskAsync("PUT", "/v2/shop/checkout/manifests/v1.2.3", two, MediaTypes.Image)
            .ShouldBeAsync(HttpStatusCode.Conflict, "TAG_INVALID");
        Assert.Equal(first, await client.PushImageAsync("shop/checkout", "v1.2.3", "one"));

        Assert.Null(await server.Rules.KeepAsync(new(
            [new("shop/*", "latest", true), new("*", "v*", false)], []), default));
        await client.AskAsync("PUT", "/v2/shop/checkout/manifests/v1.2.3", two, MediaTypes.Image)
            .PlaceAsync(HttpStatusCode.Created);
        await client.AskAsync("PUT", "/v2/shop/checkout/manifests/latest", Image(Text("{}"), [Text("one")]), MediaTypes.Image)
            .ShouldBeAsync(HttpStatusCode.Conflict, "TAG_INVALID");
    }

    [Fact]
    public async Task A_tag_that_was_made_for_a_release_never_moves_and_is_not_deleted_by_hand()
    {
        await server.Client.PushImageAsync("shop/checkout", null, "layer");
        var manifest = Image(Text("{}"), [Text("layer")]);
        await server.Registry.Manifests.PutAsync(
            new("shop/checkout", MediaTypes.Image, manifest, null, ["shop-3"]) { OfRelease = true }, "headway", default);
        await server.Client.PushImageAsync("shop/checkout", "other", "else");
        await server.Client.AskAsync(
            "PUT", "/v2/shop/checkout/manifests/shop-3", Image(Text("{}"), [Text("else")]), MediaTypes.Image)
            .ShouldBeAsync(HttpStatusCode.Conflict, "TAG_INVALID");
        foreach (var path in new[]
        {
            "manifests/shop-3", $"manifests/{Digest(manifest)}", $"blobs/{Digest(Text("layer"))}",
        })
            await server.Client.AskAsync("DELETE", $"/v2/shop/checkout/{path}").ShouldBeAsync(
                HttpStatusCode.Forbidden, "DENIED");
    }

    [Fact]
    public async Task The_record_says_who_pushed_and_deleted_what()
    {
        using var client = await WithAsync(Scope.Registry, Grant("shop/*", RepositoryAct.Push, RepositoryAct.Delete));
        var digest = await client.PushImageAsync("shop/checkout", "one", "layer");
        await client.PushImageAsync("shop/checkout", "one", "layer");
        await client.AskAsync("DELETE", "/v2/shop/checkout/manifests/one").ShouldBeAsync(HttpStatusCode.Accepted);
        await client.AskAsync("DELETE", $"/v2/shop/checkout/manifests/{digest}").ShouldBeAsync(HttpStatusCode.Accepted);
        await client.AskAsync("DELETE", $"/v2/shop/checkout/blobs/{Digest(Text("layer"))}")
            .ShouldBeAsync(HttpStatusCode.Accepted);
        var events = await server.Events.ReadStreamAsync(RegistryRecord.StreamOf("shop/checkout"), 0, default);
        var actor = Assert.Single(events.Select(one => one.Actor).Distinct());
        Assert.StartsWith("test (", actor);
        Assert.Equal(
            ["registry.manifestPushed", "registry.tagDeleted", "registry.manifestDeleted", "registry.blobDeleted"],
            events.Select(one => one.Type));
        var pushed = EventTypes.Known.Recorded<RegistryEvent>(events[0]).Event;
        Assert.Equal(ImmutableArray.Create("one"), Assert.IsType<RegistryEvent.ManifestPushed>(pushed).Tags);
    }
}
