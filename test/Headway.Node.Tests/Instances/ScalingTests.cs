using Headway.Core.Services;
using Headway.Node.Instances;
using Xunit;

namespace Headway.Node.Tests.Instances;

public sealed class ScalingTests
{
    private static readonly RunSpec ByRequests =
        new("./run", MinInstances: 1, MaxInstances: 6) { ScaleAtRequestsPerSecond = 100 };

    [Fact]
    public void It_follows_the_load_up_within_seconds_and_at_most_doubles()
    {
        var scaling = new Scaling(new());
        Assert.Equal([1, 1, 1, 1, 1, 2], Watch(scaling, 0, 6, ByRequests, 1, _ => new(1, 0, 450)));
        Assert.Equal(4, Watch(scaling, 6, 1, ByRequests, 1, _ => new(2, 0, 450))[^1]);
        Assert.Equal(5, Watch(scaling, 7, 6, ByRequests, 1, _ => new(4, 0, 450))[^1]);
    }

    [Fact]
    public void It_goes_down_only_after_a_minute_of_less_load()
    {
        var scaling = new Scaling(new());
        Watch(scaling, 0, 20, ByRequests, 1, _ => new(3, 0, 300));
        var after = Watch(scaling, 20, 90, ByRequests, 1, _ => new(3, 0, 100));
        Assert.Equal(3, after[30]);
        Assert.Equal(1, after[^1]);
    }

    [Fact]
    public void A_load_that_swings_does_not_make_it_swing()
    {
        var scaling = new Scaling(new());
        Watch(scaling, 0, 30, ByRequests, 1, _ => new(3, 0, 300));
        var counts = Watch(scaling, 30, 120, ByRequests, 1, second => new(3, 0, second % 20 < 10 ? 300 : 120));
        Assert.All(counts, count => Assert.Equal(3, count));
    }

    [Fact]
    public void The_floor_wins_over_the_maximum_and_no_floor_means_none()
    {
        var scaling = new Scaling(new());
        Assert.Equal(8, scaling.Turn(TimeSpan.Zero, ByRequests, 8, new(8, 0, 5000)));
        Assert.Equal(0, scaling.Turn(TimeSpan.FromSeconds(1), ByRequests, 0, new(0, 0, 0)));
    }

    [Fact]
    public void The_CPU_goal_is_a_part_of_the_limit()
    {
        var run = new RunSpec("./run", MaxInstances: 9, CpuCores: 2, ScaleAtCpu: 0.5);
        var counts = Watch(new Scaling(new()), 0, 7, run, 1, _ => new(1, 2.0, 0));
        Assert.Equal(2, counts[^1]);
    }

    private static int[] Watch(Scaling scaling, int from, int seconds, RunSpec run, int floor, Func<int, Load> load) =>
        [.. Enumerable.Range(from, seconds).Select(second =>
            scaling.Turn(TimeSpan.FromSeconds(second), run, floor, load(second)))];
}
