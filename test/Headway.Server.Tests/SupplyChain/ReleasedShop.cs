using System.Net.Http.Json;
using System.Text.Json;
using Headway.Core;
using Headway.Core.Releases;
using Headway.Core.SupplyChain;
using Headway.Server.Artifacts;
using Headway.Server.Registry;
using Headway.Server.SupplyChain;
using Headway.Server.Tests.Pipelines;
using Headway.Server.Tests.Sources;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Headway.Server.Tests.SupplyChain;

/// <summary>A service whose commits become releases, by a real repository, server and runner.</summary>
internal sealed class ReleasedShop : IAsyncDisposable
{
    public const string Lock = """
        {"name":"shop","lockfileVersion":3,"packages":{"":{"dependencies":{"left-pad":"1.3.0"}},
        "node_modules/left-pad":{"version":"1.3.0","integrity":"sha512-XI5MPzVNApjAyhQzphX8BkmKsKUxD4LdyK24iZeQGinBN9yTQT3bFlCBy/aVx2HrNcqQGsdot8ghrjyrvMCoEA=="}}}
        """;

    private ReleasedShop(PipelineServer server, GitRepository repository) => (Server, Repository) = (server, repository);

    public PipelineServer Server { get; }
    public GitRepository Repository { get; }
    public HttpClient Http => Server.Http;

    public static async Task<ReleasedShop> StartAsync(string? yaml = null)
    {
        var repository = CommitToReleaseTests.Shop().Write("package-lock.json", Lock);
        if (yaml is not null) repository.Write("headway.yaml", yaml);
        repository.Commit("First page");
        var server = await PipelineServer.StartAsync();
        server.Runner();
        (await server.RegisterAsync(repository.Folder)).EnsureSuccessStatusCode();
        return new(server, repository);
    }

    public async Task<Release> ReleaseAsync(int number)
    {
        var run = await Server.EndedAsync($"shop-{number}");
        Assert.True(run.Release is not null, run.Says);
        return run.Release;
    }

    public Task<string?> WhyRefusedAsync(Release release) => Server.Get<ReleaseGate>().WhyRefusedAsync(release, default);

    public Task<Verification> VerifyAsync(Release release) => Server.Get<ReleaseGate>().VerifyAsync(release, default);

    /// <summary>Digest of the bundle in which the server says something of this kind about a release.</summary>
    public async Task<(string Manifest, string Bundle)> SaidAsync(Release release, string kind)
    {
        var shelf = Server.Get<ReleaseShelf>();
        foreach (var digest in shelf.Referrers(release.Service, release.ManifestDigest!))
            if (OciManifest.Read(shelf.Manifest(release.Service, digest)!) is { Annotations: { } notes } manifest
                && notes.GetValueOrDefault(Annotation.BundlePredicate) == kind) return (digest, manifest.Layers[0].Digest);
        await Task.CompletedTask;
        throw new InvalidOperationException($"Nothing of {kind} is said.");
    }

    /// <summary>Changes one bit of a blob's file, as a disk or an attacker would.</summary>
    public void ChangeBlob(string digest)
    {
        var file = Path.Combine(Server.Data, "blobs", "sha256", digest[7..9], digest[9..]);
        var bytes = File.ReadAllBytes(file);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(file, bytes);
    }

    /// <summary>Changes the bytes of a manifest, or deletes it, behind the back of the registry.</summary>
    public void Index(string sql, string digest, int rows = 1)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(Server.Data, "registry", "registry.db")}");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("$digest", digest);
        Assert.Equal(rows, command.ExecuteNonQuery());
    }

    public async Task<string> UploadAsync(byte[] bytes)
    {
        var answer = await Http.PostAsync("api/v1/releases/files", new ByteArrayContent(bytes));
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<Blob>(Wire.Json))!.Digest;
    }

    public Task<HttpResponseMessage> HandOverAsync(HandoverRequest request) =>
        Http.PostAsJsonAsync("api/v1/releases", request, Wire.Json);

    public static async Task<string> SaysAsync(HttpResponseMessage answer) =>
        JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync()).GetProperty("detail").GetString()!;

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Repository.Dispose();
        SqliteConnection.ClearAllPools();
    }
}
