using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Headway.Core;
using Headway.Server.Access;
using Headway.Server.Connections;
using Headway.Server.Host;
using Headway.Server.Tests.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Headway.Server.Tests.Connections;

/// <summary>Connections of a whole server, over its API.</summary>
public sealed class ConnectionEndpointsTests : IAsyncLifetime
{
    private const string Secret = "the-secret-of-the-connection";
    private readonly TempFolder folder = new();
    private WebApplication server = null!;

    public async ValueTask InitializeAsync() => server = await HeadwayServer.StartAsync(
        new() { DataFolder = folder.Path, Url = "http://127.0.0.1:0" }, default);

    [Fact]
    public async Task A_secret_goes_in_and_never_comes_out_and_its_file_is_for_its_owner_only()
    {
        using var admin = Client(await File.ReadAllTextAsync(Path.Combine(folder.Path, Headway.Server.Access.Tokens.AdminFile)));
        using var kept = await admin.PostAsync("api/v1/connections", Json(new Connection("main", ConnectionKind.Prometheus, "https://prometheus.example.com")
        {
            Credential = new Credential.Bearer(Secret), Insecure = true,
        }));
        Assert.Equal(HttpStatusCode.OK, kept.StatusCode);
        var listed = await admin.GetStringAsync("api/v1/connections");
        foreach (var said in (string[])[await kept.Content.ReadAsStringAsync(), listed])
        {
            Assert.Contains("bearer token", said);
            Assert.Contains("INSECURE", said);
            Assert.DoesNotContain(Secret, said);
        }
        var file = Path.Combine(folder.Path, "connections", "main.json");
        Assert.DoesNotContain(Secret, await File.ReadAllTextAsync(file));
        Assert.Equal(new Credential.Bearer(Secret), Signals.Asked.Connections(folder.Path).Find("main")?.Credential);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
                File.GetUnixFileMode(Path.GetDirectoryName(file)!));
        }
        Assert.Equal("main", Signals.Asked.Connections(folder.Path).Find("main")?.Name);

        using var removed = await admin.DeleteAsync("api/v1/connections/main");
        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        Assert.False(File.Exists(file));
        using var again = await admin.DeleteAsync("api/v1/connections/main");
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
    }

    [Fact]
    public void A_connection_that_was_kept_in_clear_is_sealed_when_it_is_read()
    {
        using var old = new TempFolder();
        var file = Path.Combine(old.Path, "connections", "main.json");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, JsonSerializer.Serialize(
            new Connection("main", ConnectionKind.Json, "https://example.com") { Credential = new Credential.Bearer(Secret) }, Wire.Json));

        Assert.Equal(new Credential.Bearer(Secret), Signals.Asked.Connections(old.Path).Find("main")?.Credential);
        Assert.DoesNotContain(Secret, File.ReadAllText(file));
        Assert.Equal(new Credential.Bearer(Secret), Signals.Asked.Connections(old.Path).Find("main")?.Credential);
        // Of another name it does not open: the name is part of what is sealed.
        File.Move(file, Path.Combine(old.Path, "connections", "other.json"));
        Assert.Empty(Signals.Asked.Connections(old.Path).All);
    }

    [Theory]
    [InlineData(Scope.Read)]
    [InlineData(Scope.Deploy)]
    public async Task Only_an_admin_sees_and_changes_connections(Scope scope)
    {
        var token = await server.Services.GetRequiredService<Headway.Server.Access.Tokens>()
            .CreateAsync("somebody", scope, null, default);
        using var client = Client(token.Secret);
        using var list = await client.GetAsync("api/v1/connections");
        Assert.Equal(HttpStatusCode.Forbidden, list.StatusCode);
        using var add = await client.PostAsync("api/v1/connections", Json(new Connection("x", ConnectionKind.Json, "http://127.0.0.1")));
        Assert.Equal(HttpStatusCode.Forbidden, add.StatusCode);
    }

    [Fact]
    public async Task What_could_not_be_used_is_refused_with_the_reason()
    {
        using var admin = Client(await File.ReadAllTextAsync(Path.Combine(folder.Path, Headway.Server.Access.Tokens.AdminFile)));
        var plain = new Connection("main", ConnectionKind.Prometheus, "https://example.com");
        (Connection Connection, string Says)[] wrong =
        [
            (plain with { Name = "../etc/passwd" }, "lower-case letters"),
            (plain with { Url = "https://me:secret@example.com" }, "Credentials do not stand in the URL"),
            (plain with { Url = "ftp://example.com" }, "is no address"),
            (plain with { Credential = new Credential.Bearer("two\nlines") }, "A secret is one line"),
            (plain with { Credential = new Credential.Bearer("") }, "A secret is one line"),
            (plain with { Authority = "no certificate" }, "holds no certificate in PEM"),
            (plain with { ClientCertificate = "no key" }, "cannot be used"),
            (plain with { Kind = ConnectionKind.Datadog }, "needs an API key and an application key"),
            (plain with { Kind = ConnectionKind.NewRelic }, "needs a user key"),
            (plain with { Kind = ConnectionKind.CloudWatch }, "needs an access key"),
        ];
        foreach (var (connection, says) in wrong)
        {
            using var refused = await admin.PostAsync("api/v1/connections", Json(connection));
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            Assert.Contains(says, await refused.Content.ReadAsStringAsync());
        }
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(folder.Path, "connections")));
    }

    public async ValueTask DisposeAsync()
    {
        await server.StopAsync();
        await server.DisposeAsync();
        folder.Dispose();
    }

    private static JsonContent Json(Connection connection) => JsonContent.Create(connection, options: Wire.Json);

    private HttpClient Client(string token)
    {
        var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new(server.Urls.Single()) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.Trim());
        return client;
    }
}
