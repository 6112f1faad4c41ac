using System.Net;
using System.Net.Http.Headers;
using Headway.Server.Tests.Storage;
using Xunit;
using static Headway.Server.Tests.Registry.Pushes;

namespace Headway.Server.Tests.Registry;

/// <summary>Files that the disk damages, and when the registry looks.</summary>
public sealed class DamageTests : IAsyncLifetime
{
    private const string Name = "shop/checkout";
    private readonly TempFolder folder = new();
    private readonly byte[] blob = Random(1_000_000);
    private RegistryServer server = null!;
    private string digest = "";

    public async ValueTask InitializeAsync()
    {
        server = await RegistryServer.StartAsync(folder.Path);
        digest = await server.Client.PushBlobAsync(Name, blob);
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        folder.Dispose();
    }

    private string File => Path.Combine(folder.Path, "blobs", "sha256", digest[7..9], digest[9..]);

    private Task<byte[]> PullAsync() => server.Client.GetByteArrayAsync($"/v2/{Name}/blobs/{digest}");

    private Task<HttpResponseMessage> PartAsync() => server.Client.SendAsync(
        new(HttpMethod.Get, $"/v2/{Name}/blobs/{digest}") { Headers = { Range = new RangeHeaderValue(500_000, 500_009) } });

    /// <summary>As a disk does it: the time of the last write stays.</summary>
    private void Rot()
    {
        var at = System.IO.File.GetLastWriteTimeUtc(File);
        Write(file => file.WriteByte((byte)(blob[0] ^ 1)));
        System.IO.File.SetLastWriteTimeUtc(File, at);
    }

    /// <summary>Also while the server still closes it after a pull.</summary>
    private void Write(Action<FileStream> change)
    {
        using var file = new FileStream(
            File, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        change(file);
    }

    [Fact]
    public async Task A_server_that_started_again_knows_nothing_and_looks()
    {
        Assert.Equal(blob, await PullAsync());
        Rot();
        await server.DisposeAsync();
        server = await RegistryServer.StartAsync(folder.Path);
        await Assert.ThrowsAnyAsync<Exception>(PullAsync);
        await Assert.ThrowsAnyAsync<Exception>(PullAsync);
    }

    [Fact]
    public async Task A_part_of_a_damaged_blob_is_not_sent_even_when_that_part_is_whole()
    {
        using (var right = await PartAsync())
            Assert.Equal(blob[500_000..500_010], await right.Content.ReadAsByteArrayAsync());
        server.Time.Advance(TimeSpan.FromHours(2));
        Rot();
        await PartAsync().ShouldBeAsync(HttpStatusCode.InternalServerError, "UNKNOWN");
    }

    [Fact]
    public async Task A_blob_that_was_right_is_looked_at_again_after_an_hour()
    {
        Assert.Equal(blob, await PullAsync());
        Rot();
        // Within the hour it is sent as it is, and the client checks.
        Assert.NotEqual(blob, await PullAsync());
        server.Time.Advance(TimeSpan.FromMinutes(61));
        await Assert.ThrowsAnyAsync<Exception>(PullAsync);
        await server.Client.PushBlobAsync(Name, blob);
        Assert.Equal(blob, await PullAsync());
    }

    [Fact]
    public async Task A_file_that_was_written_to_or_cut_is_looked_at_at_once()
    {
        Assert.Equal(blob, await PullAsync());
        Write(file => file.WriteByte((byte)(blob[0] ^ 1)));
        await Assert.ThrowsAnyAsync<Exception>(PullAsync);
        Write(file => file.SetLength(0));
        await Assert.ThrowsAnyAsync<Exception>(PullAsync);
        await PartAsync().ShouldBeAsync(HttpStatusCode.RequestedRangeNotSatisfiable, "BLOB_UPLOAD_INVALID");
    }
}
