using System.Security.Cryptography.X509Certificates;
using Headway.Server.Connections;
using Headway.Server.Tests.Signals;
using Headway.Server.Tests.Storage;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Headway.Server.Tests.Connections;

/// <summary>A real Prometheus behind TLS with an authority of its own, and behind passwords, tokens and certificates.</summary>
public sealed class ProtectedPrometheusTests : IDisposable
{
    /// <summary>bcrypt of `rosebud`.</summary>
    private const string Rosebud = "$2b$04$zFJ4maFmedRHyQ3JlOKg4uTUAna9kQiFxaUot7S1SOZl5c/cgAmcW";

    private readonly TempFolder folder = new();
    private readonly Authority authority = new();
    private readonly OutsideHttp http = new();

    [Fact]
    public async Task TLS_and_password_are_both_needed_and_both_verified()
    {
        var (certificate, key) = authority.Issue();
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "server.crt"), certificate);
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "server.key"), key);
        await using var prometheus = await RealPrometheus.StartAsync("  []", $$"""
            tls_server_config: { cert_file: {{folder.Path}}/server.crt, key_file: {{folder.Path}}/server.key }
            basic_auth_users: { headway: {{Rosebud}} }
            """);
        var right = new Connection("main", ConnectionKind.Prometheus, $"https://localhost:{prometheus.Port}")
        {
            Credential = new Credential.Basic("headway", "rosebud"), Authority = authority.Pem,
        };
        await AnswersAsync(right);
        Assert.Contains("its certificate is not trusted", await RefusedAsync(right with { Authority = null }));
        using var stranger = new Authority();
        Assert.Contains("its certificate is not trusted", await RefusedAsync(right with { Authority = stranger.Pem }));
        Assert.Contains("it wants credentials", await RefusedAsync(right with { Credential = null }));
        Assert.Contains("it wants credentials",
            await RefusedAsync(right with { Credential = new Credential.Basic("headway", "wrong") }));
        var insecure = right with { Authority = null, Insecure = true };
        Assert.Contains("INSECURE", (await AnswersAsync(insecure)).Warnings.Single());
    }

    [Fact]
    public async Task A_client_certificate_is_shown_to_a_Prometheus_that_wants_one()
    {
        var (certificate, key) = authority.Issue();
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "server.crt"), certificate);
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "server.key"), key);
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "ca.crt"), authority.Pem);
        await using var prometheus = await RealPrometheus.StartAsync("  []", $$"""
            tls_server_config:
              cert_file: {{folder.Path}}/server.crt
              key_file: {{folder.Path}}/server.key
              client_ca_file: {{folder.Path}}/ca.crt
              client_auth_type: RequireAndVerifyClientCert
            """);
        var own = authority.Issue();
        var right = new Connection("main", ConnectionKind.Prometheus, $"https://127.0.0.1:{prometheus.Port}")
        {
            Authority = authority.Pem, ClientCertificate = $"{own.Certificate}\n{own.Key}",
        };
        await AnswersAsync(right);
        await RefusedAsync(right with { ClientCertificate = null });
    }

    [Fact]
    public async Task A_bearer_token_opens_a_proxy_before_a_real_Prometheus()
    {
        await using var prometheus = await RealPrometheus.StartAsync("  []");
        using var inner = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        var (certificate, key) = authority.Issue();
        using var served = X509Certificate2.CreateFromPem(certificate, key);
        await using var proxy = await OtherSide.StartAsync(async context =>
        {
            if (context.Request.Headers.Authorization != "Bearer open-sesame")
            {
                context.Response.StatusCode = 403;
                return;
            }
            await context.Response.WriteAsync(await inner.GetStringAsync(
                $"{prometheus.Url}{context.Request.Path}{context.Request.QueryString}"));
        }, served);
        var right = new Connection("main", ConnectionKind.Prometheus, proxy.Url)
        {
            Credential = new Credential.Bearer("open-sesame"), Authority = authority.Pem,
        };
        await AnswersAsync(right);
        Assert.Contains("it wants credentials",
            await RefusedAsync(right with { Credential = new Credential.Bearer("guess") }));
    }

    public void Dispose()
    {
        http.Dispose();
        authority.Dispose();
        folder.Dispose();
    }

    private async Task<ConnectionTried> AnswersAsync(Connection connection)
    {
        var tried = await new ConnectionTest(http, TimeProvider.System).TryAsync(connection, default);
        Assert.True(tried.Answers, tried.Says);
        return tried;
    }

    private async Task<string> RefusedAsync(Connection connection)
    {
        var tried = await new ConnectionTest(http, TimeProvider.System).TryAsync(connection, default);
        Assert.False(tried.Answers);
        return tried.Says;
    }
}
