using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Headway.Server.Tests.Intent;
using Xunit;

namespace Headway.Server.Tests.Access;

/// <summary>Programs come in with tokens of their platform, which is played by an issuer with its own keys.</summary>
public sealed class WorkloadTests : IAsyncLifetime
{
    private readonly Platform _platform = new();
    private StateServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await StateServer.StartAsync("shop", "cart");
        var kept = await _server.Client.PutAsJsonAsync("/api/v1/workloads/actions", new
        {
            name = "", issuer = _platform.Url, audience = "headway", claims = new { repository = "org/shop", @ref = "refs/heads/main*" }, grants = new[] { "deployer:shop" },
        });
        Assert.True(kept.IsSuccessStatusCode, await kept.Content.ReadAsStringAsync());
    }

    public async ValueTask DisposeAsync()
    {
        _platform.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_job_comes_in_with_what_its_rule_gives_and_its_name_is_in_the_record()
    {
        var job = _platform.Token();
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(job, "shop")).StatusCode);
        var other = await AskAsync(job, "cart");
        Assert.Equal(HttpStatusCode.Forbidden, other.StatusCode);
        Assert.Contains("actions (repo:org/shop:ref:refs/heads/main) may not roll back cart", await other.Content.ReadAsStringAsync());
        var stored = await _server.Get<Headway.Server.Storage.IEventStore>().ReadAllAsync(0, 10_000, default);
        Assert.Single(stored, each => each.Type == "access.loggedIn");
        Assert.Contains(stored, each => each is { Type: "lane.holdPlaced", Actor: "actions (repo:org/shop:ref:refs/heads/main)" });
    }

    [Fact]
    public async Task Whatever_is_wrong_with_a_token_is_said_and_lets_nobody_in()
    {
        async Task WrongAsync(string token, string says)
        {
            var answer = await AskAsync(token, "shop");
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            var said = await answer.Content.ReadAsStringAsync();
            Assert.True(said.Contains(says, StringComparison.Ordinal), said);
            Assert.DoesNotContain(token, said);
        }
        await WrongAsync(_platform.Token(audience: "somebody"), "it is for somebody else than `headway`");
        await WrongAsync(_platform.Token(lasts: -120), "it has expired");
        await WrongAsync(_platform.Token(lasts: null), "it has no end");
        await WrongAsync(_platform.Token(starts: 600, lasts: 1200), "it is not valid yet");
        await WrongAsync(_platform.Token(repository: "org/other"), "actions: repository is not org/shop");
        await WrongAsync(_platform.Token(branch: "refs/heads/mine"), "ref is not refs/heads/main*");
        await WrongAsync(_platform.Token(issuer: "https://elsewhere.example.com"), "No rule trusts the issuer `https://elsewhere.example.com`");
        await WrongAsync(_platform.Token(algorithm: "none"), "is not accepted: ");
        await WrongAsync(_platform.Token(algorithm: "HS256"), "is not accepted: ");
        await WrongAsync(_platform.Token(key: RSA.Create(2048)), "is not accepted: ");
        var good = _platform.Token();
        var parts = good.Split('.');
        var payload = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[1])).Replace("org/shop", "org/shoq", StringComparison.Ordinal);
        await WrongAsync($"{parts[0]}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload))}.{parts[2]}", "its signature does not fit");
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(good, "shop")).StatusCode);
        await _server.Client.DeleteAsync("/api/v1/workloads/actions");
        await WrongAsync(good, "No rule trusts the issuer");
        var stored = await _server.Get<Headway.Server.Storage.IEventStore>().ReadAllAsync(0, 10_000, default);
        Assert.Equal(2, stored.Count(each => each.Type == "access.trustChanged"));
    }

    [Theory]
    [InlineData("""{"issuer":"x","audience":"headway","claims":{"a":"b"},"grants":["viewer"]}""", "is no issuer")]
    [InlineData("""{"issuer":"https://a.example.com","audience":"headway","claims":{},"grants":["viewer"]}""", "needs a claim")]
    [InlineData("""{"issuer":"https://a.example.com","audience":"headway","claims":{"repository":"*"},"grants":["viewer"]}""", "needs a claim")]
    [InlineData("""{"issuer":"https://a.example.com","audience":"headway","claims":{"a":"b"},"grants":["king"]}""", "`king` is no role")]
    public async Task A_rule_that_lets_in_too_many_is_refused(string rule, string says)
    {
        var answer = await _server.Client.PutAsync("/api/v1/workloads/x", new StringContent($"{{\"name\":\"x\",{rule[1..]}", null, "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(says, await answer.Content.ReadAsStringAsync());
    }

    private async Task<HttpResponseMessage> AskAsync(string token, string service)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_server.Client.BaseAddress!, $"/api/v1/lanes/{service}/production/hold"))
        {
            Content = JsonContent.Create(new { reason = "a test" }),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var client = new HttpClient();
        return await client.SendAsync(request);
    }

    private sealed class Platform : IDisposable
    {
        private readonly HttpListener _listener = new();
        private readonly RSA _key = RSA.Create(2048);

        public Platform()
        {
            using var free = new TcpListener(IPAddress.Loopback, 0);
            free.Start();
            Url = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}";
            free.Stop();
            _listener.Prefixes.Add($"{Url}/");
            _listener.Start();
            _ = Task.Run(AnswerAsync);
        }

        public string Url { get; }

        /// <param name="lasts">Seconds; null for a token without an end.</param>
        public string Token(string audience = "headway", int? lasts = 300, int starts = -5, string repository = "org/shop", string branch = "refs/heads/main",
            string? issuer = null, string algorithm = "RS256", RSA? key = null)
        {
            var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
            var payload = new Dictionary<string, object>
            {
                ["iss"] = issuer ?? Url, ["aud"] = audience, ["sub"] = $"repo:{repository}:ref:{branch}", ["nbf"] = now + starts, ["iat"] = now,
                ["repository"] = repository, ["ref"] = branch,
            };
            if (lasts is { } seconds) payload["exp"] = now + seconds;
            if (lasts < 0) payload["nbf"] = now - 600;
            var signed = $"{Part(new { alg = algorithm, typ = "JWT", kid = "k1" })}.{Part(payload)}";
            var bytes = Encoding.ASCII.GetBytes(signed);
            return $"{signed}." + algorithm switch
            {
                "none" => "",
                // The public key as a shared secret: who verifies by the header's algorithm is fooled.
                "HS256" => Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.ASCII.GetBytes(_key.ExportSubjectPublicKeyInfoPem()), bytes)),
                _ => Base64Url.EncodeToString((key ?? _key).SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)),
            };
        }

        public void Dispose() => _listener.Close();

        private static string Part(object value) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value));

        private async Task AnswerAsync()
        {
            while (_listener.IsListening)
            {
                var context = await _listener.GetContextAsync();
                var key = _key.ExportParameters(false);
                object answer = context.Request.Url!.AbsolutePath == "/keys"
                    ? new { keys = new[] { new { kty = "RSA", use = "sig", kid = "k1", n = Base64Url.EncodeToString(key.Modulus!), e = Base64Url.EncodeToString(key.Exponent!) } } }
                    : new { issuer = Url, jwks_uri = $"{Url}/keys" };
                await context.Response.OutputStream.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(answer));
                context.Response.Close();
            }
        }
    }
}
