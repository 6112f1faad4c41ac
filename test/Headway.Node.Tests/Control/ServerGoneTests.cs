using System.Collections.Immutable;
using System.Text.Json;
using Headway.Core;
using Headway.Core.Evidence;
using Headway.Core.Nodes;
using Headway.Core.Services;
using Headway.Node.Control;
using Headway.Node.Tests.Programs;
using Xunit;

namespace Headway.Node.Tests.Control;

/// <summary>The server is away, comes back, or says what must not be obeyed.</summary>
public sealed class ServerGoneTests
{
    private const string Release = "shop-1-aaaaaaa";

    [Fact]
    public async Task A_node_that_starts_without_its_server_does_what_it_last_was_told()
    {
        await using var node = await TestNode.StartAsync();
        node.Place(Release, node.WebArtifact(), TestNode.Web(), 1);
        var instance = (await node.ReadyAsync(Release)).Instances.Single();
        await node.StopAsync();
        var port = node.Server.Address.Port;
        var desired = node.Server.Desired;
        await node.Server.DisposeAsync();
        System.Diagnostics.Process.GetProcessById(instance.Pid).Kill();

        node.Run();
        using var http = new HttpClient();
        var record = Path.Combine(node.Data, "instances", instance.Id, "record.json");
        await node.EventuallyAsync(() => File.ReadAllText(record).Contains("\"wasReady\":true")
            && !File.ReadAllText(record).Contains($"\"port\":{instance.Port},"));

        node.Server = await TestServer.StartAsync(port);
        node.Server.Offer(desired);
        var seen = await node.ReadyAsync(Release);
        Assert.Equal(1, seen.Instances.Single().Restarts);
        Assert.Equal(desired.Version, node.Server.Report!.Version);
    }

    [Fact]
    public async Task An_older_document_and_a_lower_fence_are_not_obeyed_and_it_is_said()
    {
        await using var node = await TestNode.StartAsync();
        node.Server.Offer(DesiredState.Empty("n1") with { Epoch = 2, Version = 10 });
        await node.EventuallyAsync(() => node.Server.Report is { Epoch: 2, Version: 10 });
        node.Server.Offer(DesiredState.Empty("n1") with { Epoch = 1, Version = 99 });
        await node.EventuallyAsync(() => node.Server.Report!.Problems.Any(problem =>
            problem.Contains("desired state 1.99, which is older than 2.10 in force")));
        Assert.Equal((2, 10), (node.Server.Report!.Epoch, node.Server.Report.Version));
        node.Server.Offer(DesiredState.Empty("n1") with { Epoch = 3, Version = 1 });
        await node.EventuallyAsync(() => node.Server.Report is { Epoch: 3, Version: 1, Problems.Length: 0 });
    }

    [Fact]
    public async Task Evidence_waits_for_the_server_arrives_once_and_files_of_dead_gateways_go()
    {
        await using var node = await TestNode.StartAsync();
        node.Server.Refuse = 503;
        var file = Path.Combine(node.Data, "evidence", "boot1.jsonl");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        // Whole at once: an empty file of a gateway that is not there any more has nothing to wait for, and goes.
        var whole = file + ".whole";
        File.WriteAllLines(whole, Enumerable.Range(1, 450).Select(sequence => JsonSerializer.Serialize(Batch(sequence), Wire.Json)));
        File.Move(whole, file);
        await node.EventuallyAsync(() => node.Server.Asked.Any(path => path.EndsWith("/evidence")));
        await node.StopAsync();
        Assert.True(File.Exists(file));

        node.Server.Refuse = null;
        node.Server.Want(desired => desired);
        node.Run();
        await node.EventuallyAsync(() => !File.Exists(file));
        Assert.Equal(Enumerable.Range(1, 450).Select(sequence => (long)sequence),
            node.Server.Evidence.Select(batch => batch.Sequence));
    }

    [Fact]
    public async Task Output_is_sent_with_its_release_also_what_was_written_while_the_server_was_away()
    {
        await using var node = await TestNode.StartAsync();
        var gate = Path.Combine(node.Data, "gate");
        var digest = node.Artifact(("run.sh", System.Text.Encoding.UTF8.GetBytes(
            $"#!/bin/sh\necho before\nuntil [ -e {gate} ]; do sleep 0.05; done\necho while away >&2\nprintf 'no end'\nexec sleep 1000\n"), true));
        node.Place(Release, digest, new RunSpec("./run.sh"), 1);
        await node.EventuallyAsync(() => Lines(node).Contains("stdout before"));
        node.Server.Refuse = 503;
        await File.WriteAllTextAsync(gate, "");
        var errors = Path.Combine(node.Data, "instances", "shop-production-1-aaaaaaa-1", "err.log");
        await node.EventuallyAsync(() => new FileInfo(errors) is { Exists: true, Length: > 5 });
        node.Server.Refuse = null;
        await node.EventuallyAsync(() => Lines(node).Contains("stderr while away"));
        Assert.All(node.Server.Logs, chunk => Assert.Equal((TestNode.Lane, Release), (chunk.Lane, chunk.Release)));

        node.Server.Want(desired => desired with { Workloads = [] });
        await node.EventuallyAsync(() => Lines(node).Contains("stdout no end"));
        await node.EventuallyAsync(() => Directory.GetDirectories(Path.Combine(node.Data, "instances")).Length == 0);
        Assert.Equal(["stderr while away", "stdout before", "stdout no end"], Lines(node).Order());
    }

    [Fact]
    public void Output_beyond_the_limit_is_dropped_counted_and_does_not_fill_the_disk()
    {
        using var folder = new TestFolder();
        var path = folder.At("out.log");
        using (var writer = new StreamWriter(path))
            for (var i = 0; i < 400_000; i++) writer.WriteLine($"line {i} of very many lines");
        var tail = new OutputTail(path, "stdout", 0);
        var lines = tail.Read(4 << 20, isGone: false);
        Assert.Contains("bytes of output were dropped", lines[0].Text);
        var last = "";
        while (!lines.IsEmpty)
        {
            last = lines[^1].Text;
            tail.Acknowledge();
            lines = tail.Read(4 << 20, isGone: false);
        }
        Assert.Equal("line 399999 of very many lines", last);
        using var du = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("du", ["-k", path]) { RedirectStandardOutput = true })!;
        Assert.True(int.Parse(du.StandardOutput.ReadToEnd().Split('\t')[0]) < 3000);
    }

    [Fact]
    public async Task Two_nodes_on_one_folder_are_refused()
    {
        await using var node = await TestNode.StartAsync();
        await node.EventuallyAsync(() => node.Server.Report is not null || node.Server.Asked.Count > 2);
        Assert.Equal(1, await ControlProgram.RunAsync(node.Options, TestContext.Current.CancellationToken));
    }

    private static IEnumerable<string> Lines(TestNode node) =>
        node.Server.Logs.SelectMany(chunk => chunk.Lines).Select(line => $"{line.Stream} {line.Text}");

    private static EvidenceBatch Batch(long sequence) => new("n1", "boot1", sequence, TestNode.Lane, 1,
        DateTimeOffset.UnixEpoch.AddSeconds(sequence), SideCounts.None(Release), null);
}
