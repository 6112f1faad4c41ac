using System.Net;
using System.Net.Sockets;
using System.Text;
using Headway.Core.Registry;
using Headway.Server.Registry;
using Headway.Server.Registry.Collecting;
using Headway.Server.Tests.Storage;
using Xunit;
using static Headway.Server.Tests.Registry.Pushes;

namespace Headway.Server.Tests.Registry;

/// <summary>Kills at any moment, a disk without room, and clients that stand still.</summary>
public sealed class CrashTests
{
    private const string Name = PushingChild.Name;

    [Fact]
    public async Task A_kill_in_the_middle_of_pushes_loses_nothing_that_was_acknowledged_and_leaves_nothing_half()
    {
        using var folder = new TempFolder();
        var acknowledged = new List<string>();
        var round = 0;
        foreach (var kill in new[] { 1, 7, 23, 60 })
        {
            using var child = PushingChild.Start(folder.Path, round++);
            for (var lines = 0; await child.Output.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(120)) is { } tag;)
            {
                acknowledged.Add(tag);
                // What it had written before it died still comes out of the pipe.
                if (++lines == kill) child.Kill();
            }
        }
        await using var server = await RegistryServer.StartAsync(folder.Path);
        var tags = server.Registry.Manifests.Tags(Name, "", 10_000)!;
        Assert.Empty(acknowledged.Except(tags));
        Assert.True(acknowledged.Count >= 91);
        // Also those that were not acknowledged any more: whole, or not there.
        foreach (var tag in tags)
            foreach (var layer in (await server.Client.JsonAsync($"/v2/{Name}/manifests/{tag}"))["layers"]!.AsArray())
            {
                var digest = layer!["digest"]!.GetValue<string>();
                Assert.Equal(digest, Digest(await server.Client.GetByteArrayAsync($"/v2/{Name}/blobs/{digest}")));
            }
        // What the kills left behind is found by a collection, down to the last file.
        server.Time.Advance(TimeSpan.FromHours(25));
        await server.Get<Collection>().RunAsync(isRehearsal: false, "test", default);
        Assert.Equal(tags.Count + 1, server.Files.List().Count());
        Assert.Empty(Directory.GetFiles(Path.Combine(folder.Path, "blobs", "uploads")));
        Assert.Null((await server.Events.VerifyAsync(default)).Problem);
    }

    [Fact]
    public async Task A_full_disk_is_507_and_the_upload_goes_on_when_there_is_room()
    {
        using var disk = SmallDisk.Mount(24);
        await using var server = await RegistryServer.StartAsync(disk.Path);
        var kept = await server.Client.PushImageAsync(Name, "latest", "layer");
        var blob = Random(4_000_000);
        var at = await server.Client.AskAsync("POST", $"/v2/{Name}/blobs/uploads/").PlaceAsync(HttpStatusCode.Accepted);
        await server.Client.AskAsync("PATCH", at, blob[..1_000_000]).PlaceAsync(HttpStatusCode.Accepted);
        var filler = disk.Fill();
        await server.Client.AskAsync("PATCH", at, blob[1_000_000..]).ShouldBeAsync(
            HttpStatusCode.InsufficientStorage, "UNKNOWN");
        await server.Client.AskAsync("POST", $"/v2/{Name}/blobs/uploads/?digest={Digest(blob)}", blob)
            .ShouldBeAsync(HttpStatusCode.InsufficientStorage);
        await server.Client.AskAsync("PUT", $"/v2/{Name}/manifests/other", Image(Text("{}"), [Text("layer")],
            artifactType: new string('x', 100_000)), MediaTypes.Image).ShouldBeAsync(HttpStatusCode.InsufficientStorage);
        await server.Client.GetAsync($"/v2/{Name}/manifests/{kept}").ShouldBeAsync(HttpStatusCode.OK);
        await server.Client.GetAsync($"/v2/{Name}/manifests/other").ShouldBeAsync(HttpStatusCode.NotFound);

        File.Delete(filler);
        using var stand = await server.Client.GetAsync(at);
        var stood = int.Parse(stand.Header("Range")![2..]) + 1;
        Assert.True(stood >= 1_000_000);
        await server.Client.AskAsync("PUT", $"{at}?digest={Digest(blob)}", blob[stood..],
            range: $"{stood}-{blob.Length - 1}").PlaceAsync(HttpStatusCode.Created);
        Assert.Equal(blob, await server.Client.GetByteArrayAsync($"/v2/{Name}/blobs/{Digest(blob)}"));
    }

    [Fact]
    public async Task A_client_that_stands_still_holds_only_its_own_upload()
    {
        using var folder = new TempFolder();
        await using var server = await RegistryServer.StartAsync(folder.Path, new()
        {
            CollectEvery = TimeSpan.FromDays(40), UploadWait = TimeSpan.FromMilliseconds(100),
        });
        var at = await server.Client.AskAsync("POST", $"/v2/{Name}/blobs/uploads/").PlaceAsync(HttpStatusCode.Accepted);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync("127.0.0.1", server.Port);
        await socket.SendAsync(Encoding.ASCII.GetBytes($"PATCH {at} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            + $"Content-Length: 1000\r\nAuthorization: Bearer {server.Admin}\r\n\r\nhalf"));
        var upload = server.Registry.Uploads.Find(Name, at.Split('/')[^1]);
        for (var deadline = DateTime.UtcNow.AddSeconds(120); !upload.IsBusy; await server.Client.GetStringAsync("/v2/"))
            Assert.True(DateTime.UtcNow < deadline, "The request did not begin.");
        await server.Client.AskAsync("PATCH", at, Random(10)).ShouldBeAsync(HttpStatusCode.Conflict, "BLOB_UPLOAD_INVALID");
        await server.Client.GetAsync(at).ShouldBeAsync(HttpStatusCode.NoContent);
        await server.Client.PushImageAsync(Name, "latest", "layer");
        socket.Close();
        // What it had sent counts, and the next one goes on.
        for (var deadline = DateTime.UtcNow.AddSeconds(120); upload.IsBusy; await server.Client.GetStringAsync("/v2/"))
            Assert.True(DateTime.UtcNow < deadline, "The server does not notice that the client is gone.");
        var rest = Text("-time");
        var whole = upload.Length == 4 ? Text("half-time") : rest;
        await server.Client.AskAsync("PUT", $"{at}?digest={Digest(whole)}", rest).PlaceAsync(HttpStatusCode.Created);
    }
}
