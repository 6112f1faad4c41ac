using Headway.Core.Evidence;
using Headway.Core.Evidence.Journeys;
using Headway.Core.Nodes;
using Headway.Node.Tests.Programs;
using Xunit;

namespace Headway.Node.Tests.Probes;

/// <summary>Load on real instances: as many arrivals as were asked for on each side, whatever the service does.</summary>
public sealed class LoadTests(ITestOutputHelper output)
{
    private const string Stable = "shop-1-aaaaaaa", Candidate = "shop-2-bbbbbbb";
    private const int Arrivals = 200;

    [Fact]
    public async Task All_arrive_on_both_sides_and_what_came_of_them_is_counted()
    {
        await using var node = await StartAsync(("TEST_STATUS", "503"));
        Want(node, "/");
        await node.EventuallyAsync(() => Count(node, LoadSpec.Failures, each => each.Candidate).Trials >= Arrivals);
        await EndedAsync(node);
        output.WriteLine($"{Count(node, LoadSpec.Failures, each => each.Stable)}");
        Assert.Equal((Arrivals, Arrivals), Count(node, LoadSpec.Failures, each => each.Candidate));
        Assert.Equal((Arrivals, 0), Count(node, LoadSpec.Failures, each => each.Stable));
        Assert.Equal((Arrivals, Arrivals), Count(node, LoadSpec.Limit, each => each.Candidate));
        Assert.All(node.Server.Samples, sample => Assert.InRange(sample.Candidate?.Examples.Length ?? 0, 0, 5));
        Assert.Contains(node.Server.Samples, sample => sample.Candidate?.Examples.FirstOrDefault()
            ?.StartsWith("GET /: status 503 (trace ", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task A_service_that_is_slow_gets_all_its_arrivals_in_time_and_is_counted_as_slow()
    {
        await using var node = await StartAsync();
        Want(node, "/slow");
        await node.EventuallyAsync(() => Count(node, LoadSpec.Slow, each => each.Candidate).Trials >= Arrivals);
        var first = node.Server.Samples.Min(sample => sample.At);
        await EndedAsync(node);
        // One after the other they would take five minutes.
        output.WriteLine($"{(node.Server.Samples.Max(sample => sample.At) - first).TotalSeconds:0.0} s");
        Assert.Equal((Arrivals, Arrivals), Count(node, LoadSpec.Slow, each => each.Candidate));
        Assert.Equal((Arrivals, 0), Count(node, LoadSpec.Failures, each => each.Stable));
    }

    [Fact]
    public async Task A_control_that_is_started_again_drives_what_is_left_and_a_load_that_was_driven_is_not_driven_again()
    {
        await using var node = await StartAsync();
        Want(node, "/", TimeSpan.FromSeconds(8));
        await node.EventuallyAsync(() => Count(node, LoadSpec.Failures, each => each.Candidate).Trials >= 60);
        await node.StopAsync();
        node.Run();
        await node.EventuallyAsync(() => Count(node, LoadSpec.Failures, each => each.Candidate).Trials >= Arrivals * 0.8);
        await EndedAsync(node);
        await node.StopAsync();
        node.Run();
        var asked = node.Server.Asked.Count;
        await node.EventuallyAsync(() => node.Server.Asked.Count > asked + 10);
        var (trials, failures) = Count(node, LoadSpec.Failures, each => each.Candidate);
        Assert.Equal(0, failures);
        // A second of it may have been lost or driven twice with the control that ended.
        Assert.InRange(trials, Arrivals * 0.8, Arrivals * 1.2);
    }

    [Fact]
    public async Task A_load_that_leaves_the_document_ends_at_once()
    {
        await using var node = await StartAsync();
        Want(node, "/", TimeSpan.FromMinutes(10));
        await node.EventuallyAsync(() => Count(node, LoadSpec.Failures, each => each.Candidate).Trials > 0);
        node.Server.Want(desired => desired with { Loads = [] });
        await EndedAsync(node);
    }

    [Fact]
    public async Task With_as_many_kept_as_may_be_a_load_that_has_ended_and_is_still_wanted_is_not_driven_again()
    {
        // The slot of one that was forgotten is the first again, which is where the next one goes.
        var node = await TestNode.StartAsync();
        var digest = node.WebArtifact();
        await node.StopAsync();
        var kept = Enumerable.Range(0, 100).ToDictionary(i => i == 0 ? LoadId(1) : $"old#{i}", i => -1);
        await File.WriteAllTextAsync(Path.Combine(node.Data, "loads.json"),
            System.Text.Json.JsonSerializer.Serialize(kept), TestContext.Current.CancellationToken);
        node.Run();
        await using var _ = node;
        node.Place(Stable, digest, TestNode.Web(), 1);
        node.Place(Candidate, digest, TestNode.Web(), 1);
        await node.ReadyAsync(Stable);
        await node.ReadyAsync(Candidate);
        Want(node, "/", TimeSpan.FromSeconds(2), LoadId(1), LoadId(2));
        await node.EventuallyAsync(() => Kept(node).GetValueOrDefault(LoadId(2)) == -1);
        Assert.Equal(-1, Kept(node).GetValueOrDefault(LoadId(1)));
        Assert.DoesNotContain("old#1", Kept(node).Keys);
    }

    private static string LoadId(int n) => $"shop-production-2#{n}";

    private static Dictionary<string, int> Kept(TestNode node) =>
        System.Text.Json.JsonSerializer.Deserialize<Dictionary<string, int>>(
            File.ReadAllText(Path.Combine(node.Data, "loads.json")))!;

    private static async Task<TestNode> StartAsync(params (string, string)[] candidate)
    {
        var node = await TestNode.StartAsync();
        var digest = node.WebArtifact();
        node.Place(Stable, digest, TestNode.Web(), 1);
        node.Place(Candidate, digest, TestNode.Web(candidate), 1);
        await node.ReadyAsync(Stable);
        await node.ReadyAsync(Candidate);
        return node;
    }

    private static void Want(TestNode node, string path, TimeSpan? time = null, params string[] ids)
    {
        var wanted = time ?? TimeSpan.FromSeconds(4);
        node.Server.Want(desired => desired with
        {
            Loads =
            [
                .. (ids is [] ? [LoadId(1)] : ids).Select(id => new LoadWanted(TestNode.Lane, id, Stable, Candidate,
                    Arrivals / Math.Min(wanted.TotalSeconds, 20), wanted, TimeSpan.FromSeconds(1))
                {
                    Journeys = [new([new JourneyStep("GET", path) { Follows = false }])],
                }),
            ],
        });
    }

    /// <summary>It has noted that the load is over.</summary>
    private static Task EndedAsync(TestNode node) => node.EventuallyAsync(() =>
        File.ReadAllText(Path.Combine(node.Data, "loads.json")).Contains(":-1", StringComparison.Ordinal)
        && !node.Server.Samples.IsEmpty);

    private static (double Trials, double Events) Count(
        TestNode node, string signal, Func<SignalSample, SideReading?> side)
    {
        var all = node.Server.Samples.Where(sample => sample.Signal == signal)
            .DistinctBy(sample => (sample.Origin, sample.Sequence)).Select(side).OfType<SideReading>().ToArray();
        return (all.Sum(each => each.Trials), all.Sum(each => each.Events));
    }
}
