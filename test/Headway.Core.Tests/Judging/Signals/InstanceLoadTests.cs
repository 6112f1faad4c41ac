using Headway.Core.Evidence;
using Headway.Core.Judging;
using Headway.Core.Judging.Signals;
using Headway.Core.Strategies;
using Headway.Core.Targets;
using Xunit;

namespace Headway.Core.Tests.Judging.Signals;

public class InstanceLoadTests
{
    private static readonly SignalSpec Cpu =
        new("cpu", new SignalSource.Instances(InstanceMeasure.Cpu), new SignalTest.Gauge(Worse.Higher, 0.25));

    private static readonly SignalSpec Memory =
        new("memory", new SignalSource.Instances(InstanceMeasure.Memory), new SignalTest.Gauge(Worse.Higher, 0.25));

    /// <summary>One instance of the candidate, and four of stable until the end.</summary>
    private static readonly Plan Plan = new("canary", 4,
        [new Step.Place("workload", 1), new Step.Expose("traffic", new Exposure.Fraction(0.5, ExposureUnit.Client)),
            new Step.Watch(WatchFor.Users, TimeSpan.Zero, TimeSpan.Zero)], []);

    [Theory]
    [InlineData(0.05, 1)]
    [InlineData(0.5, 4)]
    [InlineData(0.8, 16)]
    public void Stable_is_compared_as_if_its_instances_carried_as_many_users(double share, double times)
    {
        var load = At(share);
        Assert.Equal(0.1 * times, load.AtLikeLoad(Sample(Cpu, 0.1))!.Stable!.Values[0], 9);
        Assert.Equal(0.1, load.AtLikeLoad(Sample(Memory, 0.1))!.Stable!.Values[0]);
        Assert.Equal(0.4, load.AtLikeLoad(Sample(Cpu, 0.1))!.Candidate!.Values[0]);
    }

    [Fact]
    public void Where_stable_has_no_users_there_is_nothing_to_compare_with()
    {
        Assert.Null(At(1).AtLikeLoad(Sample(Cpu, 0.1)));
        Assert.NotNull(At(1).AtLikeLoad(Sample(Memory, 0.1)));
    }

    private static InstanceLoad At(double share)
    {
        var load = new InstanceLoad(Plan, [Cpu, Memory]);
        load.StepStarted(2, new JudgeStep(DateTimeOffset.UnixEpoch, share, 1, TimeSpan.Zero));
        return load;
    }

    private static SignalSample Sample(SignalSpec spec, double stable) => new(
        "shop/production", spec.Name, "server/1", 1, DateTimeOffset.UnixEpoch,
        SideReading.Read("r1", stable), SideReading.Read("r2", 0.4));
}
