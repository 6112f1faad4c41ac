using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using Headway.Core;
using Headway.Server.Sources.Hooks;
using Headway.Server.Tests.Pipelines;

namespace Headway.Server.Tests.Sources.Hooks;

/// <summary>Calls a hook as each host does: its headers, its way to sign, the shape of its bodies.</summary>
internal static class HookCalls
{
    public const string GitHubPush = """
        {"ref":"refs/heads/main","before":"6113728f27ae82c7b1a177c8d03f9e96e0adf246",
         "after":"0000000000000000000000000000000000000001","created":false,"deleted":false,"forced":false,
         "repository":{"id":1,"name":"shop","full_name":"ann/shop","clone_url":"https://github.com/ann/shop.git",
         "ssh_url":"git@github.com:ann/shop.git","pushed_at":1700000000},
         "pusher":{"name":"ann"},"commits":[],"head_commit":null}
        """;

    public const string GitLabPush = """
        {"object_kind":"push","event_name":"push","before":"95790bf891e76fee5e1747ab589903a6a1f80f22",
         "after":"da1560886d4f094c3e6c9ef40349f7d38b5d27d7","ref":"refs/heads/main","project_id":15,
         "project":{"id":15,"path_with_namespace":"ann/shop","git_http_url":"https://gitlab.example.com/ann/shop.git",
         "default_branch":"main"},"commits":[],"total_commits_count":0}
        """;

    public const string GiteaPush = """
        {"ref":"refs/heads/main","before":"28e1879d029cb852e4844d9c718537df08844e03",
         "after":"bffeb74224043ba2feb48d137756c8a9331c449a","compare_url":"","commits":[],
         "repository":{"id":140,"full_name":"ann/shop","clone_url":"http://gitea.example.com/ann/shop.git"},
         "pusher":{"id":1,"login":"ann"}}
        """;

    public static async Task<HookMade> HookAsync(this PipelineServer server, HookHost host)
    {
        using var answer = await server.Http.PostAsJsonAsync("api/v1/hooks", new HookWanted("shop", host), Wire.Json);
        return (await answer.Content.ReadFromJsonAsync<HookMade>(Wire.Json))!;
    }

    public static Task<HttpResponseMessage> GitHubAsync(
        this PipelineServer server, HookMade hook, string body, string delivery, string happened = "push", string? secret = null) =>
        server.CallAsync(hook, body,
            ("X-GitHub-Event", happened), ("X-GitHub-Delivery", delivery),
            ("X-Hub-Signature-256", $"sha256={Signed(secret ?? hook.Secret, body)}"));

    public static Task<HttpResponseMessage> GiteaAsync(
        this PipelineServer server, HookMade hook, string body, string delivery, string? secret = null) =>
        server.CallAsync(hook, body,
            ("X-Gitea-Event", "push"), ("X-Gitea-Event-Type", "push"), ("X-Gitea-Delivery", delivery),
            ("X-GitHub-Event", "push"), ("X-Gogs-Event", "push"),
            ("X-Gitea-Signature", Signed(secret ?? hook.Secret, body)));

    public static Task<HttpResponseMessage> GitLabTokenAsync(
        this PipelineServer server, HookMade hook, string body, string delivery, string? secret = null) =>
        server.CallAsync(hook, body,
            ("X-Gitlab-Event", "Push Hook"), ("X-Gitlab-Event-UUID", delivery), ("Idempotency-Key", delivery),
            ("X-Gitlab-Token", secret ?? hook.Secret));

    public static Task<HttpResponseMessage> GitLabSignedAsync(
        this PipelineServer server, HookMade hook, string body, string delivery, DateTimeOffset at)
    {
        var key = Convert.FromBase64String(hook.Secret["whsec_".Length..]);
        var signed = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{delivery}.{at.ToUnixTimeSeconds()}.{body}"));
        return server.CallAsync(hook, body,
            ("X-Gitlab-Event", "Push Hook"), ("webhook-id", delivery), ("webhook-timestamp", $"{at.ToUnixTimeSeconds()}"),
            ("webhook-signature", $"v1,{Convert.ToBase64String(new byte[32])} v1,{Convert.ToBase64String(signed)}"));
    }

    public static async Task<HttpResponseMessage> CallAsync(
        this PipelineServer server, HookMade hook, string body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, hook.Path.TrimStart('/'))
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await server.Http.SendAsync(request);
    }

    private static string Signed(string secret, string body) => Convert.ToHexStringLower(
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(body)));
}
