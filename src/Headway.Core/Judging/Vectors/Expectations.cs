using System.Collections.Immutable;

namespace Headway.Core.Judging.Vectors;

public sealed record FailExpected(double[]? LogE, double[]? Components, double? Events, double? Trials)
{
    internal static FailExpected Read(VectorNode node)
    {
        var read = new FailExpected(
            node.Optional("log_e_after_tick")?.Numbers(), node.Optional("L")?.Numbers(),
            node.Optional("A")?.Number(), node.Optional("N")?.Number());
        node.ReportRest();
        return read;
    }
}

public sealed record PassExpected(bool IsRatioNull, double Margin, double[] LogE)
{
    internal static PassExpected Read(VectorNode node)
    {
        var read = new PassExpected(
            IsRatio(node), node.Need("margin").Number(), node.Need("log_e_after_tick").Numbers());
        node.ReportRest();
        return read;
    }

    internal static bool IsRatio(VectorNode node) => node.Need("null").Text() switch
    {
        "add" => false,
        "rel" => true,
        var other => throw new VectorFormatException(node.Path, $"`null` to be `add` or `rel`, not `{other}`"),
    };

    public PassProcess Process() => IsRatioNull ? PassProcess.Ratio(Margin) : PassProcess.Margin(Margin);
}

public sealed record IntervalExpected(
    double Alpha, RiskGrid Grid, double? LogMixture, double? Lower, double? Upper, int? LowerIndex, int? UpperIndex,
    bool HasEstimate, double? Estimate, int? EstimateIndex)
{
    internal static IntervalExpected Read(VectorNode node)
    {
        var grid = RiskGrid.Default;
        if (node.Optional("grid") is { } given)
        {
            grid = new(given.Need("ln_lo").Number(), given.Need("ln_hi").Number(), given.Need("points").Whole());
            given.ReportRest();
            if (grid.Points < 2) throw new VectorFormatException(given.Path, "at least two points");
        }

        var estimate = node.Optional("estimate");
        var index = node.Optional("estimate_index");
        var read = new IntervalExpected(
            node.Need("alpha").Number(), grid, node.Optional("log_mixture")?.Number(),
            node.Optional("lower")?.Number(), node.Optional("upper")?.Number(),
            node.Optional("lower_index")?.Whole(), node.Optional("upper_index")?.Whole(),
            estimate is not null || index is not null,
            estimate is null or { IsNull: true } ? null : estimate.Number(),
            index is null or { IsNull: true } ? null : index.Whole());
        node.ReportRest();
        return read;
    }
}

public sealed record GateExpected(double LeastEvents, double[] LogE)
{
    internal static GateExpected Read(VectorNode node)
    {
        var read = new GateExpected(
            node.Need("min_canary_events").Number(), node.Need("log_e_gated_after_tick").Numbers());
        node.ReportRest();
        return read;
    }
}

public sealed record HoldExpected(IncidentDesign Design, bool[] IsOn)
{
    internal static HoldExpected Read(VectorNode node)
    {
        var standard = new IncidentDesign();
        var design = new IncidentDesign
        {
            Decay = node.Number("decay", standard.Decay),
            StartTrials = node.Number("start_n", standard.StartTrials),
            Factor = node.Number("factor", standard.Factor),
            Margin = node.Number("margin", standard.Margin),
            LeastTrials = node.Number("min_n", standard.LeastTrials),

            // The files compare with the running rate unless they say otherwise.
            Freezes = node.Optional("frozen")?.Truth() ?? false,
        };
        var read = new HoldExpected(design, [.. node.Need("hold_after_tick").Items().Select(i => i.Truth())]);
        node.ReportRest();
        return read;
    }
}

/// <summary>From this tick on another share is in force.</summary>
public sealed record Segment(int FromTick, double Margin)
{
    internal static Segment Read(VectorNode node)
    {
        var from = node.Need("from_tick").Whole();
        node.Skip("weight");
        var next = node.Optional("next_weight")?.Number();
        var margin = node.Optional("margin")?.Number() ?? (next is { } share
            ? 0.005 / share
            : throw new VectorFormatException(node.Path, "the field `margin`"));
        node.ReportRest();
        return new(from, margin);
    }
}

public sealed record SleeperExpected(double Mass, double Waking, double[] LogE)
{
    internal static SleeperExpected Read(VectorNode node)
    {
        var read = new SleeperExpected(
            node.Need("mass").Number(), node.Need("gamma").Number(), node.Need("log_e_after_tick").Numbers());
        node.ReportRest();
        return read;
    }
}

/// <summary>Trials by instance; those of cold instances are left out, and what remains must be the ticks.</summary>
public sealed record InstancesGiven(WarmUp Rule, ImmutableArray<InstanceTick> Ticks)
{
    internal static InstancesGiven Read(VectorNode node)
    {
        string[] expected = ["age_s", "served_before_tick", "n", "k"];
        if (!node.Need("fields").Items().Select(f => f.Text()).SequenceEqual(expected))
            throw new VectorFormatException(node.Path + ".fields", $"[{string.Join(", ", expected)}]");
        var rule = node.Need("rule");
        var warmUp = new WarmUp(
            rule.Need("min_age_s").Number(), rule.Need("min_served").Number(), rule.Need("max_age_s").Number());
        rule.ReportRest();
        var read = new InstancesGiven(warmUp, [.. node.Need("ticks").Items().Select(InstanceTick.Read)]);
        node.ReportRest();
        return read;
    }
}

public sealed record InstanceTick(ImmutableArray<double[]> Candidate, double StableTrials, double StableEvents)
{
    internal static InstanceTick Read(VectorNode node)
    {
        var candidate = node.Need("canary").Items().Select(i => Four(i)).ToImmutableArray();
        var stable = node.Need("stable").Numbers();
        if (stable.Length != 2) throw new VectorFormatException(node.Path + ".stable", "[n, k]");
        node.ReportRest();
        return new(candidate, stable[0], stable[1]);
    }

    private static double[] Four(VectorNode node) =>
        node.Numbers() is { Length: 4 } four ? four : throw node.Expected("[age_s, served_before_tick, n, k]");
}

/// <summary>Several e-values and what they are together.</summary>
public sealed record VectorCombination(
    double[] Weights, double[] LogE, double[]? CandidateEvents, double LeastEvents, double Expected)
{
    internal static VectorCombination Read(VectorNode node)
    {
        var read = new VectorCombination(
            node.Need("weights").Numbers(), node.Need("log_e").Numbers(),
            node.Optional("canary_events")?.Numbers(), node.Number("min_canary_events", 0),
            node.Need("expect_total").Number());
        node.Skip("name");
        node.ReportRest();
        if (read.Weights.Length != read.LogE.Length || (read.CandidateEvents?.Length ?? read.LogE.Length) != read.LogE.Length)
            throw new VectorFormatException(node.Path, "lists of the same length");
        return read;
    }
}
