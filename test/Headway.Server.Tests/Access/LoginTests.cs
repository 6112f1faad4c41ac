using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Headway.Core.Access;
using Headway.Server.Storage;
using Headway.Server.Tests.Intent;
using Headway.Server.Tests.Storage;
using Xunit;

namespace Headway.Server.Tests.Access;

/// <summary>People log in at a real provider with a real browser.</summary>
public sealed class LoginTests : IAsyncLifetime
{
    private readonly TempFolder _npm = new();
    private StateServer _server = null!;
    private Process? _provider;

    public async ValueTask InitializeAsync() => _server = await StateServer.StartAsync("shop", "cart");

    public async ValueTask DisposeAsync()
    {
        if (_provider is { HasExited: false }) _provider.Kill(entireProcessTree: true);
        _provider?.Dispose();
        await _server.DisposeAsync();
        _npm.Dispose();
    }

    [Theory]
    [InlineData("a secret of the client")]
    [InlineData(null)]
    public async Task Who_logs_in_has_the_roles_of_their_groups_and_no_others(string? secret)
    {
        await DebianPackage.NeedAsync("chromium", "chromium");
        await InstallAsync();
        var issuer = await ProviderAsync(secret);
        var set = await _server.Client.PutAsJsonAsync("/api/v1/sso", new
        {
            issuer, clientId = "headway", clientSecret = secret, scopes = new[] { "profile", "email", "groups" },
            rules = new[] { new { group = "team-shop", grants = new[] { "deployer:shop" } } },
        });
        Assert.True(set.IsSuccessStatusCode, await set.Content.ReadAsStringAsync());
        Assert.DoesNotContain("secret of", await _server.Client.GetStringAsync("/api/v1/sso"));
        var page = $"{_server.Client.BaseAddress}";

        var ann = await BrowseAsync(page, "ann");
        Assert.Equal(page, ann.GetProperty("url").GetString());
        Assert.Contains("shop", ann.GetProperty("text").GetString());
        Assert.Equal((200, 403, 401), (ann.GetProperty("hold").GetInt32(), ann.GetProperty("other").GetInt32(), ann.GetProperty("after").GetInt32()));
        Assert.Contains("You are logged out", ann.GetProperty("left").GetString());
        Assert.True(ann.GetProperty("cookieIsHidden").GetBoolean());
        var eve = await BrowseAsync(page, "eve");
        Assert.Contains("eve is known to", eve.GetProperty("text").GetString());
        Assert.Contains("no rule gives a role to one of its groups (visitors)", eve.GetProperty("text").GetString());

        var stored = await _server.Get<IEventStore>().ReadAllAsync(0, 10_000, default);
        var came = Assert.IsType<AccessEvent.LoggedIn>(EventTypes.Known.Read(Assert.Single(stored, each => each.Type == "access.loggedIn")));
        Assert.Equal(("ann", "oidc"), (came.Name, came.How));
        Assert.Contains(stored, each => each is { Type: "lane.holdPlaced", Actor: "ann" });
        Assert.Contains(stored, each => each.Type == "access.refused" && EventTypes.Known.Read(each) is AccessEvent.Refused { Why: var why } && why.Contains("eve"));
    }

    [Fact]
    public async Task A_login_that_was_begun_elsewhere_or_never_lets_nobody_in_and_a_wrong_provider_is_refused()
    {
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = _server.Client.BaseAddress };
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync("/login")).StatusCode);
        foreach (var path in (string[])["/login/callback", "/login/callback?code=x&state=y", "/login/callback?error=access_denied"])
            Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync(path)).StatusCode);
        Task<HttpResponseMessage> SetAsync(string issuer, string group = "*", string role = "viewer") => _server.Client.PutAsJsonAsync("/api/v1/sso",
            new { issuer, clientId = "headway", rules = new[] { new { group, grants = new[] { role } } } });
        Assert.Contains("nobody listens", await (await SetAsync("http://127.0.0.1:1")).Content.ReadAsStringAsync());
        Assert.Contains("is not https", await (await SetAsync("http://login.example.com")).Content.ReadAsStringAsync());
        Assert.Contains("clouds keep credentials", await (await SetAsync("https://169.254.169.254")).Content.ReadAsStringAsync());
        Assert.Contains("is no role", await (await SetAsync("http://127.0.0.1:1", role: "king")).Content.ReadAsStringAsync());
    }

    private async Task InstallAsync()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Access", "npm")))
            File.Copy(file, Path.Combine(_npm.Path, Path.GetFileName(file)));
        var (code, _, error) = await RunAsync("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
        Assert.SkipUnless(code == 0, $"npm could not install the provider here: {error}");
    }

    private async Task<string> ProviderAsync(string? secret)
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        _provider = Process.Start(new ProcessStartInfo("node", ["provider.mjs", $"{port}", $"{_server.Client.BaseAddress}login/callback", secret ?? ""])
        {
            WorkingDirectory = _npm.Path, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        _ = _provider.StandardError.ReadToEndAsync();
        Assert.Equal("ready", await _provider.StandardOutput.ReadLineAsync());
        return $"http://127.0.0.1:{port}";
    }

    private async Task<JsonElement> BrowseAsync(string page, string account)
    {
        var (code, output, error) = await RunAsync("node", "login.mjs", "/usr/bin/chromium", page, account);
        Assert.True(code == 0, error);
        return JsonDocument.Parse(output).RootElement;
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = _npm.Path, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}
