using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Headway.Core.Registry;
using Headway.Server.Registry;
using Headway.Server.Tests.Storage;
using Xunit;
using static Headway.Server.Tests.Registry.Pushes;

namespace Headway.Server.Tests.Registry;

/// <summary>Clients that lie, break off, come at once, or mean harm.</summary>
public sealed class BadInputTests : IAsyncLifetime
{
    private const string Name = "shop/checkout";
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

    [Theory]
    [InlineData("5-14"), InlineData("0-99"), InlineData("0-8"), InlineData("0-10"), InlineData("1-10")]
    public async Task A_content_range_that_lies_is_416_and_leaves_nothing(string range)
    {
        var at = await StartAsync();
        await Client.AskAsync("PATCH", at, Random(10), range: range)
            .ShouldBeAsync(HttpStatusCode.RequestedRangeNotSatisfiable, "BLOB_UPLOAD_INVALID");
        var blob = Random(10);
        await Client.AskAsync("PATCH", at, blob, range: "0-9").PlaceAsync(HttpStatusCode.Accepted);
        await Client.AskAsync("PUT", $"{at}?digest={Digest(blob)}").PlaceAsync(HttpStatusCode.Created);
    }

    [Theory, InlineData("ten-twenty"), InlineData("9-0"), InlineData("-5"), InlineData("0-"),
        InlineData("0-99999999999999999999")]
    public async Task A_content_range_that_is_none_is_400(string range) => await Client.AskAsync(
        "PATCH", await StartAsync(), Random(10), range: range).ShouldBeAsync(HttpStatusCode.BadRequest, "BLOB_UPLOAD_INVALID");

    [Theory, InlineData(8), InlineData(12)]
    public async Task A_stream_of_another_length_than_its_range_says_leaves_nothing(int sent)
    {
        var at = await StartAsync();
        var first = Random(100);
        await Client.AskAsync("PATCH", at, first).PlaceAsync(HttpStatusCode.Accepted);
        var request = new HttpRequestMessage(HttpMethod.Patch, at) { Content = new Unsized(Random(sent)) };
        request.Content.Headers.TryAddWithoutValidation("Content-Range", "100-109");
        await Client.SendAsync(request).ShouldBeAsync(HttpStatusCode.RequestedRangeNotSatisfiable);
        using var stand = await Client.GetAsync(at);
        Assert.Equal("0-99", stand.Header("Range"));
        // The hash that ran along cannot go back; the end is right all the same.
        await Client.AskAsync("PUT", $"{at}?digest={Digest(first)}").PlaceAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_manifest_that_names_what_is_missing_is_refused_and_says_what()
    {
        await Client.PushBlobAsync(Name, Text("{}"));
        await Client.PushBlobAsync("other/repo", Text("layer"));
        var manifest = Image(Text("{}"), [Text("layer"), Text("second")]);
        using (var put = await Client.AskAsync("PUT", $"/v2/{Name}/manifests/latest", manifest, MediaTypes.Image))
        {
            Assert.Equal(HttpStatusCode.NotFound, put.StatusCode);
            var error = JsonNode.Parse(await put.Content.ReadAsStringAsync())!["errors"]![0]!;
            Assert.Equal("MANIFEST_BLOB_UNKNOWN", error["code"]!.GetValue<string>());
            Assert.Equal([Digest(Text("layer")), Digest(Text("second"))],
                error["detail"]!.AsArray().Select(digest => digest!.GetValue<string>()));
        }
        await Client.AskAsync("PUT", $"/v2/{Name}/manifests/list", Index(manifest), MediaTypes.Index)
            .ShouldBeAsync(HttpStatusCode.NotFound, "MANIFEST_BLOB_UNKNOWN");
        await Client.GetAsync($"/v2/{Name}/manifests/latest").ShouldBeAsync(HttpStatusCode.NotFound);
        Assert.Empty(await server.Events.ReadStreamAsync(RegistryRecord.StreamOf(Name), 0, default));
    }

    [Fact]
    public async Task A_manifest_over_four_megabytes_is_413_also_when_it_does_not_say_so()
    {
        var large = new byte[Manifest.LargestBytes + 1];
        Array.Fill(large, (byte)' ');
        await Client.AskAsync("PUT", $"/v2/{Name}/manifests/latest", large, MediaTypes.Image)
            .ShouldBeAsync(HttpStatusCode.RequestEntityTooLarge, "MANIFEST_INVALID");
        var request = new HttpRequestMessage(HttpMethod.Put, $"/v2/{Name}/manifests/latest")
        {
            Content = new Unsized(large),
        };
        request.Content.Headers.ContentType = new(MediaTypes.Image);
        await Client.SendAsync(request).ShouldBeAsync(HttpStatusCode.RequestEntityTooLarge);
    }

    [Theory]
    [InlineData("PUT /v2/../../etc/passwd/manifests/x"), InlineData("GET /v2/shop/%2e%2e/%2e%2e/manifests/x")]
    [InlineData("GET /v2/shop%2Fcheckout/manifests/x"), InlineData("GET /v2/shop/..%2f..%2fetc/blobs/x")]
    [InlineData("GET /v2/shop//manifests/x"), InlineData("GET /v2/SHOP/manifests/x"), InlineData("POST /v2/a%00b/blobs/uploads/")]
    [InlineData("POST /v2/-/blobs/uploads/"), InlineData("GET /v2/shop/blobs/..%2f..%2fregistry.db")]
    [InlineData("GET /v2/shop/blobs/uploads/..%2f..%2fx"), InlineData("GET /v2/shop/manifests/..%2fx")]
    [InlineData("GET /v2/x/blobs/sha256:../../../../../../etc/passwd"), InlineData("PUT /v2/%C3%A4/manifests/x")]
    public async Task Tricks_with_paths_name_nothing(string line)
    {
        var before = Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories).Length;
        var answer = await RawAsync($"{line} HTTP/1.1\r\nContent-Length: 0\r\n");
        Assert.Matches("^HTTP/1.1 (400|404) ", answer);
        Assert.Equal(before, Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public async Task A_name_of_three_hundred_characters_is_refused()
    {
        await Client.AskAsync("POST", $"/v2/{new string('a', 300)}/blobs/uploads/").ShouldBeAsync(
            HttpStatusCode.BadRequest, "NAME_INVALID");
        await Client.GetAsync($"/v2/a/manifests/{new string('a', 300)}").ShouldBeAsync(HttpStatusCode.NotFound);
        await Client.PushBlobAsync(Name, Text("{}"));
        await Client.AskAsync("PUT", $"/v2/{Name}/manifests/{new string('a', 129)}", Image(Text("{}"), []), MediaTypes.Image)
            .ShouldBeAsync(HttpStatusCode.BadRequest, "TAG_INVALID");
    }

    [Fact]
    public async Task Ten_thousand_tags_are_listed()
    {
        await Client.PushBlobAsync(Name, Text("{}"));
        var manifest = Image(Text("{}"), []);
        for (var batch = 0; batch < 200; batch++)
            await server.Registry.Manifests.PutAsync(new(Name, MediaTypes.Image, manifest, null,
                [.. Enumerable.Range(0, 50).Select(at => $"t{batch * 50 + at:00000}")]), "test", default);
        var tags = (await Client.JsonAsync($"/v2/{Name}/tags/list"))["tags"]!.AsArray();
        Assert.Equal(10_000, tags.Count);
        Assert.Equal("t00000", tags[0]!.GetValue<string>());
        Assert.Equal("t09999", tags[9_999]!.GetValue<string>());
    }

    [Fact]
    public async Task Pushes_of_one_tag_at_once_leave_one_of_them_and_all_manifests()
    {
        await Client.PushBlobAsync(Name, Text("{}"));
        var manifests = Enumerable.Range(0, 20).Select(at => Image(Text("{}"), [], artifactType: $"type/{at}")).ToArray();
        await Task.WhenAll(manifests.Select(manifest => Client.AskAsync(
            "PUT", $"/v2/{Name}/manifests/latest", manifest, MediaTypes.Image).PlaceAsync(HttpStatusCode.Created)));
        using var got = await Client.GetAsync($"/v2/{Name}/manifests/latest");
        Assert.Contains(got.Header("Docker-Content-Digest"), manifests.Select(manifest => Digest(manifest)));
        foreach (var manifest in manifests)
            await Client.GetAsync($"/v2/{Name}/manifests/{Digest(manifest)}").ShouldBeAsync(HttpStatusCode.OK);
        var fixedOnes = await Task.WhenAll(manifests.Select(async manifest => (await Client.AskAsync(
            "PUT", $"/v2/{Name}/manifests/v1.0.0", manifest, MediaTypes.Image)).StatusCode));
        Assert.Single(fixedOnes, HttpStatusCode.Created);
        Assert.Equal(19, fixedOnes.Count(status => status == HttpStatusCode.Conflict));
    }

    [Fact]
    public async Task A_push_that_is_cut_off_goes_on_where_it_was_and_shows_nothing_before_its_end()
    {
        var blob = Random(1_000_000);
        var at = await StartAsync();
        using (var socket = new Socket(SocketType.Stream, ProtocolType.Tcp))
        {
            await socket.ConnectAsync("127.0.0.1", server.Port);
            await socket.SendAsync(Head($"PATCH {at} HTTP/1.1\r\nContent-Length: {blob.Length}\r\n"));
            await socket.SendAsync(blob.AsMemory(0, 500_000));
            await UntilAsync(at, upload => upload.Length > 0);
            await socket.SendAsync(blob.AsMemory(500_000, 490_000));
        }
        await UntilAsync(at, upload => !upload.IsBusy);
        var stood = await StoodAsync(at);
        Assert.InRange(stood, 1, 990_000);
        await Client.GetAsync($"/v2/{Name}/blobs/{Digest(blob)}").ShouldBeAsync(HttpStatusCode.NotFound);
        Assert.Empty(server.Files.List());
        await Client.AskAsync("PATCH", at, blob[stood..], range: $"{stood}-{blob.Length - 1}")
            .PlaceAsync(HttpStatusCode.Accepted);
        await Client.AskAsync("PUT", $"{at}?digest={Digest(blob)}").PlaceAsync(HttpStatusCode.Created);
        using var got = await Client.GetAsync($"/v2/{Name}/blobs/{Digest(blob)}");
        Assert.Equal(blob, await got.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task An_upload_goes_on_after_a_restart_of_the_server()
    {
        var blob = Random(300_000);
        var at = await Client.AskAsync("PATCH", await StartAsync(), blob[..200_000]).PlaceAsync(HttpStatusCode.Accepted);
        await server.DisposeAsync();
        server = await RegistryServer.StartAsync(folder.Path);
        Assert.Equal(200_000, await StoodAsync(at));
        await Client.AskAsync("PUT", $"{at}?digest={Digest(blob)}", blob[200_000..], range: "200000-299999")
            .PlaceAsync(HttpStatusCode.Created);
        using var got = await Client.GetAsync($"/v2/{Name}/blobs/{Digest(blob)}");
        Assert.Equal(blob, await got.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Bytes_that_rotted_on_the_disk_end_as_a_broken_transfer()
    {
        var blob = Random(1_000_000);
        var digest = await Client.PushBlobAsync(Name, blob);
        var hex = digest["sha256:".Length..];
        await using (var file = File.OpenWrite(Path.Combine(folder.Path, "blobs", "sha256", hex[..2], hex[2..])))
            file.WriteByte((byte)(blob[0] ^ 1));
        await Assert.ThrowsAnyAsync<Exception>(async () =>
            await Client.GetByteArrayAsync($"/v2/{Name}/blobs/{digest}"));
        // A new push heals it.
        await Client.PushBlobAsync(Name, blob);
        Assert.Equal(blob, await Client.GetByteArrayAsync($"/v2/{Name}/blobs/{digest}"));
    }

    [Fact]
    public async Task What_is_too_much_is_refused()
    {
        await server.DisposeAsync();
        server = await RegistryServer.StartAsync(folder.Path, new()
        {
            CollectEvery = TimeSpan.FromDays(40), LargestBlobBytes = 1000, MostUploads = 2, MostRepositories = 1,
        });
        var at = await StartAsync();
        await Client.AskAsync("PATCH", at, Random(1001)).ShouldBeAsync(HttpStatusCode.RequestEntityTooLarge, "SIZE_INVALID");
        await Client.SendAsync(new(HttpMethod.Patch, at) { Content = new Unsized(Random(1001)) })
            .ShouldBeAsync(HttpStatusCode.RequestEntityTooLarge, "SIZE_INVALID");
        await StartAsync();
        await Client.AskAsync("POST", $"/v2/{Name}/blobs/uploads/").ShouldBeAsync((HttpStatusCode)429, "TOOMANYREQUESTS");
        await Client.AskAsync("PUT", $"{at}?digest={Digest([])}").PlaceAsync(HttpStatusCode.Created);
        await Client.AskAsync("POST", $"/v2/a/second/blobs/uploads/?digest={Digest(Text("x"))}", Text("x"))
            .ShouldBeAsync((HttpStatusCode)429, "TOOMANYREQUESTS");
    }

    [Fact]
    public async Task Uploads_of_one_repository_are_not_found_in_another()
    {
        var at = await StartAsync();
        await Client.GetAsync(at.Replace(Name, "other/repo")).ShouldBeAsync(HttpStatusCode.NotFound, "BLOB_UPLOAD_UNKNOWN");
        await Client.GetAsync($"/v2/{Name}/blobs/uploads/nothing").ShouldBeAsync(
            HttpStatusCode.NotFound, "BLOB_UPLOAD_UNKNOWN");
        await Client.AskAsync("PATCH", $"/v2/{Name}/manifests/latest").ShouldBeAsync(
            HttpStatusCode.MethodNotAllowed, "UNSUPPORTED");
        await Client.AskAsync("PUT", at).ShouldBeAsync(HttpStatusCode.BadRequest, "DIGEST_INVALID");
    }

    private async Task UntilAsync(string at, Func<Upload, bool> holds)
    {
        var upload = server.Registry.Uploads.Find(Name, at.Split('/')[^1]);
        for (var deadline = DateTime.UtcNow.AddSeconds(120); !holds(upload); await StoodAsync(at))
            Assert.True(DateTime.UtcNow < deadline, $"It stands at {upload.Length}.");
    }

    /// <summary>How much is there.</summary>
    private async Task<int> StoodAsync(string at)
    {
        using var stand = await Client.GetAsync(at);
        Assert.Equal(HttpStatusCode.NoContent, stand.StatusCode);
        return int.Parse(stand.Header("Range")![2..]) + 1;
    }

    /// <summary>The answer to a request that is sent as it is.</summary>
    private async Task<string> RawAsync(string head)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync("127.0.0.1", server.Port);
        await socket.SendAsync(Head(head));
        await using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(120));
    }

    private byte[] Head(string line) => Encoding.ASCII.GetBytes(
        $"{line}Host: 127.0.0.1\r\nConnection: close\r\nAuthorization: Bearer {server.Admin}\r\n\r\n");

    private sealed class Unsized(byte[] bytes) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            stream.WriteAsync(bytes).AsTask();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
