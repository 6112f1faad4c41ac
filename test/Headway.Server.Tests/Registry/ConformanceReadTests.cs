using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Headway.Core.Registry;
using Headway.Server.Tests.Storage;
using Xunit;
using static Headway.Server.Tests.Registry.Pushes;

namespace Headway.Server.Tests.Registry;

/// <summary>The pull, discovery and management cases of the conformance suite of the distribution specification.</summary>
public sealed class ConformanceReadTests : IAsyncLifetime
{
    private const string Name = "conformance/repo1";
    private readonly TempFolder folder = new();
    private RegistryServer server = null!;

    private HttpClient Client => server.Client;

    public async ValueTask InitializeAsync() => server = await RegistryServer.StartAsync(folder.Path);

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task The_version_is_checked_with_and_without_a_slash()
    {
        foreach (var path in new[] { "/v2/", "/v2" })
        {
            using var answer = await Client.GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("registry/2.0", answer.Header("Docker-Distribution-Api-Version"));
        }
    }

    [Fact]
    public async Task Manifests_are_pulled_by_digest_and_tag_and_missing_ones_are_404()
    {
        var digest = await Client.PushImageAsync(Name, "tagtest0", "layer");
        foreach (var reference in new[] { digest, "tagtest0" })
            foreach (var method in new[] { "GET", "HEAD" })
            {
                using var answer = await Client.AskAsync(method, $"/v2/{Name}/manifests/{reference}");
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                Assert.Equal(MediaTypes.Image, answer.Content.Headers.ContentType!.ToString());
                Assert.Equal(digest, answer.Header("Docker-Content-Digest"));
                Assert.Equal(method == "GET" ? (await answer.Content.ReadAsByteArrayAsync()).Length
                    : answer.Content.Headers.ContentLength, answer.Content.Headers.ContentLength);
                Assert.True(answer.Content.Headers.ContentLength > 100);
            }
        foreach (var missing in new[] { Digest(Random(5)), "missing-tag", ".INVALID_MANIFEST_NAME" })
        {
            await Client.GetAsync($"/v2/{Name}/manifests/{missing}").ShouldBeAsync(
                HttpStatusCode.NotFound, "MANIFEST_UNKNOWN");
            await Client.AskAsync("HEAD", $"/v2/{Name}/manifests/{missing}").ShouldBeAsync(HttpStatusCode.NotFound);
        }
        await Client.AskAsync("HEAD", $"/v2/{Name}/blobs/{Digest(Random(5))}").ShouldBeAsync(HttpStatusCode.NotFound);
        await Client.AskAsync("HEAD", $"/v2/{Name}/blobs/{Digest(Text("layer"))}").ShouldBeAsync(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("bytes=500-1499", 206, 500, 1499), InlineData("bytes=500-", 206, 500, 2047)]
    [InlineData("bytes=-500", 206, 1548, 2047), InlineData("bytes=2000-5000", 206, 2000, 2047)]
    [InlineData("bytes=500-0", 416, 0, 0), InlineData("bytes=5000-10000", 416, 0, 0)]
    [InlineData("bytes=-5000", 206, 0, 2047), InlineData("bytes=-0", 416, 0, 0)]
    [InlineData("bytes=0-1,5-6", 200, 0, 2047), InlineData("bytes=x-y", 200, 0, 2047)]
    public async Task Parts_of_a_blob_are_pulled(string range, int status, int first, int last)
    {
        var blob = Random(2048);
        using var request = Request("GET", $"/v2/{Name}/blobs/{await Client.PushBlobAsync(Name, blob)}");
        request.Headers.TryAddWithoutValidation("Range", range);
        using var answer = await Client.SendAsync(request);
        Assert.Equal(status, (int)answer.StatusCode);
        if (status == 416) return;
        Assert.Equal(blob[first..(last + 1)], await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal(last - first + 1, answer.Content.Headers.ContentLength);
        if (status == 206)
            Assert.Equal($"bytes {first}-{last}/2048", answer.Content.Headers.ContentRange!.ToString());
    }

    [Fact]
    public async Task Tags_are_listed_in_order_and_in_pages_that_link_to_each_other()
    {
        await Client.GetAsync($"/v2/{Name}/tags/list").ShouldBeAsync(HttpStatusCode.NotFound, "NAME_UNKNOWN");
        string[] tags = ["Zeta", "alpha", "beta", "test0", "test1"];
        foreach (var tag in tags.Reverse()) await Client.PushImageAsync(Name, tag, "layer");
        Assert.Equal(tags, Tags(await Client.JsonAsync($"/v2/{Name}/tags/list")));
        Assert.Empty(Tags(await Client.JsonAsync($"/v2/{Name}/tags/list?n=0")));
        Assert.Equal(tags[3..], Tags(await Client.JsonAsync($"/v2/{Name}/tags/list?last=beta")));
        await Client.GetAsync($"/v2/{Name}/tags/list?n=many").ShouldBeAsync(HttpStatusCode.BadRequest);
        var (seen, path) = (new List<string>(), $"/v2/{Name}/tags/list?n=2");
        while (path is not null)
        {
            using var page = await Client.GetAsync(path);
            seen.AddRange(Tags(JsonNode.Parse(await page.Content.ReadAsStringAsync())!));
            path = page.Header("Link") is { } link ? link[1..link.IndexOf('>')] : null;
        }
        Assert.Equal(tags, seen);
        Assert.Equal([Name], (await Client.JsonAsync("/v2/_catalog"))["repositories"]!.AsArray()
            .Select(name => name!.GetValue<string>()));

        static string[] Tags(JsonNode list) => [.. list["tags"]!.AsArray().Select(tag => tag!.GetValue<string>())];
    }

    [Fact]
    public async Task Referrers_are_listed_by_subject_and_filtered_by_artifact_type()
    {
        var subject = await Client.PushImageAsync(Name, "image", "layer");
        var dangling = Digest(Text("missing"));
        var (one, two) = ("application/vnd.example.one", "application/vnd.example.two");
        var plain = await Client.PushImageAsync(Name, null, "plain", subject);
        var first = await Client.PushImageAsync(Name, "tagged", "first", subject, one);
        var second = await Client.PushImageAsync(Name, null, "second", subject, two);
        var lost = await Client.PushImageAsync(Name, null, "lost", dangling, two);

        using var all = await Client.GetAsync($"/v2/{Name}/referrers/{subject}");
        Assert.Equal(MediaTypes.Index, all.Content.Headers.ContentType!.ToString());
        Assert.Null(all.Header("OCI-Filters-Applied"));
        var list = JsonNode.Parse(await all.Content.ReadAsStringAsync())!;
        Assert.Equal(2, list["schemaVersion"]!.GetValue<int>());
        Assert.Equal(MediaTypes.Index, list["mediaType"]!.GetValue<string>());
        Assert.Equal(new[] { plain, first, second }.Order(), Digests(list));
        // Without an artifact type of its own it has the media type of its configuration.
        Assert.Equal(MediaTypes.Empty, list["manifests"]!.AsArray()
            .Single(found => found!["digest"]!.GetValue<string>() == plain)!["artifactType"]!.GetValue<string>());

        using var filtered = await Client.GetAsync($"/v2/{Name}/referrers/{subject}?artifactType={one}");
        Assert.Equal("artifactType", filtered.Header("OCI-Filters-Applied"));
        Assert.Equal([first], Digests(JsonNode.Parse(await filtered.Content.ReadAsStringAsync())!));
        Assert.Equal([lost], Digests(await Client.JsonAsync($"/v2/{Name}/referrers/{dangling}")));
        Assert.Empty(Digests(await Client.JsonAsync($"/v2/{Name}/referrers/{Digest(Random(4))}")));
        Assert.Empty(Digests(await Client.JsonAsync($"/v2/no/such/referrers/{Digest(Random(4))}")));
        await Client.GetAsync($"/v2/{Name}/referrers/sha256:bad").ShouldBeAsync(HttpStatusCode.BadRequest);
        await Client.AskAsync("DELETE", $"/v2/{Name}/manifests/{first}").ShouldBeAsync(HttpStatusCode.Accepted);
        Assert.Equal(new[] { plain, second }.Order(), Digests(await Client.JsonAsync($"/v2/{Name}/referrers/{subject}")));

        static IEnumerable<string> Digests(JsonNode list) =>
            list["manifests"]!.AsArray().Select(found => found!["digest"]!.GetValue<string>());
    }

    [Fact]
    public async Task Annotations_of_a_referrer_are_shown_with_it()
    {
        var subject = await Client.PushImageAsync(Name, "image", "layer");
        var manifest = JsonNode.Parse(Image(Text("{}"), [], subject, "application/vnd.example"))!;
        manifest["annotations"] = new JsonObject { ["org.opencontainers.conformance"] = "hello \"world\" \u00e4" };
        var bytes = Text(manifest.ToJsonString());
        await Client.AskAsync("PUT", $"/v2/{Name}/manifests/{Digest(bytes)}", bytes, MediaTypes.Image)
            .PlaceAsync(HttpStatusCode.Created);
        var found = (await Client.JsonAsync($"/v2/{Name}/referrers/{subject}"))["manifests"]![0]!;
        Assert.Equal("hello \"world\" \u00e4", found["annotations"]!["org.opencontainers.conformance"]!.GetValue<string>());
        Assert.Equal(bytes.Length, found["size"]!.GetValue<int>());
    }

    [Fact]
    public async Task Tags_manifests_and_blobs_are_deleted_at_once()
    {
        var digest = await Client.PushImageAsync(Name, "tagtest0", "layer");
        await Client.PushImageAsync(Name, "other", "layer");
        await Client.AskAsync("DELETE", $"/v2/{Name}/manifests/tagtest0").ShouldBeAsync(HttpStatusCode.Accepted);
        await Client.AskAsync("DELETE", $"/v2/{Name}/manifests/tagtest0").ShouldBeAsync(
            HttpStatusCode.NotFound, "MANIFEST_UNKNOWN");
        await Client.GetAsync($"/v2/{Name}/manifests/tagtest0").ShouldBeAsync(HttpStatusCode.NotFound);
        await Client.GetAsync($"/v2/{Name}/manifests/{digest}").ShouldBeAsync(HttpStatusCode.OK);
        await Client.AskAsync("DELETE", $"/v2/{Name}/manifests/{digest}").ShouldBeAsync(HttpStatusCode.Accepted);
        await Client.AskAsync("HEAD", $"/v2/{Name}/manifests/{digest}").ShouldBeAsync(HttpStatusCode.NotFound);
        await Client.GetAsync($"/v2/{Name}/manifests/other").ShouldBeAsync(HttpStatusCode.NotFound);
        Assert.Empty((await Client.JsonAsync($"/v2/{Name}/tags/list"))["tags"]!.AsArray());
        var blob = $"/v2/{Name}/blobs/{Digest(Text("layer"))}";
        await Client.AskAsync("DELETE", blob).ShouldBeAsync(HttpStatusCode.Accepted);
        await Client.AskAsync("HEAD", blob).ShouldBeAsync(HttpStatusCode.NotFound);
        await Client.AskAsync("DELETE", blob).ShouldBeAsync(HttpStatusCode.NotFound, "BLOB_UNKNOWN");
    }

    [Fact]
    public async Task Manifests_of_docker_are_taken_as_they_are()
    {
        await Client.PushBlobAsync(Name, Text("{}"));
        var image = Text(System.Text.Encoding.UTF8.GetString(Image(Text("{}"), []))
            .Replace(MediaTypes.Image, MediaTypes.DockerImage));
        await Client.AskAsync("PUT", $"/v2/{Name}/manifests/docker", image, MediaTypes.DockerImage)
            .PlaceAsync(HttpStatusCode.Created);
        var list = Text(System.Text.Encoding.UTF8.GetString(Index(image)).Replace(MediaTypes.Index, MediaTypes.DockerList));
        await Client.AskAsync("PUT", $"/v2/{Name}/manifests/list", list, MediaTypes.DockerList)
            .PlaceAsync(HttpStatusCode.Created);
        using var got = await Client.GetAsync($"/v2/{Name}/manifests/list");
        Assert.Equal(MediaTypes.DockerList, got.Content.Headers.ContentType!.ToString());
        Assert.Equal(list, await got.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_layer_that_is_not_to_be_given_away_may_be_missing_and_a_large_manifest_is_taken()
    {
        await Client.PushBlobAsync(Name, Text("{}"));
        var manifest = JsonNode.Parse(Image(Text("{}"), []))!;
        manifest["layers"] = new JsonArray(new JsonObject
        {
            ["mediaType"] = "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
            ["digest"] = Digest(Random(9)), ["size"] = 123456, ["urls"] = new JsonArray("https://store.example.com/x"),
        });
        manifest["annotations"] = new JsonObject(Enumerable.Range(0, 390).Select(
            at => KeyValuePair.Create<string, JsonNode?>($"large-annotation-{at}", new string('A', 10_000))));
        var bytes = Text(manifest.ToJsonString());
        Assert.True(bytes.Length > 3_900_000);
        await Client.AskAsync("PUT", $"/v2/{Name}/manifests/large", bytes, MediaTypes.Image)
            .PlaceAsync(HttpStatusCode.Created);
        using var got = await Client.GetAsync($"/v2/{Name}/manifests/large");
        Assert.Equal(bytes, await got.Content.ReadAsByteArrayAsync());
    }
}
