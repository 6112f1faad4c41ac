using System.Diagnostics;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace Headway.Benchmarks.Registry;

/// <summary>What is done to each of the registries, the same to both.</summary>
internal sealed class RegistryTraffic(HttpClient http, CancellationToken stop)
{
    public const string Name = "bench/repo";
    private const string Image = "application/vnd.oci.image.manifest.v1+json";
    private static readonly byte[] Config = "{}"u8.ToArray();

    /// <summary>Bytes a second.</summary>
    public async Task<double> PushAsync(LargeBlob blob)
    {
        var watch = Stopwatch.StartNew();
        using var start = await SendAsync(new(HttpMethod.Post, $"/v2/{Name}/blobs/uploads/"));
        using var patched = await SendAsync(new(HttpMethod.Patch, start.Headers.Location!) { Content = blob.Content() });
        using var put = await SendAsync(new(HttpMethod.Put, Ending(patched.Headers.Location!, blob.Digest)));
        return blob.Length / watch.Elapsed.TotalSeconds;
    }

    /// <summary>Bytes a second.</summary>
    public async Task<double> PullAsync(LargeBlob blob)
    {
        var watch = Stopwatch.StartNew();
        using var answer = await http.GetAsync(
            $"/v2/{Name}/blobs/{blob.Digest}", HttpCompletionOption.ResponseHeadersRead, stop);
        answer.EnsureSuccessStatusCode();
        await using var stream = await answer.Content.ReadAsStreamAsync(stop);
        var (buffer, length) = (new byte[1024 * 1024], 0L);
        for (int read; (read = await stream.ReadAsync(buffer, stop)) > 0;) length += read;
        if (length != blob.Length) throw new InvalidOperationException($"{length} bytes came instead of {blob.Length}.");
        return length / watch.Elapsed.TotalSeconds;
    }

    /// <summary>Manifests that differ, each with a tag; seconds that it took.</summary>
    public async Task<double> FillAsync(int manifests)
    {
        using var start = await SendAsync(new(HttpMethod.Post, $"/v2/{Name}/blobs/uploads/"));
        using var config = await SendAsync(new(HttpMethod.Put, Ending(start.Headers.Location!, Digest(Config)))
        {
            Content = Bytes(Config, "application/octet-stream"),
        });
        var watch = Stopwatch.StartNew();
        await Parallel.ForEachAsync(Enumerable.Range(0, manifests), new ParallelOptions
        {
            MaxDegreeOfParallelism = 8, CancellationToken = stop,
        }, async (at, _) =>
        {
            var manifest = Encoding.UTF8.GetBytes(
                $$$"""
                {"schemaVersion":2,"mediaType":"{{{Image}}}","config":{"mediaType":"application/vnd.oci.empty.v1+json",
                "digest":"{{{Digest(Config)}}}","size":2},"layers":[],"annotations":{"number":"{{{at}}}"}}
                """);
            using var put = await SendAsync(new(HttpMethod.Put, $"/v2/{Name}/manifests/t{at:00000}")
            {
                Content = Bytes(manifest, Image),
            });
        });
        return watch.Elapsed.TotalSeconds;
    }

    /// <summary>Milliseconds of one list of all tags.</summary>
    public async Task<double> ListAsync(int manifests)
    {
        var watch = Stopwatch.StartNew();
        var text = await http.GetStringAsync($"/v2/{Name}/tags/list", stop);
        var elapsed = watch.Elapsed.TotalMilliseconds;
        if (!text.Contains($"\"t{manifests - 1:00000}\"", StringComparison.Ordinal))
            throw new InvalidOperationException("The list is not whole.");
        return elapsed;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
    {
        var answer = await http.SendAsync(request, stop);
        return answer.IsSuccessStatusCode ? answer : throw new InvalidOperationException(
            $"{request.Method} {request.RequestUri}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(stop)}");
    }

    private static Uri Ending(Uri upload, string digest)
    {
        var text = upload.OriginalString;
        return new($"{text}{(text.Contains('?') ? '&' : '?')}digest={digest}", UriKind.RelativeOrAbsolute);
    }

    private static ByteArrayContent Bytes(byte[] bytes, string type) => new(bytes)
    {
        Headers = { ContentType = new MediaTypeHeaderValue(type) },
    };

    private static string Digest(byte[] bytes) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";
}
