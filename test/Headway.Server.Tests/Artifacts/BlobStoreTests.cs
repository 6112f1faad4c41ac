using System.Security.Cryptography;
using System.Text;
using Headway.Server.Artifacts;
using Headway.Server.Tests.Storage;
using Xunit;

namespace Headway.Server.Tests.Artifacts;

public sealed class BlobStoreTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly TempFolder folder = new();
    private readonly BlobStore blobs;

    public BlobStoreTests() => blobs = new(folder.Path, new BlobLimits(1_000_000));

    public void Dispose() => folder.Dispose();

    [Theory, InlineData(0), InlineData(1), InlineData(131_072), InlineData(999_999)]
    public async Task What_was_written_is_read_back_by_its_digest(int length)
    {
        var bytes = RandomNumberGenerator.GetBytes(length);
        var blob = await blobs.WriteAsync(new MemoryStream(bytes), None);
        var hex = Convert.ToHexStringLower(SHA256.HashData(bytes));
        Assert.Equal(new Blob($"sha256:{hex}", length), blob);
        Assert.True(File.Exists(Path.Combine(folder.Path, "sha256", hex[..2], hex[2..])));
        await using var read = await blobs.OpenAsync(blob.Digest, None);
        var copy = new MemoryStream();
        await read.CopyToAsync(copy);
        Assert.Equal(bytes, copy.ToArray());
        Assert.Equal([blob], blobs.List());
        Assert.Empty(Arriving());
    }

    [Fact]
    public async Task A_damaged_blob_is_never_served_and_a_new_upload_heals_it()
    {
        var blob = await Write("the artifact");
        var file = FileOf(blob);
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[3] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);
        var e = await Assert.ThrowsAsync<BlobCorruptException>(() => blobs.OpenAsync(blob.Digest, None));
        Assert.Contains(blob.Digest, e.Message);
        await File.WriteAllBytesAsync(file, bytes[..4]);
        await Assert.ThrowsAsync<BlobCorruptException>(() => blobs.OpenAsync(blob.Digest, None));

        await Write("the artifact");
        await (await blobs.OpenAsync(blob.Digest, None)).DisposeAsync();
    }

    [Fact]
    public async Task A_blob_that_is_not_there_is_missing_and_what_is_no_digest_is_no_path()
    {
        await Assert.ThrowsAsync<BlobMissingException>(() => blobs.OpenAsync($"sha256:{new string('a', 64)}", None));
        foreach (var text in new[] { "", "sha256:", "sha256:../../../etc/passwd", $"sha256:{new string('A', 64)}",
            $"md5:{new string('a', 64)}", $"sha256:{new string('a', 62)}/x" })
            await Assert.ThrowsAsync<DigestInvalidException>(() => blobs.OpenAsync(text, None));
    }

    [Fact]
    public async Task An_upload_that_is_too_large_or_breaks_off_leaves_nothing_behind()
    {
        await Assert.ThrowsAsync<BlobTooLargeException>(() =>
            blobs.WriteAsync(new MemoryStream(new byte[1_000_001]), None));
        await Assert.ThrowsAsync<IOException>(() => blobs.WriteAsync(new BrokenStream(), None));
        Assert.Empty(blobs.List());
        Assert.Empty(Arriving());
        Assert.Equal(1_000_000, (await blobs.WriteAsync(new MemoryStream(new byte[1_000_000]), None)).Length);
    }

    [Fact]
    public async Task Of_the_same_bytes_at_once_one_file_remains()
    {
        var written = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Write("the same")));
        Assert.Single(written.Distinct());
        Assert.Single(blobs.List());
        Assert.Empty(Arriving());
    }

    [Fact]
    public async Task What_nobody_refers_to_is_deleted_unless_it_has_just_arrived()
    {
        var kept = await Write("kept");
        var unused = await Write("unused");
        var abandoned = Path.Combine(folder.Path, "arriving", "abandoned");
        await File.WriteAllTextAsync(abandoned, "half");
        var anHourAgo = DateTime.UtcNow.AddHours(-1);
        File.SetLastWriteTimeUtc(FileOf(kept), anHourAgo);
        File.SetLastWriteTimeUtc(FileOf(unused), anHourAgo);
        File.SetLastWriteTimeUtc(abandoned, anHourAgo);
        var recent = await Write("recent");

        var deleted = blobs.DeleteUnreferenced(new HashSet<string> { kept.Digest },
            DateTimeOffset.UtcNow.AddMinutes(-5));
        Assert.Equal([unused], deleted);
        Assert.Equal([kept, recent], blobs.List().OrderBy(blob => blob.Length));
        Assert.Empty(Arriving());
    }

    [Fact]
    public async Task A_full_disk_fails_the_upload_and_the_store_works_again_once_there_is_room()
    {
        using var small = SmallDisk.Mount(megabytes: 4);
        var store = new BlobStore(small.Path, new BlobLimits());
        var e = await Assert.ThrowsAsync<Headway.Server.Storage.StorageFullException>(
            () => store.WriteAsync(new MemoryStream(new byte[8 * 1024 * 1024]), None));
        Assert.Contains(small.Path, e.Message);
        Assert.Empty(store.List());
        var blob = await store.WriteAsync(new MemoryStream(new byte[1024 * 1024]), None);
        await (await store.OpenAsync(blob.Digest, None)).DisposeAsync();
    }

    private Task<Blob> Write(string text) => blobs.WriteAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), None);

    private string FileOf(Blob blob) => Path.Combine(folder.Path, "sha256", blob.Digest[7..9], blob.Digest[9..]);

    private string[] Arriving() => Directory.GetFiles(Path.Combine(folder.Path, "arriving"));

    private sealed class BrokenStream : MemoryStream
    {
        private int reads;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            ++reads < 3 ? ValueTask.FromResult(buffer.Length) : throw new IOException("The sender has gone.");
    }
}
