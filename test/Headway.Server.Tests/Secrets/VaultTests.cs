using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Headway.Core.Secrets;
using Headway.Server.Connections;
using Headway.Server.Secrets.Outside;
using Headway.Server.Tests.Connections;
using Headway.Server.Tests.Signals;
using Headway.Server.Tests.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Headway.Server.Tests.Secrets;

/// <summary>
/// Vault itself is in no package of Debian, so this is an HTTP server that answers byte for byte as Vault's documentation
/// of the API shows it.
/// </summary>
public sealed class VaultTests : IAsyncLifetime
{
    private static readonly SecretOutside Password = new("vault", "secret/shop/db", "password", "vault");
    private readonly TempFolder folder = new();
    private readonly FakeTimeProvider time = new(DateTimeOffset.UnixEpoch.AddYears(56));
    private readonly OutsideHttp http = new();
    private readonly List<string> asked = [];
    private KnownConnections connections = null!;
    private OtherSide vault = null!;
    private string value = "from-vault-1", token = "hvs.first";
    private int logins;
    private (int Status, string Body)? instead;

    public async ValueTask InitializeAsync()
    {
        connections = Asked.Connections(folder.Path);
        vault = await OtherSide.StartAsync(AnswerAsync);
    }

    [Fact]
    public async Task A_field_of_KV_version_2_is_read_with_a_token_in_its_namespace_and_kept_for_a_minute()
    {
        Keep(new Credential.Bearer("hvs.first"), space: "team/a");
        var drivers = Drivers();
        Assert.Equal("from-vault-1", await ReadAsync(drivers));
        Assert.Equal(["GET /v1/secret/data/shop/db hvs.first team/a"], asked);
        value = "from-vault-2";
        Assert.Equal("from-vault-1", await ReadAsync(drivers));
        time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal("from-vault-2", await ReadAsync(drivers));
        Assert.Equal("no field `passwort` : `password`?".Replace(" :", ":"),
            Tail(await ProblemAsync(Drivers(), Password with { Field = "passwort" }), "no field"));
        Assert.Equal("from-vault-2", await ReadAsync(Drivers(), Password with { At = "team/kv:shop/db" }));
        Assert.EndsWith("/v1/team/kv/data/shop/db hvs.first team/a", asked[^1]);
    }

    [Fact]
    public async Task An_AppRole_logs_in_once_and_again_when_its_token_ends_or_is_revoked()
    {
        Keep(new Credential.AppRole("role-1", "secret-id-1", "approle"));
        var api = new VaultApi(http, time);
        var driver = new VaultSecrets(api, connections);
        Assert.Equal("from-vault-1", Text(await driver.ReadAsync(Password, default)));
        Assert.Equal("from-vault-1", Text(await driver.ReadAsync(Password, default)));
        Assert.Equal(1, logins);
        time.Advance(TimeSpan.FromSeconds(1000));
        Assert.Equal("from-vault-1", Text(await driver.ReadAsync(Password, default)));
        Assert.Equal(2, logins);
        token = "hvs.second";
        Assert.Equal("from-vault-1", Text(await driver.ReadAsync(Password, default)));
        Assert.Equal(3, logins);
        Assert.Null(await api.WhyNotAsync(connections.Find("vault")!, default));
        Keep(new Credential.AppRole("role-1", "wrong", "approle"));
        Assert.Contains("invalid role or secret ID", (await driver.ReadAsync(Password, default)).Problem);
    }

    [Theory]
    [InlineData(403, """{"errors":["1 error occurred:\n\t* permission denied\n\n"]}""", "its policy does not allow `read` there")]
    [InlineData(503, """{"errors":["Vault is sealed"]}""", "it is sealed or being maintained")]
    [InlineData(404, """{"errors":[]}""", "there is no `secret/shop/db`")]
    [InlineData(404, """{"request_id":"a","data":{"data":null,"metadata":{"deletion_time":"2026-01-01T00:00:00Z","destroyed":false,"version":2}}}""", "was deleted")]
    [InlineData(200, """{"data":{"password":"of version 1 of KV"}}""", "not KV version 2")]
    [InlineData(200, """{"data":{"data":{"password":{"a":1}}}}""", "is no text")]
    [InlineData(200, "<html>a proxy</html>", "not KV version 2")]
    public async Task What_goes_wrong_is_said(int status, string body, string says)
    {
        Keep(new Credential.Bearer("hvs.first"));
        instead = (status, body);
        Assert.Contains(says, await ProblemAsync(Drivers(), Password));
    }

    [Fact]
    public async Task While_it_is_away_what_it_said_last_is_used_for_ten_minutes_but_a_no_counts_at_once()
    {
        Keep(new Credential.Bearer("hvs.first"));
        var drivers = Drivers();
        Assert.Equal("from-vault-1", await ReadAsync(drivers));
        instead = (503, """{"errors":["Vault is sealed"]}""");
        time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("from-vault-1", await ReadAsync(drivers));
        time.Advance(TimeSpan.FromMinutes(6));
        Assert.Contains("sealed", await ProblemAsync(drivers, Password));
        instead = null;
        Assert.Equal("from-vault-1", await ReadAsync(drivers));
        instead = (403, """{"errors":["permission denied"]}""");
        time.Advance(TimeSpan.FromSeconds(61));
        Assert.Contains("permission denied", await ProblemAsync(drivers, Password));
    }

    [Fact]
    public async Task Over_TLS_only_an_authority_that_is_known_is_trusted()
    {
        using var authority = new Authority();
        var (certificate, key) = authority.Issue();
        using var pem = X509Certificate2.CreateFromPem(certificate, key);
        using var own = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
        await using var safe = await OtherSide.StartAsync(AnswerAsync, own);
        Keep(new Credential.Bearer("hvs.first"), safe.Url);
        Assert.Contains("certificate is not trusted", await ProblemAsync(Drivers(), Password));
        Keep(new Credential.Bearer("hvs.first"), safe.Url, authority.Pem);
        Assert.Equal("from-vault-1", await ReadAsync(Drivers()));
    }

    [Fact]
    public void Only_what_could_be_read_is_taken()
    {
        Keep(new Credential.Bearer("hvs.first"));
        Assert.Null(connections.Keep(new("metrics", ConnectionKind.Json, "https://example.com")));
        foreach (var (outside, says) in new[]
        {
            (Password with { Connection = "vult" }, "`vault`?"), (Password with { Connection = "metrics" }, "does not lead to Vault"),
            (Password with { Field = null }, "Name the field"), (Password with { At = "secret" }, "no mount and path"),
            (Password with { At = "secret/../sys" }, "no mount and path"),
        })
            Assert.Contains(says, Drivers().WhyRefused(outside));
        Assert.Contains("needs a token", connections.Keep(new("other", ConnectionKind.Vault, "https://vault.example.com")));
    }

    public async ValueTask DisposeAsync()
    {
        await vault.DisposeAsync();
        http.Dispose();
        folder.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var (request, said) = (context.Request, context.Request.Headers["X-Vault-Token"].ToString());
        lock (asked) asked.Add($"{request.Method} {request.Path} {said} {request.Headers["X-Vault-Namespace"]}".TrimEnd());
        var (status, body) = request.Path.Value switch
        {
            _ when request.Headers["X-Vault-Request"] != "true" => (412, """{"errors":["missing header"]}"""),
            "/v1/auth/approle/login" => await LoginAsync(request),
            _ when instead is { } other => other,
            _ when said != token => (403, """{"errors":["permission denied"]}"""),
            "/v1/auth/token/lookup-self" => (200, """{"data":{"id":"x","policies":["shop"],"ttl":900}}"""),
            "/v1/secret/data/shop/db" or "/v1/team/kv/data/shop/db" => (200, $$$"""
                {"request_id":"e345-e","lease_id":"","renewable":false,"lease_duration":0,
                 "data":{"data":{"password":"{{{value}}}","user":"shop"},
                 "metadata":{"created_time":"2026-03-22T02:24:06.945319214Z","custom_metadata":null,"deletion_time":"","destroyed":false,"version":2}},
                 "wrap_info":null,"warnings":null,"auth":null,"mount_type":"kv"}
                """),
            _ => (404, """{"errors":[]}"""),
        };
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(body);
    }

    private async Task<(int, string)> LoginAsync(HttpRequest request)
    {
        var login = await JsonSerializer.DeserializeAsync<JsonElement>(request.Body);
        if (login.GetProperty("secret_id").GetString() != "secret-id-1") return (400, """{"errors":["invalid role or secret ID"]}""");
        logins++;
        return (200, $$"""
            {"auth":{"renewable":true,"lease_duration":1200,"metadata":null,"token_policies":["default"],"accessor":"fd6c9a00",
             "client_token":"{{token}}"},"warnings":null,"wrap_info":null,"data":null,"lease_duration":0,"renewable":false,"lease_id":""}
            """);
    }

    private void Keep(Credential credential, string? url = null, string? authority = null, string? space = null) =>
        Assert.Null(connections.Keep(new("vault", ConnectionKind.Vault, url ?? vault.Url)
        {
            Credential = credential, Authority = authority, Namespace = space,
        }));

    private SecretDrivers Drivers() => new([new VaultSecrets(new(http, time), connections)], time);

    private static async Task<string?> ReadAsync(SecretDrivers drivers, SecretOutside? outside = null)
    {
        var read = await drivers.ReadAsync(outside ?? Password, default);
        Assert.Null(read.Problem);
        return Text(read);
    }

    private static async Task<string> ProblemAsync(SecretDrivers drivers, SecretOutside outside)
    {
        var read = await drivers.ReadAsync(outside, default);
        Assert.Null(read.Value);
        return read.Problem!;
    }

    private static string Tail(string text, string from) => text[text.IndexOf(from, StringComparison.Ordinal)..];

    private static string? Text(OutsideValue read) => read.Value is { } bytes ? Encoding.UTF8.GetString(bytes) : null;
}
