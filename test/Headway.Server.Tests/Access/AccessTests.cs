using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Headway.Core;
using Headway.Server.Access;
using Xunit;

namespace Headway.Server.Tests.Access;

public sealed class AccessTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Without_a_token_only_health_answers_and_the_refusal_says_what_to_do()
    {
        await using var server = await RealServer.StartAsync();
        using var client = server.Client();
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/healthz")).StatusCode);
        foreach (var path in new[] { "/", "/api/v1/status", "/node/v1/n1/desired", "/node/v1/artifacts/x", "/nowhere",
            "/healthzz" })
        {
            var answer = await client.GetAsync(path);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.Single().Scheme);
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
            var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
            Assert.Equal("No token", problem.GetProperty("title").GetString());
            Assert.Contains("admin.token", problem.GetProperty("detail").GetString());
        }
        using var wrong = server.Client("hw_" + new string('A', 43));
        Assert.Equal(HttpStatusCode.Unauthorized, (await wrong.GetAsync("/api/v1/status")).StatusCode);
        using var empty = server.Client("");
        Assert.Equal(HttpStatusCode.Unauthorized, (await empty.GetAsync("/api/v1/status")).StatusCode);
    }

    [Fact]
    public async Task The_first_admin_token_is_in_a_file_for_its_owner_only()
    {
        await using var server = await RealServer.StartAsync();
        var file = Path.Combine(server.DataFolder, Tokens.AdminFile);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(46, server.Admin.Length);
        using var client = server.Client(server.Admin);
        Assert.Equal("first admin", await client.GetStringAsync("/api/v1/status"));
        Assert.DoesNotContain(server.Admin, JsonSerializer.Serialize(server.Tokens.All, Wire.Json));
    }

    [Theory]
    [InlineData(Scope.Read, "GET /api/v1/status", 200)]
    [InlineData(Scope.Read, "POST /api/v1/rollouts/1/pause", 403)]
    [InlineData(Scope.Read, "GET /api/v1/tokens", 403)]
    [InlineData(Scope.Read, "GET /node/v1/n1/desired", 403)]
    [InlineData(Scope.Deploy, "GET /api/v1/status", 200)]
    [InlineData(Scope.Deploy, "POST /api/v1/rollouts/1/pause", 200)]
    [InlineData(Scope.Deploy, "POST /api/v1/tokens", 403)]
    [InlineData(Scope.Deploy, "GET /node/v1/n1/desired", 403)]
    [InlineData(Scope.Admin, "POST /api/v1/rollouts/1/pause", 200)]
    [InlineData(Scope.Admin, "GET /api/v1/tokens", 200)]
    [InlineData(Scope.Admin, "GET /node/v1/n1/desired", 403)]
    [InlineData(Scope.Node, "GET /node/v1/n1/desired", 200)]
    [InlineData(Scope.Node, "GET /node/v1/n2/desired", 403)]
    [InlineData(Scope.Node, "GET /node/v1/artifacts/sha256:00", 400)]
    [InlineData(Scope.Node, "POST /node/v1/runners/n2/claim", 403)]
    [InlineData(Scope.Node, "POST /node/v1/runners/n1.x/claim", 403)]
    [InlineData(Scope.Node, "POST /node/v1/runners/n1.2/claim", 404)]
    [InlineData(Scope.Node, "GET /api/v1/status", 403)]
    public async Task A_token_opens_what_its_scope_says(Scope scope, string request, int status)
    {
        await using var server = await RealServer.StartAsync();
        var token = await server.Tokens.CreateAsync("ann", scope, scope == Scope.Node ? "n1" : null, None);
        using var client = server.Client(token.Secret);
        var (method, path) = (request.Split(' ')[0], request.Split(' ')[1]);
        var answer = await client.SendAsync(new(new(method), path));
        Assert.Equal(status, (int)answer.StatusCode);
        if (status == 403) Assert.Contains("`ann`", await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("PUT", "/api/v1/services/shop/host")]
    [InlineData("PUT", "/api/v1/services/shop/host/")]
    [InlineData("PUT", "/api/v1/services/shop/HOST")]
    [InlineData("PUT", "/API/v1/Services/shop/Host//")]
    [InlineData("POST", "/API/v1/TOKENS/")]
    [InlineData("PUT", "/api/v1/registry/RULES")]
    public void What_is_for_admins_is_so_however_its_address_is_written(string method, string path) =>
        Assert.Equal(Scope.Admin, AccessRules.Needed(method, path));

    [Fact]
    public async Task Tokens_are_made_listed_and_revoked()
    {
        await using var server = await RealServer.StartAsync();
        using var admin = server.Client(server.Admin);
        var answer = await admin.PostAsJsonAsync("/api/v1/tokens", new TokenWanted("ci", Scope.Deploy), Wire.Json);
        var made = (await answer.Content.ReadFromJsonAsync<TokenMade>(Wire.Json))!;
        using var client = server.Client(made.Secret);
        Assert.Equal("ci", await client.GetStringAsync("/api/v1/status"));

        var listed = await admin.GetStringAsync("/api/v1/tokens");
        Assert.DoesNotContain(made.Secret, listed);
        var views = JsonSerializer.Deserialize<TokenView[]>(listed, Wire.Json)!;
        Assert.Equal(server.Time.GetUtcNow(), views.Single(view => view.Id == made.Id).LastUsedAt);

        Assert.Equal(HttpStatusCode.NoContent, (await admin.DeleteAsync($"/api/v1/tokens/{made.Id}")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/v1/status")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.DeleteAsync($"/api/v1/tokens/{made.Id}")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest,
            (await admin.PostAsJsonAsync("/api/v1/tokens", new TokenWanted("", Scope.Read), Wire.Json)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest,
            (await admin.PostAsJsonAsync("/api/v1/tokens", new TokenWanted("x", Scope.Read, "n1"),
                Wire.Json)).StatusCode);
    }

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("LOCALHOST:5000", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("[::1]:80", true)]
    [InlineData("deploy.example.com", true)]
    [InlineData("Deploy.Example.com.:8443", true)]
    [InlineData("evil.example.com", false)]
    [InlineData("localhost.evil.com", false)]
    [InlineData("127.0.0.1.evil.com", false)]
    [InlineData("10.0.0.1", false)]
    [InlineData("", false)]
    public async Task Only_names_that_the_server_is_known_by_are_answered(string host, bool known)
    {
        await using var server = await RealServer.StartAsync();
        var answer = await server.SendAsync(System.Text.Encoding.ASCII.GetBytes(
            $"GET /api/v1/status HTTP/1.1\r\nHost: {host}\r\n"
                + $"Authorization: Bearer {server.Admin}\r\nConnection: close\r\n\r\n"));
        Assert.StartsWith(known ? "HTTP/1.1 200" : "HTTP/1.1 421", answer);
        if (!known) Assert.Contains("application/problem+json", answer);
    }

    [Fact]
    public async Task A_sign_in_link_works_once_and_its_cookie_only_looks()
    {
        await using var server = await RealServer.StartAsync();
        using var admin = server.Client(server.Admin);
        var answer = await admin.PostAsync("/api/v1/tokens/link", null);
        var link = new Uri((await answer.Content.ReadFromJsonAsync<LinkMade>(Wire.Json))!.Url);
        using var browser = server.Client();
        var signedIn = await browser.GetAsync(link.PathAndQuery);
        Assert.Equal((HttpStatusCode.Redirect, "/"), (signedIn.StatusCode, signedIn.Headers.Location!.ToString()));
        var cookie = signedIn.Headers.GetValues("Set-Cookie").Single();
        Assert.Contains("httponly", cookie);
        Assert.Contains("samesite=strict", cookie);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync(link.PathAndQuery)).StatusCode);

        browser.DefaultRequestHeaders.Add("Cookie", cookie.Split(';')[0]);
        Assert.Equal("page", await browser.GetStringAsync("/"));
        Assert.Equal("first admin", await browser.GetStringAsync("/api/v1/status"));
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.PostAsync("/api/v1/rollouts/1/pause", null)).StatusCode);
        var foreign = new HttpRequestMessage(HttpMethod.Get, "/api/v1/status")
        {
            Headers = { { "Origin", "http://127.0.0.1:1" } },
        };
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.SendAsync(foreign)).StatusCode);
        var own = new HttpRequestMessage(HttpMethod.Get, "/api/v1/status")
        {
            Headers = { { "Origin", $"http://127.0.0.1:{server.Port}" } },
        };
        Assert.Equal(HttpStatusCode.OK, (await browser.SendAsync(own)).StatusCode);

        server.Time.Advance(TimeSpan.FromDays(8));
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("/")).StatusCode);
    }

    [Fact]
    public async Task A_link_that_nobody_used_runs_out_and_of_many_at_once_one_gets_in()
    {
        await using var server = await RealServer.StartAsync();
        var late = await server.Tokens.CreateLinkAsync("ann", TimeSpan.FromMinutes(1), None);
        server.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(await server.Tokens.RedeemAsync(late.Secret, TimeSpan.FromDays(1), None));
        var link = await server.Tokens.CreateLinkAsync("ann", TimeSpan.FromMinutes(1), None);
        var sessions = await Task.WhenAll(Enumerable.Range(0, 20).Select(
            _ => Task.Run(() => server.Tokens.RedeemAsync(link.Secret, TimeSpan.FromDays(1), None))));
        Assert.Single(sessions, session => session is not null);
        using var bearer = server.Client(sessions.Single(session => session is not null)!.Secret);
        Assert.Equal(HttpStatusCode.Unauthorized, (await bearer.GetAsync("/api/v1/status")).StatusCode);
    }

    [Fact]
    public async Task Tokens_outlive_the_server_and_a_revoked_last_admin_is_replaced()
    {
        using var folder = new Storage.TempFolder();
        await using var store = new Headway.Server.Storage.MemoryEventStore(TimeProvider.System);
        var file = Path.Combine(folder.Path, Tokens.AdminFile);
        using (var first = await Tokens.OpenAsync(store, folder.Path, TimeProvider.System, None))
            await first.CreateAsync("ci", Scope.Deploy, null, None);
        var secret = (await File.ReadAllTextAsync(file)).Trim();
        using (var second = await Tokens.OpenAsync(store, folder.Path, TimeProvider.System, None))
        {
            Assert.Equal(["first admin", "ci"], second.All.Select(token => token.Name));
            await second.RevokeAsync(second.Find(secret, TokenUse.Bearer)!.Id, None);
        }
        using var third = await Tokens.OpenAsync(store, folder.Path, TimeProvider.System, None);
        Assert.Null(third.Find(secret, TokenUse.Bearer));
        Assert.NotNull(third.Find((await File.ReadAllTextAsync(file)).Trim(), TokenUse.Bearer));
    }

    [Fact]
    public async Task An_admin_whose_file_cannot_be_written_is_not_kept()
    {
        using var folder = new Storage.TempFolder();
        await using var store = new Headway.Server.Storage.MemoryEventStore(TimeProvider.System);
        var missing = Path.Combine(folder.Path, "missing");
        await Assert.ThrowsAnyAsync<IOException>(() => Tokens.OpenAsync(store, missing, TimeProvider.System, None));
        using var tokens = await Tokens.OpenAsync(store, folder.Path, TimeProvider.System, None);
        var secret = await File.ReadAllTextAsync(Path.Combine(folder.Path, Tokens.AdminFile));
        Assert.NotNull(tokens.Find(secret.Trim(), TokenUse.Bearer));
        Assert.Single(tokens.All);
    }
}
