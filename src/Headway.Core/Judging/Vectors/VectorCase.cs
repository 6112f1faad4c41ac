using System.Collections.Immutable;

namespace Headway.Core.Judging.Vectors;

/// <summary>One run of the tests over a list of ticks, with all that is expected of it.</summary>
public sealed record VectorCase(
    string Name, MixtureDesign Design, StableRateDesign RateDesign, double HistoryEvents, double HistoryTrials,
    ImmutableArray<Trials> Ticks)
{
    public FailExpected? Fail { get; init; }
    public ImmutableArray<PassExpected> Passes { get; init; } = [];
    public IntervalExpected? Interval { get; init; }
    public GateExpected? Gate { get; init; }
    public HoldExpected? Hold { get; init; }
    public ImmutableArray<Segment> Segments { get; init; } = [];
    public double[]? PassSteps { get; init; }
    public bool PassStepsByRatio { get; init; }
    public SleeperExpected? Sleeper { get; init; }
    public InstancesGiven? Instances { get; init; }

    internal static VectorCase Read(VectorNode node)
    {
        node.MustBeObject();
        var name = node.Text("name") ?? throw new VectorFormatException(node.Path, "the field `name`");
        var history = node.Optional("history");
        var (k, n) = (history?.Need("k").Number() ?? 0, history?.Need("n").Number() ?? 0);
        history?.ReportRest();
        var config = node.Need("config");
        var read = new VectorCase(
            name, DesignOf(config), RateOf(config), k, n, [.. node.Need("ticks").Items().Select(Tick)])
        {
            Fail = node.Optional("expect_fail") is { } fail ? FailExpected.Read(fail) : null,
            Passes = [.. (node.Optional("expect_pass")?.OneOrMore() ?? []).Select(PassExpected.Read)],
            Interval = node.Optional("expect_cs") is { } cs ? IntervalExpected.Read(cs) : null,
            Gate = node.Optional("expect_gate") is { } gate ? GateExpected.Read(gate) : null,
            Hold = node.Optional("expect_hold") is { } hold ? HoldExpected.Read(hold) : null,
            Segments = [.. node.Items("segments").Select(Segment.Read)],
            Sleeper = node.Optional("expect_fail_sleeper") is { } sleeper ? SleeperExpected.Read(sleeper) : null,
            Instances = node.Optional("instances") is { } instances ? InstancesGiven.Read(instances) : null,
        };
        config.ReportRest();
        read = WithSteps(read, node);
        node.Skip("doc");
        node.ReportRest();
        return read;
    }

    internal static Trials Tick(VectorNode node)
    {
        var n = node.Numbers();
        if (n.Length != 4) throw node.Expected("[canary_n, canary_k, stable_n, stable_k]");
        if (n.Any(x => x < 0) || n[1] > n[0] || n[3] > n[2])
            throw new VectorFormatException(node.Path, "counts with 0 <= k <= n");
        return new(n[0], n[1], n[2], n[3]);
    }

    private static VectorCase WithSteps(VectorCase read, VectorNode node)
    {
        if (node.Optional("expect_pass_steps") is not { } steps) return read;
        if (read.Segments.IsEmpty) throw new VectorFormatException(steps.Path, "`segments` beside it");
        var byRatio = PassExpected.IsRatio(steps);
        var expected = steps.Need("log_e_after_tick").Numbers();
        steps.ReportRest();
        return read with { PassSteps = expected, PassStepsByRatio = byRatio };
    }

    private static MixtureDesign DesignOf(VectorNode config)
    {
        var standard = new MixtureDesign();
        return new()
        {
            Theta = config.Need("theta0").Number(),
            LowOdds = config.Need("lo_odds").Number(),
            Count = config.Optional("J")?.Whole() ?? standard.Count,
            Power = config.Number("pow", standard.Power),
            Top = config.Number("top", standard.Top),
            Cap = config.Number("cap", standard.Cap),
            MinSpan = config.Number("min_span", standard.MinSpan),
        };
    }

    private static StableRateDesign RateOf(VectorNode config)
    {
        var standard = new StableRateDesign();
        return new()
        {
            PriorEvents = config.Number("prior_a", standard.PriorEvents),
            PriorTrials = config.Number("prior_n", standard.PriorTrials),
            Decay = config.Number("lam", standard.Decay),
            Lowest = config.Number("clip_lo", standard.Lowest),
            Highest = config.Number("clip_hi", standard.Highest),
        };
    }
}
