using System.Collections.Immutable;
using Headway.Core.Evidence;
using Headway.Core.Evidence.Journeys;
using Headway.Core.Nodes;
using Headway.Node.Tests.Programs;
using Xunit;

namespace Headway.Node.Tests.Probes;

/// <summary>A node that looks at both sides of a lane, with real instances.</summary>
public sealed class ProbeDeskTests
{
    private const string Stable = "shop-1-aaaaaaa", Candidate = "shop-2-bbbbbbb";

    private static readonly SignalSpec Journey = new("buy", new SignalSource.Journey(
        [new JourneyStep("GET", "/products"), new JourneyStep("POST", "/cart") { Status = 200 }]), new SignalTest.Counts())
    {
        Every = TimeSpan.FromMilliseconds(100),
    };

    [Fact]
    public async Task Both_sides_are_probed_over_all_their_instances_and_users_are_not_counted()
    {
        await using var node = await TestNode.StartAsync();
        var digest = node.WebArtifact();
        node.Place(Stable, digest, TestNode.Web(("TEST_TELL", "1")), 2);
        node.Place(Candidate, digest, TestNode.Web(("TEST_TELL", "1"), ("TEST_STATUS", "500")), 2);
        await node.ReadyAsync(Stable, 2);
        await node.ReadyAsync(Candidate, 2);
        var port = node.Route(Stable, Candidate);
        Want(node, digest, Journey);
        await node.EventuallyAsync(() => node.Server.Samples.Count >= 12);

        var samples = node.Server.Samples.ToArray();
        Assert.All(samples, sample =>
        {
            Assert.Equal((TestNode.Lane, "buy"), (sample.Lane, sample.Signal));
            Assert.StartsWith("n1/", sample.Origin);
            Assert.Equal((Stable, 1.0, 0.0), (sample.Stable!.Release, sample.Stable.Trials, sample.Stable.Events));
            Assert.Equal((Candidate, 1.0, 1.0), (sample.Candidate!.Release, sample.Candidate.Trials, sample.Candidate.Events));
            Assert.StartsWith("step 1 GET /products: status 500 (trace ", Assert.Single(sample.Candidate.Examples));
        });
        Assert.Equal(Enumerable.Range(1, samples.Length), samples.Select(sample => (int)sample.Sequence).Order());
        string[] Asked(string release) =>
        [
            .. node.Server.Logs.Where(chunk => chunk.Release == release
                && chunk.Lines.Any(line => line.Text.Contains("x-headway-synthetic: buy", StringComparison.Ordinal)))
                .Select(chunk => chunk.Instance).Distinct(),
        ];
        await node.EventuallyAsync(() => Asked(Stable).Length == 2 && Asked(Candidate).Length == 2);
        // A user who comes now is all that the gateway has counted.
        using var user = new HttpClient();
        Assert.True((await user.GetAsync(new Uri($"http://127.0.0.1:{port}/"), TestContext.Current.CancellationToken)).IsSuccessStatusCode);
        await node.EventuallyAsync(() => !node.Server.Evidence.IsEmpty);
        Assert.Equal(1, node.Server.Evidence.Sum(batch => batch.Stable.Requests + (batch.Candidate?.Requests ?? 0)));
    }

    [Fact]
    public async Task Samples_wait_on_disk_for_the_server_and_count_once_through_the_death_of_control()
    {
        await using var node = await TestNode.StartOutsideAsync();
        var digest = node.WebArtifact();
        node.Place(Stable, digest, TestNode.Web(), 1);
        node.Place(Candidate, digest, TestNode.Web(), 1);
        await node.ReadyAsync(Stable);
        await node.ReadyAsync(Candidate);
        Want(node, digest, Journey);
        await node.EventuallyAsync(() => node.Server.Samples.Count >= 3);
        node.Server.Refuse = 503;
        var folder = Path.Combine(node.Data, "samples");
        long Kept() => Directory.GetFiles(folder).Sum(file => new FileInfo(file).Length);
        var before = Kept();
        await node.EventuallyAsync(() => Kept() > before + 2000);
        node.Outside!.Kill();
        await node.Outside.WaitForExitAsync(TestContext.Current.CancellationToken);
        var lines = Directory.GetFiles(folder).SelectMany(File.ReadAllLines).Count(line => line.EndsWith('}'));
        node.Server.Refuse = null;
        node.RunOutside();
        await node.EventuallyAsync(() => Once(node).Select(sample => sample.Origin).Distinct().Count() == 2);
        await node.EventuallyAsync(() => Directory.GetFiles(folder).Length == 1);
        var first = Once(node).GroupBy(sample => sample.Origin).First().Select(sample => sample.Sequence).Order().ToArray();
        Assert.Equal(Enumerable.Range(1, lines).Select(each => (long)each), first);
    }

    [Fact]
    public async Task Probes_end_with_the_document_and_a_side_that_is_stopped_on_purpose_is_no_failure()
    {
        await using var node = await TestNode.StartAsync();
        var digest = node.WebArtifact();
        node.Place(Stable, digest, TestNode.Web(), 1);
        node.Place(Candidate, digest, TestNode.Web(), 1);
        await node.ReadyAsync(Stable);
        await node.ReadyAsync(Candidate);
        var slow = Journey with { Source = new SignalSource.Probe("/slow", null, TimeSpan.FromSeconds(5)) };
        Want(node, digest, slow);
        await node.EventuallyAsync(() => !node.Server.Samples.IsEmpty);
        node.Place(Stable, digest, TestNode.Web(), 0, fence: 2);
        await node.EventuallyAsync(() => node.Server.Samples.Any(sample => sample.Stable is null));
        Assert.All(node.Server.Samples, sample => Assert.Equal(0, (sample.Stable?.Events ?? 0) + sample.Candidate!.Events));
        node.Server.Want(desired => desired with { Probes = [] });
        await node.EventuallyAsync(() => node.Server.Report!.Version == node.Server.Desired.Version);
        var count = node.Server.Samples.Count;
        // A look that was under way is thrown away; the next reports come without any more of it.
        var reports = node.Server.Asked.Count(path => path.EndsWith("/report", StringComparison.Ordinal));
        await node.EventuallyAsync(() =>
            node.Server.Asked.Count(path => path.EndsWith("/report", StringComparison.Ordinal)) > reports + 3);
        Assert.InRange(node.Server.Samples.Count - count, 0, 1);
    }

    [Fact]
    public async Task A_document_of_an_older_server_reads_and_asks_for_no_probes()
    {
        const string old = """{"node":"n1","epoch":1,"version":2,"workloads":[],"routes":[],"tasks":[]}""";
        var read = System.Text.Json.JsonSerializer.Deserialize<DesiredState>(old, Headway.Core.Wire.Json)!;
        Assert.True(read.Probes is { IsDefault: false, IsEmpty: true } && read.Loads is { IsDefault: false, IsEmpty: true });
        await Task.CompletedTask;
    }

    [Fact]
    public async Task A_command_is_run_for_each_side_as_checks_are_and_its_number_is_the_reading()
    {
        await using var node = await TestNode.StartAsync();
        var digest = node.WebArtifact(("evidence/revenue.sh",
            "#!/bin/sh\ncd /\necho $HEADWAY_SIDE $HEADWAY_RELEASE_ID $HEADWAY_URL $(id -u) >> $HOME/told\n"
            + "[ $HEADWAY_SIDE = candidate ] && echo 41.5 || echo 42\n"));
        node.Place(Stable, digest, TestNode.Web(), 1);
        node.Place(Candidate, digest, TestNode.Web(), 1);
        await node.ReadyAsync(Stable);
        await node.ReadyAsync(Candidate);
        Want(node, digest, Command("./evidence/revenue.sh"));
        await node.EventuallyAsync(() => node.Server.Samples.Count(sample => sample.Problem is null) >= 2);
        var sample = node.Server.Samples.First(each => each.Problem is null);
        Assert.Equal([42.0], sample.Stable!.Values);
        Assert.Equal([41.5], sample.Candidate!.Values);
        var told = File.ReadAllText(Directory.GetFiles(Path.Combine(node.Data, "probes"), "told", SearchOption.AllDirectories)
            .Single()).Split('\n')[0].Split(' ');
        Assert.Contains(told[0], (string[])["stable", "candidate"]);
        Assert.Equal(told[0] == "stable" ? Stable : Candidate, told[1]);
        Assert.Equal($"http://127.0.0.1:{node.Seen(told[1])!.Instances.Single().Port}", told[2]);
        if (Environment.IsPrivilegedProcess) Assert.NotEqual("0", told[3]);
        node.Server.Want(desired => desired with { Probes = [] });
        await node.EventuallyAsync(() => Directory.GetDirectories(Path.Combine(node.Data, "probes")).Length == 0);
    }

    [Theory]
    [InlineData("echo 1; echo 2", "it printed 2 lines")]
    [InlineData("echo many", "the first `many`")]
    [InlineData("echo nan", "the first `nan`")]
    [InlineData("true", "it printed nothing")]
    [InlineData("echo broken >&2; exit 3", "exited with code 3; last line: broken")]
    [InlineData("yes", "was killed")]
    public async Task A_command_that_prints_no_number_is_a_source_that_cannot_be_asked(string command, string says)
    {
        await using var node = await TestNode.StartAsync();
        var digest = node.WebArtifact();
        node.Place(Candidate, digest, TestNode.Web(), 1);
        await node.ReadyAsync(Candidate);
        Want(node, digest, Command(command), stable: null);
        await node.EventuallyAsync(() => node.Server.Samples.Any(sample =>
            sample.Candidate is null && sample.Problem?.Contains(says, StringComparison.Ordinal) == true));
        foreach (var file in Directory.GetFiles(Path.Combine(node.Data, "probes"), "*.log", SearchOption.AllDirectories))
            Assert.InRange(new FileInfo(file).Length, 0, 1 << 20);
    }

    [Fact]
    public async Task A_command_that_leaves_what_cannot_be_removed_ends_no_other_probe()
    {
        await using var node = await TestNode.StartAsync();
        try
        {
            var digest = node.WebArtifact();
            node.Place(Candidate, digest, TestNode.Web(), 1);
            await node.ReadyAsync(Candidate);
            // Deeper than any path may be long, which not even root can name.
            Want(node, digest, Command("cd $HOME; n=$(printf '%0200d' 0); for i in $(seq 30); do mkdir $n && cd -P $n; done; "
                + "echo 1"), stable: null);
            await node.EventuallyAsync(() => node.Server.Samples.Any(sample => sample.Candidate is not null));
            await GoesOnAsync(node, digest);
            await node.StopAsync();
            node.Run();
            await GoesOnAsync(node, digest);
        }
        finally
        {
            using var remove = System.Diagnostics.Process.Start("rm", ["-rf", Path.Combine(node.Data, "probes")]);
            await remove.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }

    private static async Task GoesOnAsync(TestNode node, string digest)
    {
        node.Server.Want(desired => desired with { Probes = [] });
        await node.EventuallyAsync(() => node.Server.Report!.Problems.Any(problem =>
            problem.StartsWith("What the command of a probe has left cannot be removed", StringComparison.Ordinal)));
        node.Server.Samples.Clear();
        Want(node, digest, Journey, stable: null);
        await node.EventuallyAsync(() => node.Server.Samples.Any(sample => sample.Signal == "buy"));
    }

    private static SignalSpec Command(string command) =>
        new("revenue", new SignalSource.Command(command), new SignalTest.Gauge(Worse.Lower, 0.25))
        {
            Every = TimeSpan.FromMilliseconds(200),
        };

    private static void Want(TestNode node, string digest, SignalSpec signal, string? stable = Stable) =>
        node.Server.Want(desired => desired with
        {
            Probes = [new ProbeWanted(TestNode.Lane, signal, stable, Candidate, digest)],
        });

    private static IEnumerable<SignalSample> Once(TestNode node) =>
        node.Server.Samples.DistinctBy(sample => (sample.Origin, sample.Signal, sample.Sequence));
}
