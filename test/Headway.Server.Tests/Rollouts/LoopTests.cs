using Headway.Core.Rollouts;
using Headway.Core.Waiting;
using Xunit;

namespace Headway.Server.Tests.Rollouts;

/// <summary>
/// The real loop with the real judge and the real drivers, on one thread, with fake time. A server that dies loses
/// everything but its store; the node is slow, late, and cut off for up to a minute.
/// </summary>
public sealed class LoopTests(ITestOutputHelper output)
{
    private static readonly int Seeds = Environment.GetEnvironmentVariable("HEADWAY_SOAK") == "1" ? 1_000 : 25;
    private static readonly TimeSpan Enough = TimeSpan.FromHours(2);

    [Fact]
    public void A_good_release_ends_promoted_and_a_bad_one_ends_back_whatever_dies_on_the_way()
    {
        var (died, promoted, back) = (0, 0, 0);
        for (var seed = 0; seed < Seeds; seed++)
        {
            var bad = seed % 2 == 1;
            var run = Ready(seed, bad ? 0.3 : 0.001);
            run.Faults = true;
            run.Release(2);
            run.Until(lane => lane.Rollouts == 2 && lane.Open is null, TimeSpan.FromMinutes(10));
            run.Faults = false;
            Assert.True(run.Until(lane => lane.Rollouts == 2 && lane.Open is null, Enough), Says(seed, run, "The rollout does not end."));
            Assert.True(run.Broken is null, Says(seed, run, run.Broken));
            var rollout = run.Rollout("shop-production-2")!;
            if (bad) Assert.True(rollout.End == RolloutEnd.RolledBack && run.Lane.Current == "shop-1", Says(seed, run, $"{rollout.End}"));
            Assert.True(run.Until(_ => run.Node.CandidateShare is 0, Enough), Says(seed, run, "The lane does not come to rest."));
            Assert.Equal(run.Lane.Current, run.Node.Route!.Stable);
            (died, promoted, back) = (died + run.Died, promoted + (rollout.End == RolloutEnd.Completed ? 1 : 0),
                back + (rollout.End == RolloutEnd.RolledBack ? 1 : 0));
        }
        output.WriteLine($"{Seeds} seeds: the server died {died} times; {promoted} promoted, {back} rolled back.");
        Assert.True(died > 0 && promoted > 0 && back >= Seeds / 2);
    }

    [Fact]
    public void Without_faults_a_good_release_is_promoted()
    {
        var run = Ready(7, 0.001);
        run.Release(2);
        Assert.True(run.Until(lane => lane.Current == "shop-2" && lane.Open is null, Enough), Says(7, run, "It was not promoted."));
        Assert.Equal(RolloutEnd.Completed, run.Rollout("shop-production-2")!.End);
    }

    [Fact]
    public void A_closed_gate_keeps_a_release_from_being_wanted_until_it_opens()
    {
        var run = Ready(7, 0.001);
        var gate = new Wait(WaitKind.Gate, "shop-2", "It waits for the moon.", "The moon.", null, null);
        run.Server.Gate = (release, environment) =>
            release.Id == "shop-2" && environment == "production" ? gate : null;
        run.Release(2);
        Assert.False(run.Until(lane => lane.Newest == 2, TimeSpan.FromMinutes(5)));
        Assert.Equal(gate, run.Server.Memory.Gate);
        run.Server.Gate = (_, _) => null;
        Assert.True(run.Until(lane => lane.Current == "shop-2" && lane.Open is null, Enough), Says(7, run, "It did not go on."));
        Assert.Null(run.Server.Memory.Gate);
    }

    [Fact]
    public void A_seed_replays_exactly()
    {
        string Log()
        {
            var run = Ready(3, 0.3);
            run.Faults = true;
            run.Release(2);
            run.Until(lane => lane.Rollouts == 2 && lane.Open is null, TimeSpan.FromMinutes(10));
            return run.Log();
        }

        Assert.Equal(Log(), Log());
    }

    private static LoopRun Ready(int seed, double failing)
    {
        var run = new LoopRun(seed, failing);
        run.Release(1);
        Assert.True(run.Until(lane => lane.Current == "shop-1" && lane.Open is null, Enough), Says(seed, run, "There is no first release."));
        // Some past, so that the judge knows what stable is like.
        run.Until(_ => false, TimeSpan.FromMinutes(2));
        return run;
    }

    private static string Says(int seed, LoopRun run, string? what) =>
        $"Seed {seed}: {what} {run.Broken}\n{string.Join('\n', run.Log().Split('\n').TakeLast(12).Select(l => l.Length > 400 ? l[..400] : l))}";
}
