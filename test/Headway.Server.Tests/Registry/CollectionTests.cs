using System.Net;
using Headway.Core.Pacts;
using Headway.Core.Pipelines;
using Headway.Core.Registry;
using Headway.Core.Scans;
using Headway.Server.Artifacts;
using Headway.Server.Registry;
using Headway.Server.Registry.Collecting;
using Headway.Server.Storage;
using Headway.Server.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using static Headway.Server.Tests.Registry.Pushes;

namespace Headway.Server.Tests.Registry;

/// <summary>What goes, what stays, and that pushes under way lose nothing.</summary>
public sealed class CollectionTests : IAsyncLifetime
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

    private Task<CollectionReport> CollectAsync(bool rehearsal = false) =>
        server.Get<Collection>().RunAsync(rehearsal, "test", default);

    private Task<string?> RuleAsync(int? keepLast = null, int? untaggedDays = null) =>
        server.Rules.KeepAsync(new([], [new("*", keepLast, null, null, untaggedDays)]), default);

    [Fact]
    public async Task Blobs_that_no_manifest_names_go_after_the_grace_and_what_is_shared_stays()
    {
        await Client.PushImageAsync(Name, "latest", "kept");
        var loose = await Client.PushBlobAsync(Name, Text("loose"));
        var shared = await Client.PushBlobAsync(Name, Text("shared"));
        await Client.PushImageAsync("other/repo", "latest", "shared");
        Assert.Equal(0, (await CollectAsync()).Count);
        server.Time.Advance(TimeSpan.FromHours(25));

        var rehearsal = await CollectAsync(rehearsal: true);
        Assert.Equal(new[] { loose, shared }.Order(), rehearsal.Gone.Select(one => one.Name).Order());
        Assert.All(rehearsal.Gone, one => Assert.Equal("no manifest of the repository names it", one.Why));
        Assert.Equal((1, 5), (rehearsal.Files, rehearsal.Bytes));
        Assert.True(server.Files.Contains(loose));

        var done = await CollectAsync();
        Assert.Equal((2, 1), (done.Count, done.Files));
        Assert.False(server.Files.Contains(loose));
        await Client.AskAsync("HEAD", $"/v2/{Name}/blobs/{shared}").ShouldBeAsync(HttpStatusCode.NotFound);
        await Client.AskAsync("HEAD", $"/v2/other/repo/blobs/{shared}").ShouldBeAsync(HttpStatusCode.OK);
        Assert.Equal("kept", await Client.GetStringAsync($"/v2/{Name}/blobs/{Digest(Text("kept"))}"));
        Assert.Equal(0, (await CollectAsync()).Count);
    }

    [Fact]
    public async Task Tags_go_by_the_rule_with_their_manifests_blobs_and_referrers_and_the_record_says_so()
    {
        await RuleAsync(keepLast: 1);
        var old = await Client.PushImageAsync(Name, "one", "one");
        await Client.PushImageAsync(Name, null, "signature of one", old, "application/signature");
        server.Time.Advance(TimeSpan.FromMinutes(1));
        var kept = await Client.PushImageAsync(Name, "two", "two");
        await Client.PushImageAsync(Name, null, "signature of two", kept, "application/signature");
        server.Time.Advance(TimeSpan.FromHours(25));
        var rehearsal = await CollectAsync(rehearsal: true);
        Assert.Equal(["tag", "manifest", "manifest"], rehearsal.Gone.Take(3).Select(one => one.Kind));
        Assert.Equal("one", rehearsal.Gone[0].Name);
        Assert.Contains("newest 1", rehearsal.Gone[0].Why);
        await Client.GetAsync($"/v2/{Name}/manifests/one").ShouldBeAsync(HttpStatusCode.OK);

        var done = await CollectAsync();
        Assert.Equal(2, done.Files);
        await Client.GetAsync($"/v2/{Name}/manifests/{old}").ShouldBeAsync(HttpStatusCode.NotFound);
        await Client.GetAsync($"/v2/{Name}/manifests/two").ShouldBeAsync(HttpStatusCode.OK);
        Assert.Single((await Client.JsonAsync($"/v2/{Name}/referrers/{kept}"))["manifests"]!.AsArray());
        foreach (var content in new[] { "two", "signature of two", "{}" })
            Assert.Equal(content, await Client.GetStringAsync($"/v2/{Name}/blobs/{Digest(Text(content))}"));
        var last = (await server.Events.ReadStreamAsync(RegistryRecord.StreamOf(Name), 0, default))[^1];
        Assert.Equal(("registry.collected", "test"), (last.Type, last.Actor));
    }

    [Fact]
    public async Task What_a_lane_could_go_back_to_stays_and_is_not_deleted_by_hand()
    {
        await RuleAsync(keepLast: 0, untaggedDays: 0);
        var runs = await Client.PushImageAsync(Name, "runs", "release");
        await Client.PushImageAsync(Name, null, "provenance", runs, "application/provenance");
        var other = await Client.PushImageAsync(Name, "other", "other");
        await LaneScene.PromotedAsync(server, Digest(Text("release")));
        server.Time.Advance(TimeSpan.FromDays(30));
        var report = await CollectAsync();
        Assert.Contains(report.Gone, one => one.Name == other);
        Assert.DoesNotContain(report.Gone, one => one.Name == runs || one.Name == "runs");
        await Client.GetAsync($"/v2/{Name}/manifests/runs").ShouldBeAsync(HttpStatusCode.OK);
        Assert.Single((await Client.JsonAsync($"/v2/{Name}/referrers/{runs}"))["manifests"]!.AsArray());
        foreach (var path in new[] { $"manifests/{runs}", $"blobs/{Digest(Text("release"))}" })
            await Client.AskAsync("DELETE", $"/v2/{Name}/{path}").ShouldBeAsync(HttpStatusCode.Forbidden, "DENIED");
    }

    [Fact]
    public async Task Files_of_releases_and_of_others_that_keep_blobs_are_never_collected()
    {
        var artifact = await server.Files.WriteAsync(new MemoryStream(Text("artifact of a release")), default);
        await LaneScene.PromotedAsync(server, artifact.Digest);
        await Client.PushBlobAsync(Name, Text("artifact of a release"));
        var foreign = await server.Files.WriteAsync(new MemoryStream(Text("a cache")), default);
        server.Time.Advance(TimeSpan.FromDays(30));
        await CollectAsync();
        Assert.True(server.Files.Contains(artifact.Digest));
        Assert.True(server.Files.Contains(foreign.Digest));
    }

    [Fact]
    public async Task Results_that_were_added_to_a_release_stay_also_when_the_same_bytes_were_pushed_and_let_go()
    {
        var scan = await server.Files.WriteAsync(new MemoryStream(Text("a scan")), default);
        var pact = await server.Files.WriteAsync(new MemoryStream(Text("a contract")), default);
        await server.Events.AppendAsync(
        [
            EventStreams.Write<ScanEvent>(ScanEvent.StreamOf("shop"), 0, "ann",
                [new ScanEvent.ResultAdded("shop-1", new(ResultKind.Scan, "s.json", scan.Digest, scan.Length))]),
            EventStreams.Write<PactEvent>(PactEvent.StreamOf("shop"), 0, "ann",
                [new PactEvent.ResultAdded("shop-1", new(ResultKind.Contracts, "p.json", pact.Digest, pact.Length))]),
        ], default);
        await LaneScene.PromotedAsync(server, Digest(Text("release")));
        foreach (var same in new[] { "a scan", "a contract", "loose" }) await Client.PushBlobAsync(Name, Text(same));
        server.Time.Advance(TimeSpan.FromDays(30));
        Assert.Equal(1, (await CollectAsync()).Files);
        Assert.True(server.Files.Contains(scan.Digest) && server.Files.Contains(pact.Digest));
    }

    [Fact]
    public async Task Asking_for_a_blob_counts_as_needing_it()
    {
        var digest = await Client.PushBlobAsync(Name, Text("{}"));
        server.Time.Advance(TimeSpan.FromHours(23));
        await Client.AskAsync("HEAD", $"/v2/{Name}/blobs/{digest}").ShouldBeAsync(HttpStatusCode.OK);
        server.Time.Advance(TimeSpan.FromHours(23));
        Assert.Equal(0, (await CollectAsync()).Count);
        await Client.AskAsync("PUT", $"/v2/{Name}/manifests/latest", Image(Text("{}"), []), MediaTypes.Image)
            .PlaceAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Uploads_that_nobody_writes_to_are_forgotten()
    {
        var at = await Client.AskAsync("PATCH", await Client.AskAsync("POST", $"/v2/{Name}/blobs/uploads/")
            .PlaceAsync(HttpStatusCode.Accepted), Random(100)).PlaceAsync(HttpStatusCode.Accepted);
        server.Time.Advance(TimeSpan.FromHours(23));
        Assert.Equal(0, (await CollectAsync()).Uploads);
        server.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(1, (await CollectAsync()).Uploads);
        await Client.GetAsync(at).ShouldBeAsync(HttpStatusCode.NotFound, "BLOB_UPLOAD_UNKNOWN");
        Assert.Empty(Directory.GetFiles(Path.Combine(folder.Path, "blobs", "uploads")));
    }

    [Fact]
    public async Task Pushes_that_run_while_it_collects_lose_nothing()
    {
        await RuleAsync(keepLast: 0, untaggedDays: 0);
        for (var at = 0; at < 20; at++) await Client.PushImageAsync(Name, $"old{at}", $"old {at}");
        server.Time.Advance(TimeSpan.FromDays(10));
        var pushing = Task.WhenAll(Enumerable.Range(0, 4).Select(async pusher =>
        {
            for (var at = 0; at < 15; at++)
            {
                // Layers that the old images had come again, and the empty configuration is shared by all.
                await Client.PushImageAsync(Name, $"new{pusher}-{at}", $"old {at}");
                await Client.PushImageAsync(Name, $"own{pusher}-{at}", $"new {pusher} {at}");
            }
        }));
        var collections = 0;
        while (!pushing.IsCompleted)
        {
            await CollectAsync();
            collections++;
        }
        await pushing;
        await CollectAsync();
        Assert.True(collections > 1);
        foreach (var tag in server.Registry.Manifests.Tags(Name, "", 1000)!)
            foreach (var layer in (await Client.JsonAsync($"/v2/{Name}/manifests/{tag}"))["layers"]!.AsArray())
            {
                var digest = layer!["digest"]!.GetValue<string>();
                Assert.Equal(digest, Digest(await Client.GetByteArrayAsync($"/v2/{Name}/blobs/{digest}")));
            }
        Assert.Equal(120, server.Registry.Manifests.Tags(Name, "", 1000)!.Count);
        Assert.Null(server.Registry.Manifests.Head(Name, "old0"));
    }
}
