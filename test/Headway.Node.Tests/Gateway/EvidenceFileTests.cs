using Headway.Core.Evidence;
using Headway.Node.Gateway.Counting;
using Xunit;

namespace Headway.Node.Tests.Gateway;

public sealed class EvidenceFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("headway-evidence").FullName;

    private string PathOf(string name) => Path.Combine(folder, name);

    private static EvidenceBatch Batch(long sequence) => new(
        "n1", "b", sequence, "a/b", 1, DateTimeOffset.UnixEpoch, SideCounts.None("r1"), null);

    [Fact]
    public async Task A_reader_follows_the_file_and_starts_after_what_was_acknowledged()
    {
        using var file = new EvidenceFile<EvidenceBatch>(PathOf("b.jsonl"), 1 << 20);
        var tail = new EvidenceTail<EvidenceBatch>(PathOf("b.jsonl"), batch => batch.Sequence);
        file.Append([Batch(1), Batch(2)]);
        Assert.Equal([1L], (await tail.ReadAsync(1, default)).Select(b => b.Sequence));
        file.Append([Batch(3)]);
        Assert.Equal([2L, 3L], (await tail.ReadAsync(10, default)).Select(b => b.Sequence));
        Assert.Empty(await tail.ReadAsync(10, default));
        Assert.Equal([3L], (await new EvidenceTail<EvidenceBatch>(PathOf("b.jsonl"), batch => batch.Sequence, after: 2).ReadAsync(10, default)).Select(b => b.Sequence));
    }

    [Fact]
    public async Task Beyond_its_limit_the_oldest_is_dropped_and_shows_as_a_gap()
    {
        using var file = new EvidenceFile<EvidenceBatch>(PathOf("b.jsonl"), 4000);
        var tail = new EvidenceTail<EvidenceBatch>(PathOf("b.jsonl"), batch => batch.Sequence);
        file.Append([Batch(1)]);
        Assert.Single(await tail.ReadAsync(10, default));
        for (var i = 2; i <= 100; i++) file.Append([Batch(i)]);
        Assert.InRange(new FileInfo(PathOf("b.jsonl")).Length, 1, 4000);
        var rest = (await tail.ReadAsync(1000, default)).Select(b => b.Sequence).ToList();
        Assert.Equal(100, rest[^1]);
        Assert.True(rest[0] > 2);
        Assert.Equal(rest.Count, rest[^1] - rest[0] + 1);
    }

    [Fact]
    public async Task A_torn_line_waits_and_a_damaged_one_is_left_out()
    {
        using (var file = new EvidenceFile<EvidenceBatch>(PathOf("b.jsonl"), 1 << 20)) file.Append([Batch(1)]);
        var whole = await File.ReadAllTextAsync(PathOf("b.jsonl"));
        await File.AppendAllTextAsync(PathOf("b.jsonl"), "{ damaged\n" + whole.Replace("\"sequence\":1", "\"sequence\":2")[..^9]);
        var tail = new EvidenceTail<EvidenceBatch>(PathOf("b.jsonl"), batch => batch.Sequence);
        Assert.Equal([1L], (await tail.ReadAsync(10, default)).Select(b => b.Sequence));
        await File.AppendAllTextAsync(PathOf("b.jsonl"), whole[^9..]);
        Assert.Equal([2L], (await tail.ReadAsync(10, default)).Select(b => b.Sequence));
    }

    [Fact]
    public async Task After_a_write_that_failed_the_next_batches_are_whole_and_the_lost_one_is_a_gap()
    {
        // A folder in the way of the shorter file makes the second append fail, as a full disk would.
        using var file = new EvidenceFile<EvidenceBatch>(PathOf("b.jsonl"), 600);
        file.Append([Batch(1)]);
        Directory.CreateDirectory(PathOf("b.jsonl.shorter"));
        Assert.ThrowsAny<Exception>(() => file.Append([Batch(2), Batch(3)]));
        Directory.Delete(PathOf("b.jsonl.shorter"));
        file.Append([Batch(4)]);
        var read = await new EvidenceTail<EvidenceBatch>(PathOf("b.jsonl"), batch => batch.Sequence).ReadAsync(10, default);
        Assert.Equal(4, read[^1].Sequence);
        Assert.DoesNotContain(read, batch => batch.Sequence is 2 or 3);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
