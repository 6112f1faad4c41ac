using System.Collections.Immutable;

namespace Headway.Core.Evidence;

/// <summary>What is known of the measures of instances without being told.</summary>
public static class InstanceMeasures
{
    /// <summary>
    /// How old an instance is before a measure says something of its release: a young one compiles, fills caches and
    /// opens pools, and is compared with a stable that did all that long ago. Both sides obey it.
    /// </summary>
    public static TimeSpan WarmUp(InstanceMeasure measure) => measure switch
    {
        InstanceMeasure.Cpu => TimeSpan.FromMinutes(2),
        InstanceMeasure.Memory => TimeSpan.FromMinutes(1),
        InstanceMeasure.Connections => TimeSpan.FromSeconds(30),
        _ => TimeSpan.Zero,
    };

    /// <summary>A difference that does not matter however large it is as a share: 16 MiB, a twentieth of a core.</summary>
    public static double Least(InstanceMeasure measure) => measure switch
    {
        InstanceMeasure.Cpu => 0.05,
        InstanceMeasure.Memory => 16 << 20,
        InstanceMeasure.Connections => 5,
        _ => 0,
    };

    /// <summary>A comparison of a measure: higher is worse.</summary>
    public static SignalTest.Gauge Test(InstanceMeasure measure) =>
        new(Worse.Higher, 0.25) { Least = Least(measure) };

    /// <summary>
    /// Memory and CPU are looked at without being asked for, and shown. They act only when they are written down: what
    /// nobody asked for must not stop anybody's deployment.
    /// </summary>
    public static readonly ImmutableArray<SignalSpec> Watched =
    [
        Looked("memory", InstanceMeasure.Memory), Looked("cpu", InstanceMeasure.Cpu),
    ];

    private static SignalSpec Looked(string name, InstanceMeasure measure) =>
        new(name, new SignalSource.Instances(measure), Test(measure))
        {
            Trust = Trust.Observe, Missing = WhenMissing.GoOn, Every = TimeSpan.FromSeconds(30),
        };
}
