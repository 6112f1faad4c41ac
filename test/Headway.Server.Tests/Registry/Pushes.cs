using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Headway.Core.Registry;
using Xunit;

namespace Headway.Server.Tests.Registry;

/// <summary>What clients of registries do, in a line each.</summary>
internal static class Pushes
{
    public static string Digest(byte[] bytes, bool long512 = false) => long512
        ? $"sha512:{Convert.ToHexStringLower(SHA512.HashData(bytes))}"
        : $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";

    public static byte[] Random(int length) => RandomNumberGenerator.GetBytes(length);

    public static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    public static HttpRequestMessage Request(
        string method, string path, byte[]? body = null, string type = "application/octet-stream", string? range = null)
    {
        var request = new HttpRequestMessage(new(method), path);
        if (body is null && method is "GET" or "HEAD" or "DELETE") return request;
        request.Content = new ByteArrayContent(body ?? []);
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        if (range is not null) request.Content.Headers.TryAddWithoutValidation("Content-Range", range);
        return request;
    }

    public static Task<HttpResponseMessage> AskAsync(this HttpClient client, string method, string path,
        byte[]? body = null, string type = "application/octet-stream", string? range = null) =>
        client.SendAsync(Request(method, path, body, type, range));

    /// <summary>The location, after the status was checked.</summary>
    public static async Task<string> PlaceAsync(this Task<HttpResponseMessage> asked, HttpStatusCode status)
    {
        using var answer = await asked;
        Assert.True(answer.StatusCode == status, $"{(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        return answer.Headers.Location!.OriginalString;
    }

    public static async Task ShouldBeAsync(this Task<HttpResponseMessage> asked, HttpStatusCode status, string? code = null)
    {
        using var answer = await asked;
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == status, $"{(int)answer.StatusCode} instead of {(int)status}: {text}");
        if (code is not null)
            Assert.Equal(code, JsonNode.Parse(text)!["errors"]![0]!["code"]!.GetValue<string>());
    }

    public static async Task<string> PushBlobAsync(this HttpClient client, string repository, byte[] bytes)
    {
        var digest = Digest(bytes);
        var at = await client.AskAsync("POST", $"/v2/{repository}/blobs/uploads/").PlaceAsync(HttpStatusCode.Accepted);
        await client.AskAsync("PUT", $"{at}?digest={digest}", bytes).PlaceAsync(HttpStatusCode.Created);
        return digest;
    }

    /// <summary>An image of one layer, pushed whole; its digest.</summary>
    public static async Task<string> PushImageAsync(
        this HttpClient client, string repository, string? tag, string content, string? subject = null,
        string? artifactType = null)
    {
        var (config, layer) = (Text("{}"), Text(content));
        await client.PushBlobAsync(repository, config);
        await client.PushBlobAsync(repository, layer);
        var manifest = Image(config, [layer], subject, artifactType);
        await client.AskAsync("PUT", $"/v2/{repository}/manifests/{tag ?? Digest(manifest)}", manifest, MediaTypes.Image)
            .PlaceAsync(HttpStatusCode.Created);
        return Digest(manifest);
    }

    public static byte[] Image(
        byte[] config, byte[][] layers, string? subject = null, string? artifactType = null, bool long512 = false)
    {
        var manifest = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = MediaTypes.Image,
            ["config"] = Named(MediaTypes.Empty, config, long512),
            ["layers"] = new JsonArray([.. layers.Select(layer =>
                (JsonNode)Named("application/vnd.oci.image.layer.v1.tar", layer, long512))]),
        };
        if (artifactType is not null) manifest["artifactType"] = artifactType;
        if (subject is not null)
            manifest["subject"] = new JsonObject
            {
                ["mediaType"] = MediaTypes.Image, ["digest"] = subject, ["size"] = 123,
            };
        return Text(manifest.ToJsonString(Core.Wire.Indented));
    }

    public static byte[] Index(params byte[][] manifests) => Text(new JsonObject
    {
        ["schemaVersion"] = 2,
        ["mediaType"] = MediaTypes.Index,
        ["manifests"] = new JsonArray([.. manifests.Select(one => (JsonNode)Named(MediaTypes.Image, one, false))]),
    }.ToJsonString(Core.Wire.Json));

    public static JsonObject Named(string type, byte[] content, bool long512) => new()
    {
        ["mediaType"] = type, ["digest"] = Digest(content, long512), ["size"] = content.Length,
    };

    public static async Task<JsonNode> JsonAsync(this HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
    }

    public static string? Header(this HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? string.Join(",", values)
            : answer.Content.Headers.TryGetValues(name, out values) ? string.Join(",", values) : null;
}
