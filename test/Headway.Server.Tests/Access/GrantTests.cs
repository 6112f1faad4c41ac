using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Headway.Core.Access;
using Headway.Server.Access;
using Headway.Server.Storage;
using Headway.Server.Tests.Intent;
using Xunit;

namespace Headway.Server.Tests.Access;

/// <summary>Roles for services and environments, against the whole server.</summary>
public sealed class GrantTests : IAsyncLifetime
{
    private StateServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await StateServer.StartAsync("shop", "cart");

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_role_holds_for_its_services_and_environments_in_every_way_in()
    {
        using var ann = await BearerAsync("ann", "deployer:shop/production", "approver:cart");
        Assert.Equal(HttpStatusCode.OK, (await ann.GetAsync("/api/v1/status")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, await PostAsync(ann, "/api/v1/lanes/shop/production/hold"));
        Assert.Contains("ann may not roll back cart in production: that takes the role `deployer`", await SaysAsync(ann, "/api/v1/lanes/cart/production/hold"));
        Assert.Contains("ann may not approve shop in production", await SaysAsync(ann, "/api/v1/lanes/shop/production/approve"));
        Assert.Contains("ann may not deploy shop in staging", await SaysAsync(ann, "/api/v1/lanes/shop/staging/promote"));
        Assert.Contains("ann may not deploy cart", await SaysAsync(ann, "/api/v1/services/cart/runs"));
        Assert.Contains("ann may not configure", await SaysAsync(ann, "/api/v1/services"));
        Assert.Contains("ann may not break glass for shop", await SaysAsync(ann, "/api/v1/lanes/shop/production/break-glass"));
        // No rule says whom it is about, so it is closed to whoever may not do everything.
        foreach (var path in (string[])["/api/v1/releases", "/api/v1/requirements", "/api/v1/rollouts/none/abort", "/api/v1/tokens", "/api/v1/connections", "/api/v1/secrets"])
            Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(ann, path));
        // Approving is asked about, and there is nothing to approve.
        Assert.Equal(HttpStatusCode.NotFound, await PostAsync(ann, "/api/v1/lanes/cart/staging/approve"));
    }

    [Fact]
    public async Task Who_was_turned_away_is_in_the_record_and_who_knocks_all_the_time_does_not_fill_it()
    {
        using var ann = await BearerAsync("ann", "viewer");
        await PostAsync(ann, "/api/v1/lanes/shop/production/rollback?token=hidden");
        using var nobody = new HttpClient { BaseAddress = _server.Client.BaseAddress };
        nobody.DefaultRequestHeaders.Authorization = new("Bearer", "hw_hidden");
        for (var i = 0; i < 100; i++) await nobody.GetAsync("/api/v1/status");
        var refused = (await RecordAsync("access.refused")).Cast<AccessEvent.Refused>().ToList();
        Assert.Equal(("ann", "POST", "/api/v1/lanes/shop/production/rollback"), (refused[0].Name, refused[0].Method, refused[0].Path));
        Assert.Null(refused[1].Name);
        Assert.InRange(refused.Count, 2, 60);
        var made = Assert.IsType<AccessEvent.TokenCreated>(Assert.Single(await RecordAsync("access.tokenCreated")));
        Assert.Equal(("ann", "read"), (made.Name, made.Scope));
        Assert.Equal(["viewer"], made.Grants);
        Assert.DoesNotContain("hidden", string.Join('\n', (await StoredAsync()).Select(each => System.Text.Encoding.UTF8.GetString(each.Payload ?? []))));
    }

    [Fact]
    public async Task A_rotated_token_goes_on_for_its_overlap_and_one_that_expired_or_was_revoked_does_not()
    {
        var made = await MadeAsync("ci", ["deployer:shop"], 30);
        var rotated = await (await _server.Client.PostAsJsonAsync($"/api/v1/tokens/{made.Id}/rotate?overlapMinutes=10", new { })).Content.ReadFromJsonAsync<TokenMade>();
        using var old = Bearer(made.Secret);
        using var fresh = Bearer(rotated!.Secret);
        Assert.Equal(HttpStatusCode.OK, (await old.GetAsync("/api/v1/status")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, await PostAsync(fresh, "/api/v1/lanes/shop/production/hold"));
        var views = (await _server.Client.GetFromJsonAsync<TokenView[]>("/api/v1/tokens", Core.Wire.Json))!.Where(view => view.Name == "ci").ToList();
        Assert.Equal(2, views.Count);
        Assert.All(views, view => Assert.Equal("deployer of shop/*", Assert.Single(view.Grants)));
        var again = await (await _server.Client.PostAsJsonAsync($"/api/v1/tokens/{rotated.Id}/rotate?overlapMinutes=0", new { })).Content.ReadFromJsonAsync<TokenMade>();
        Assert.Equal(HttpStatusCode.Unauthorized, (await fresh.GetAsync("/api/v1/status")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await _server.Client.DeleteAsync($"/api/v1/tokens/{again!.Id}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _server.Client.PostAsJsonAsync($"/api/v1/tokens/{again.Id}/rotate", new { })).StatusCode);
        Assert.Equal(2, (await RecordAsync("access.tokenRotated")).Count);
        Assert.Single(await RecordAsync("access.tokenRevoked"));
    }

    [Fact]
    public async Task Whoever_does_something_stands_in_the_record_by_name()
    {
        var token = await (await _server.Client.PostAsJsonAsync("/api/v1/tokens/", new { name = "ann", scope = "deploy" })).Content.ReadFromJsonAsync<TokenMade>();
        using var ann = Bearer(token!.Secret);
        var quarantine = new { test = "Cart.Total", owner = "ann", until = DateOnly.FromDateTime(DateTime.UtcNow).AddDays(3), why = "It waits for a clock." };
        Assert.Equal(HttpStatusCode.OK, (await ann.PostAsJsonAsync("/api/v1/tests/shop/quarantines", quarantine)).StatusCode);
        Assert.Equal("ann", Assert.Single(await StoredAsync(), each => each.Type.Contains("uarantine", StringComparison.Ordinal)).Actor);
    }

    [Theory]
    [InlineData("boss", "is no role")]
    [InlineData("deployer:", "is no role")]
    [InlineData("1:shop", "is no role")]
    public async Task What_is_no_role_is_refused_with_those_that_there_are(string role, string says)
    {
        var answer = await _server.Client.PostAsJsonAsync("/api/v1/tokens/", new { name = "x", scope = "read", grants = new[] { role } });
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(says, await answer.Content.ReadAsStringAsync());
        Assert.Contains("operator", await answer.Content.ReadAsStringAsync());
    }

    private async Task<HttpClient> BearerAsync(string name, params string[] grants) => Bearer((await MadeAsync(name, grants)).Secret);

    private HttpClient Bearer(string secret)
    {
        var client = new HttpClient { BaseAddress = _server.Client.BaseAddress };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        return client;
    }

    private async Task<TokenMade> MadeAsync(string name, string[] grants, int? expiresInDays = null) =>
        (await (await _server.Client.PostAsJsonAsync("/api/v1/tokens/", new { name, scope = "read", grants, expiresInDays }))
            .Content.ReadFromJsonAsync<TokenMade>())!;

    private static async Task<HttpStatusCode> PostAsync(HttpClient client, string path) =>
        (await client.PostAsJsonAsync(path, new { reason = "a test" })).StatusCode;

    private static async Task<string> SaysAsync(HttpClient client, string path)
    {
        var answer = await client.PostAsJsonAsync(path, new { reason = "a test" });
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString()!;
    }

    private async Task<IReadOnlyList<StoredEvent>> StoredAsync() => await _server.Get<IEventStore>().ReadAllAsync(0, 10_000, default);

    private async Task<List<object>> RecordAsync(string type) =>
        [.. (await StoredAsync()).Where(each => each.Type == type).Select(each => EventTypes.Known.Read(each))];
}
