using System.Net;
using System.Net.Http.Headers;
using Headway.Server.Telemetry;
using Headway.Server.Telemetry.Disk;
using Headway.Server.Telemetry.Limits;
using Headway.Server.Telemetry.Series;
using Headway.Server.Tests.Storage;
using Xunit;

namespace Headway.Server.Tests.Telemetry;

public sealed class KeepingTests
{
    private readonly long _at = Requests.Now - 1_000_000;

    [Fact]
    public async Task After_a_kill_everything_that_was_answered_is_there_once()
    {
        using var folder = new TempFolder();
        using (var child = await ReceivingChild.StartAsync(folder.Path))
        {
            for (var i = 0; i < 300; i++)
                await PostAsync(child, "metrics", Requests.Sum("shop", "orders", true, true, (_at + i * 1000, 1)));
            for (var i = 1; i <= 20; i++)
            {
                await PostAsync(child, "traces", Requests.Span("shop", (UInt128)i, (ulong)i, isError: true));
                await PostAsync(child, "logs", Requests.Log("shop", $"message {i}"));
            }
            child.Kill();
        }
        // A kill in the middle of a write leaves a torn record behind.
        var journal = Directory.GetFiles(Path.Combine(folder.Path, "telemetry"), "journal-*").Single();
        await File.AppendAllBytesAsync(journal, [200, 0, 0, 0, 1, 2, 3, 4, 0, 9]);
        using (var child = await ReceivingChild.StartAsync(folder.Path))
        {
            await PostAsync(child, "metrics", Requests.Sum("shop", "orders", true, true, (_at + 300 * 1000, 1)));
            child.Kill();
        }
        for (var start = 0; start < 2; start++)
        {
            // The first start is after a kill; the second after a stop, which makes a checkpoint.
            await using var server = await OtlpServer.StartAsync(folder: folder.Path);
            Assert.Equal(string.Join(' ', Enumerable.Range(1, 301)), Assert.Single(server.All("orders_total")).Show());
            Assert.Equal(20, (await server.AskAsync("/traces?service=shop&limit=100")).GetArrayLength());
            Assert.Equal(20, (await server.AskAsync("/logs?service=shop&limit=100")).GetArrayLength());
            Assert.Equal(20, Assert.Single(server.Queries.Red("shop", null)).Errors);
            var source = server.Source("shop");
            Assert.Equal((301, 20, 20), (source.Points, source.Spans, source.Logs));
        }

        static async Task PostAsync(ReceivingChild child, string kind, byte[] body)
        {
            using var content = new ByteArrayContent(body)
            {
                Headers = { ContentType = new MediaTypeHeaderValue("application/x-protobuf") },
            };
            using var answer = await child.Client.PostAsync($"/v1/{kind}", content);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Counters_go_on_after_a_restart_and_older_samples_are_read_from_their_files()
    {
        using var folder = new TempFolder();
        for (var start = 0; start < 3; start++)
        {
            await using var server = await OtlpServer.StartAsync(folder: folder.Path);
            await server.TakeAsync(Requests.Sum("shop", "orders", true, true,
                [.. Enumerable.Range(start * 200, 200).Select(i => (_at + i * 1000L, 1.0))]));
        }
        await using var last = await OtlpServer.StartAsync(folder: folder.Path);
        Assert.Equal(string.Join(' ', Enumerable.Range(1, 600)), Assert.Single(last.All("orders_total")).Show());
        Assert.Equal("600", Assert.Single(last.All("orders_total", _at + 598_000)).Show());
        Assert.Equal(1, last.Queries.View(last.Intake).Use.Series);
    }

    [Fact]
    public async Task A_full_disk_is_said_and_everything_goes_on_in_memory_and_on_the_disk_once_there_is_room()
    {
        using var disk = SmallDisk.Mount(megabytes: 2);
        await using (var server = await OtlpServer.StartAsync(folder: disk.Path))
        {
            await server.TakeAsync(Requests.Gauge("shop", "depth", (_at, 1, "a")));
            var filler = disk.Fill();
            for (var i = 1; i <= 50; i++)
                Assert.Equal(0, (await server.TakeAsync(Requests.Gauge("shop", "depth", (_at + i, i, "a")))).Count);
            Assert.Equal(51, Assert.Single(server.All("depth")).Values.Length);
            Assert.Contains("Nothing of telemetry is kept on the disk",
                (await server.AskAsync("")).GetProperty("problem").GetString());
            File.Delete(filler);
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(120));
            // By itself, with the checkpoint that is due as soon as the disk takes one.
            while (server.State.Ask(state => state.Disk!.Problem ?? (state.Disk.IsBehind ? "behind"
                : null)) is not null)
                await Task.Delay(50, deadline.Token);
        }
        await using var again = await OtlpServer.StartAsync(folder: disk.Path);
        Assert.Equal(51, Assert.Single(again.All("depth")).Values.Length);
    }

    [Fact]
    public async Task A_request_of_the_journal_that_cannot_be_read_is_left_out_and_counted()
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(Path.Combine(folder.Path, "telemetry"));
        using (var file = new FramedFile(Path.Combine(folder.Path, "telemetry", "journal-0000000000.hw")))
        {
            byte[] at = [.. BitConverter.GetBytes(Requests.Now)];
            file.Append((byte)TelemetryKind.Metrics, [.. at, 0xff, 0xff, 0xff]);
            file.Append((byte)TelemetryKind.Metrics, [.. BitConverter.GetBytes(long.MaxValue), .. Requests.Gauge("shop",
                "never", (_at, 1, "a"))]);
            file.Append((byte)TelemetryKind.Metrics, [.. at, .. Requests.Gauge("shop", "depth", (_at, 1, "a"))]);
            file.Flush();
        }
        await using var server = await OtlpServer.StartAsync(folder: folder.Path);
        Assert.Equal("1", Assert.Single(server.All("depth")).Show());
        Assert.Equal(2, server.Queries.View(server.Intake).Corrupt);
    }

    [Fact]
    public async Task An_old_file_that_cannot_be_deleted_stays_and_the_others_go()
    {
        await using var server = await OtlpServer.StartAsync();
        // A folder is refused even to root, as a file on a broken disk is.
        var kept = Path.Combine(server.Folder, "telemetry", "series-000000000000001.hw");
        var gone = Path.Combine(server.Folder, "telemetry", "series-000000000000002.hw");
        Directory.CreateDirectory(kept);
        await File.WriteAllTextAsync(gone, "");
        List<StoredFile> files = [new(kept), new(gone)], forgotten = [];
        foreach (var file in files) file.Widen(1, 2, 100);
        server.State.Ask(state =>
        {
            state.Disk!.Shrink(state.Limits, files, forgotten.Add);
            return true;
        });
        Assert.Equal([gone], forgotten.Select(file => file.Path));
        Assert.False(File.Exists(gone));
    }

    [Fact]
    public async Task A_turn_of_the_upkeep_that_fails_does_not_stop_the_server_and_the_next_one_is_made()
    {
        await using var server = await OtlpServer.StartAsync(new() { CheckpointEvery = TimeSpan.Zero });
        // Nothing of Headway's is called so, and each checkpoint stumbles over it after it was written.
        var strange = Path.Combine(server.Folder, "telemetry", "journal-strange.hw");
        await File.WriteAllTextAsync(strange, "");
        var from = server.State.Ask(state => state.Disk!.Number);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        while (server.State.Ask(state => state.Disk!.Number) < from + 3) await Task.Delay(50, deadline.Token);
        File.Delete(strange);
        Assert.Equal(0, (await server.TakeAsync(Requests.Gauge("shop", "depth", (_at + 1, 2, "a")))).Count);
    }

    [Fact]
    public void A_file_of_records_ends_before_the_first_that_is_torn_or_damaged()
    {
        using var folder = new TempFolder();
        var path = Path.Combine(folder.Path, "file");
        var random = new Random(5);
        var records = Enumerable.Range(0, 30).Select(i => RandomBytes(random, i * 37)).ToArray();
        using (var file = new FramedFile(path))
        {
            foreach (var record in records) file.Append(7, record);
            file.Flush();
        }
        var whole = File.ReadAllBytes(path);
        Assert.Equal(30, Read(whole, out var isTorn));
        Assert.False(isTorn);
        for (var round = 0; round < 200; round++)
        {
            var bytes = whole[..random.Next(1, whole.Length)];
            Read(bytes, out isTorn);
            bytes = [.. whole];
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            Assert.True(Read(bytes, out isTorn) < 30 && isTorn);
        }

        int Read(byte[] bytes, out bool torn)
        {
            File.WriteAllBytes(path, bytes);
            using var reader = new FramedReader(path);
            var count = 0;
            for (; reader.Next(out var payload); count++) Assert.Equal(records[count], payload.ToArray());
            torn = reader.IsTorn;
            return count;
        }

        static byte[] RandomBytes(Random random, int count)
        {
            var bytes = new byte[count];
            random.NextBytes(bytes);
            return bytes;
        }
    }

    [Fact]
    public async Task Series_that_are_silent_make_room_and_can_still_be_read()
    {
        await using var server = await OtlpServer.StartAsync(new() { Series = 100, SeriesOfService = 100,
            Idle = TimeSpan.FromMinutes(10) });
        await server.TakeAsync(Requests.Gauge("old", "depth", [.. Enumerable.Range(0, 100).Select(i => (_at,
            (double)i, $"{i}"))]));
        Assert.Equal(0, (await server.TakeAsync(Requests.Gauge("new", "depth",
            [.. Enumerable.Range(0, 100).Select(i => (Requests.Now, (double)i, $"{i}"))]))).Count);
        Assert.Equal(100, server.Queries.View(server.Intake).Use.Series);
        Assert.Equal(200, server.All("depth").Count);
        Assert.Equal("7", Assert.Single(server.Queries.Select(
            [new("service_name", MatchKind.Equal, "old"), new("label", MatchKind.Equal, "7")], 0,
                long.MaxValue)).Show());
        Assert.Equal(0, server.Dropped("new", DropReason.TooManySeries));
    }
}
