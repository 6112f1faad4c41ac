using System.Net;
using Headway.Core.Registry;
using Headway.Server.Tests.Storage;
using Xunit;
using static Headway.Server.Tests.Registry.Pushes;

namespace Headway.Server.Tests.Registry;

/// <summary>The push cases of the conformance suite of the distribution specification, in its order.</summary>
public sealed class ConformancePushTests : IAsyncLifetime
{
    private const string Name = "conformance/repo1";
    private const string Other = "conformance/repo2";
    private readonly TempFolder folder = new();
    private RegistryServer server = null!;

    private HttpClient Client => server.Client;

    public async ValueTask InitializeAsync() => server = await RegistryServer.StartAsync(folder.Path);

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        folder.Dispose();
    }

    private Task<string> StartAsync() =>
        Client.AskAsync("POST", $"/v2/{Name}/blobs/uploads/").PlaceAsync(HttpStatusCode.Accepted);

    private async Task ShowsAsync(string place, byte[] bytes)
    {
        using var head = await Client.AskAsync("HEAD", place);
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal(bytes.Length, head.Content.Headers.ContentLength);
        using var got = await Client.GetAsync(place);
        Assert.Equal(HttpStatusCode.OK, got.StatusCode);
        Assert.Equal(bytes, await got.Content.ReadAsByteArrayAsync());
        Assert.Equal(place.Split('/')[^1], got.Header("Docker-Content-Digest"));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_blob_is_pushed_in_a_stream(bool long512)
    {
        var (blob, digest) = (Random(5000), "");
        digest = Digest(blob, long512);
        var at = await Client.AskAsync("PATCH", await StartAsync(), blob).PlaceAsync(HttpStatusCode.Accepted);
        var place = await Client.AskAsync("PUT", $"{at}?digest={digest}").PlaceAsync(HttpStatusCode.Created);
        Assert.Equal($"/v2/{Name}/blobs/{digest}", place);
        await ShowsAsync(place, blob);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_blob_is_pushed_by_one_post(bool long512)
    {
        var blob = Random(512);
        await Client.GetAsync($"/v2/{Name}/blobs/{Digest(blob, long512)}").ShouldBeAsync(HttpStatusCode.NotFound);
        await ShowsAsync(await Client.AskAsync("POST", $"/v2/{Name}/blobs/uploads/?digest={Digest(blob, long512)}", blob)
            .PlaceAsync(HttpStatusCode.Created), blob);
    }

    [Theory, InlineData(0, false), InlineData(2, false), InlineData(100_000, false), InlineData(0, true),
        InlineData(100_000, true)]
    public async Task A_blob_is_pushed_by_post_and_put(int length, bool long512)
    {
        var blob = Random(length);
        await ShowsAsync(await Client.AskAsync("PUT", $"{await StartAsync()}?digest={Digest(blob, long512)}", blob)
            .PlaceAsync(HttpStatusCode.Created), blob);
    }

    [Theory, InlineData(false, false), InlineData(true, false), InlineData(false, true), InlineData(true, true)]
    public async Task A_blob_is_pushed_in_pieces_and_pieces_out_of_order_are_refused(bool lastByPut, bool long512)
    {
        var blob = Random(3000);
        using var started = await Client.AskAsync("POST", $"/v2/{Name}/blobs/uploads/");
        Assert.Equal("1", started.Header("OCI-Chunk-Min-Length"));
        var at = started.Headers.Location!.OriginalString;
        using (var early = await Client.AskAsync("PATCH", at, blob[1000..2000], range: "1000-1999"))
        {
            Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, early.StatusCode);
            Assert.Equal(at, early.Headers.Location!.OriginalString);
        }
        using (var first = await Client.AskAsync("PATCH", at, blob[..1000], range: "0-999"))
        {
            Assert.Equal(HttpStatusCode.Accepted, first.StatusCode);
            Assert.Equal("0-999", first.Header("Range"));
            Assert.NotNull(first.Header("Docker-Upload-UUID"));
        }
        await Client.AskAsync("PATCH", at, blob[..1000], range: "0-999")
            .ShouldBeAsync(HttpStatusCode.RequestedRangeNotSatisfiable, "BLOB_UPLOAD_INVALID");
        using (var stand = await Client.GetAsync(at))
        {
            Assert.Equal(HttpStatusCode.NoContent, stand.StatusCode);
            Assert.Equal("0-999", stand.Header("Range"));
            Assert.NotNull(stand.Headers.Location);
        }
        await Client.AskAsync("PATCH", at, blob[1000..2000], range: "1000-1999").PlaceAsync(HttpStatusCode.Accepted);
        var digest = Digest(blob, long512);
        if (lastByPut)
        {
            await Client.AskAsync("PUT", $"{at}?digest={digest}", blob[..1000], range: "0-999")
                .ShouldBeAsync(HttpStatusCode.RequestedRangeNotSatisfiable);
            await ShowsAsync(await Client.AskAsync("PUT", $"{at}?digest={digest}", blob[2000..], range: "2000-2999")
                .PlaceAsync(HttpStatusCode.Created), blob);
            return;
        }
        await Client.AskAsync("PATCH", at, blob[2000..], range: "2000-2999").PlaceAsync(HttpStatusCode.Accepted);
        await ShowsAsync(await Client.AskAsync("PUT", $"{at}?digest={digest}").PlaceAsync(HttpStatusCode.Created), blob);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_wrong_digest_is_refused_however_the_blob_comes_and_leaves_nothing(bool long512)
    {
        var (blob, digest) = (Random(3000), Digest(Random(3000), long512));
        await Client.AskAsync("POST", $"/v2/{Name}/blobs/uploads/?digest={digest}", blob)
            .ShouldBeAsync(HttpStatusCode.BadRequest, "DIGEST_INVALID");
        await Client.AskAsync("PUT", $"{await StartAsync()}?digest={digest}", blob)
            .ShouldBeAsync(HttpStatusCode.BadRequest, "DIGEST_INVALID");
        var at = await Client.AskAsync("PATCH", await StartAsync(), blob).PlaceAsync(HttpStatusCode.Accepted);
        await Client.AskAsync("PUT", $"{at}?digest={digest}").ShouldBeAsync(HttpStatusCode.BadRequest, "DIGEST_INVALID");
        await Client.GetAsync(at).ShouldBeAsync(HttpStatusCode.NotFound, "BLOB_UPLOAD_UNKNOWN");
        await Client.AskAsync("PUT", $"{await StartAsync()}?digest=sha256:baddigeststring", blob)
            .ShouldBeAsync(HttpStatusCode.BadRequest, "DIGEST_INVALID");
        await Client.GetAsync($"/v2/{Name}/blobs/{digest}").ShouldBeAsync(HttpStatusCode.NotFound, "BLOB_UNKNOWN");
        await Client.GetAsync($"/v2/{Name}/blobs/{Digest(blob)}").ShouldBeAsync(HttpStatusCode.NotFound, "BLOB_UNKNOWN");
        Assert.Equal(0, server.Registry.Uploads.Count);
        Assert.Empty(server.Files.List());
    }

    [Fact]
    public async Task An_upload_is_cancelled()
    {
        var at = await StartAsync();
        await Client.AskAsync("DELETE", at).ShouldBeAsync(HttpStatusCode.NoContent);
        await Client.GetAsync(at).ShouldBeAsync(HttpStatusCode.NotFound, "BLOB_UPLOAD_UNKNOWN");
    }

    [Fact]
    public async Task Blobs_are_mounted_from_another_repository_with_and_without_saying_which()
    {
        var blob = Random(42);
        var digest = await Client.PushBlobAsync(Name, blob);
        var missing = Digest(Random(42));
        foreach (var query in new[] { $"mount={missing}", $"mount={missing}&from={Name}", $"mount={digest}&from={Other}" })
            Assert.StartsWith($"/v2/{Other}/blobs/uploads/", await Client.AskAsync(
                "POST", $"/v2/{Other}/blobs/uploads/?{query}").PlaceAsync(HttpStatusCode.Accepted));
        foreach (var (to, query) in new[] { (Other, $"mount={digest}&from={Name}"), ("a/third", $"mount={digest}") })
        {
            await Client.GetAsync($"/v2/{to}/blobs/{digest}").ShouldBeAsync(HttpStatusCode.NotFound);
            var place = await Client.AskAsync("POST", $"/v2/{to}/blobs/uploads/?{query}")
                .PlaceAsync(HttpStatusCode.Created);
            Assert.Equal($"/v2/{to}/blobs/{digest}", place);
            await ShowsAsync(place, blob);
        }
    }

    [Fact]
    public async Task Manifests_of_every_kind_are_taken()
    {
        await Client.GetAsync($"/v2/{Name}/manifests/.INVALID_MANIFEST_NAME").ShouldBeAsync(HttpStatusCode.NotFound);
        var (config, layer) = (Text("{}"), Random(100));
        await Client.PushBlobAsync(Name, config);
        await Client.PushBlobAsync(Name, layer);
        var image = Image(config, [layer]);
        foreach (var tag in new[] { "test0", "test1", "test2", "test3" })
            Assert.Equal($"/v2/{Name}/manifests/{Digest(image)}", await Client.AskAsync(
                "PUT", $"/v2/{Name}/manifests/{tag}", image, MediaTypes.Image).PlaceAsync(HttpStatusCode.Created));
        await Client.AskAsync("PUT", $"/v2/{Name}/manifests/emptylayer", Image(config, []), MediaTypes.Image)
            .PlaceAsync(HttpStatusCode.Created);
        var artifact = Image(config, [layer], artifactType: "application/vnd.nhl.peanut.butter.bagel");
        await Client.AskAsync("PUT", $"/v2/{Name}/manifests/{Digest(artifact)}", artifact, MediaTypes.Image)
            .PlaceAsync(HttpStatusCode.Created);
        var index = Index(image, artifact);
        var nested = Text(Text(Index(index)).Replace(MediaTypes.Image, MediaTypes.Index));
        var empty = Index();
        foreach (var list in new[] { index, nested, empty })
            await Client.AskAsync("PUT", $"/v2/{Name}/manifests/{Digest(list)}", list, MediaTypes.Index)
                .PlaceAsync(HttpStatusCode.Created);
        using var got = await Client.GetAsync($"/v2/{Name}/manifests/{Digest(nested)}");
        Assert.Equal(nested, await got.Content.ReadAsByteArrayAsync());
        Assert.Equal(MediaTypes.Index, got.Content.Headers.ContentType!.ToString());
    }

    [Fact]
    public async Task A_manifest_may_speak_of_a_subject_that_is_not_here()
    {
        var subject = Digest(Random(10));
        await Client.PushBlobAsync(Name, Text("{}"));
        var manifest = Image(Text("{}"), [], subject);
        using var put = await Client.AskAsync(
            "PUT", $"/v2/{Name}/manifests/{Digest(manifest)}", manifest, MediaTypes.Image);
        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        Assert.Equal(subject, put.Header("OCI-Subject"));
    }

    [Fact]
    public async Task A_manifest_pushed_by_digest_takes_tags_along_also_by_sha512()
    {
        await Client.AskAsync("POST", $"/v2/{Name}/blobs/uploads/?digest={Digest(Text("{}"), true)}", Text("{}"))
            .PlaceAsync(HttpStatusCode.Created);
        var manifest = Image(Text("{}"), [], long512: true);
        var digest = Digest(manifest, true);
        using var put = await Client.AskAsync(
            "PUT", $"/v2/{Name}/manifests/{digest}?tag=one&tag=two", manifest, MediaTypes.Image);
        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        Assert.Equal("one,two", put.Header("OCI-Tag"));
        Assert.Equal(digest, put.Header("Docker-Content-Digest"));
        using var got = await Client.GetAsync($"/v2/{Name}/manifests/two");
        Assert.Equal(digest, got.Header("Docker-Content-Digest"));
        Assert.Equal(manifest, await got.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_manifest_with_another_digest_than_said_is_refused()
    {
        await Client.PushBlobAsync(Name, Text("{}"));
        var manifest = Image(Text("{}"), []);
        foreach (var wrong in new[] { Digest(Random(9)), "sha256:totallywrong", "sha256:baddigeststring" })
            await Client.AskAsync("PUT", $"/v2/{Name}/manifests/{wrong}", manifest, MediaTypes.Image)
                .ShouldBeAsync(HttpStatusCode.BadRequest, "DIGEST_INVALID");
        using var got = await Client.GetAsync($"/v2/{Name}/manifests/sha256:totallywrong");
        Assert.Equal(HttpStatusCode.NotFound, got.StatusCode);
        await Client.AskAsync("PUT", $"/v2/{Name}/manifests/sha256:totallywrong", Text("blablabla"), MediaTypes.Image)
            .ShouldBeAsync(HttpStatusCode.BadRequest, "MANIFEST_INVALID");
    }

    private static string Text(byte[] bytes) => System.Text.Encoding.UTF8.GetString(bytes);

    private static byte[] Text(string text) => Pushes.Text(text);
}
