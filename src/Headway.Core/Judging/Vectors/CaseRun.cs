namespace Headway.Core.Judging.Vectors;

/// <summary>One case of a vector file, run through the pieces that the judge is made of.</summary>
internal sealed class CaseRun
{
    private readonly VectorCase given;
    private readonly StableRate rate;
    private readonly FailProcess fail;
    private readonly FailProcess? sleeper;
    private readonly PassProcess[] passes;
    private readonly RiskInterval interval;
    private readonly IncidentHold? hold;
    private PassProcess? step;
    private Trials open;
    private readonly List<double> logE = [], gated = [], asleep = [], steps = [];
    private readonly List<double>[] passed;
    private readonly List<bool> held = [];

    public CaseRun(VectorCase given)
    {
        this.given = given;
        rate = new(given.RateDesign, given.HistoryEvents, given.HistoryTrials);
        fail = new(given.Design);
        sleeper = given.Sleeper is { } s
            ? new(given.Design with { SleepingMass = s.Mass, Waking = s.Waking, PriorSlope = 0 })
            : null;
        passes = [.. given.Passes.Select(p => p.Process())];
        passed = [.. passes.Select(_ => new List<double>())];
        interval = new(given.Interval?.Grid ?? RiskGrid.Default);
        hold = given.Hold is { } h ? new(h.Design, rate.Value) : null;
    }

    public IEnumerable<Checked> Check()
    {
        for (var i = 0; i < given.Ticks.Length; i++) Tick(i);
        return Fails().Concat(Passes()).Concat(Interval()).Concat(Hold()).Concat(Instances());
    }

    private void Tick(int index)
    {
        foreach (var segment in given.Segments)
        {
            if (segment.FromTick != index) continue;
            open = default;
            step = given.PassStepsByRatio ? PassProcess.Ratio(segment.Margin) : PassProcess.Margin(segment.Margin);
        }

        var tick = given.Ticks[index];
        if (hold is not null) held.Add(hold.Tick(tick.StableEvents, tick.StableTrials, rate.Value));
        open += tick;
        if (open.IsJudgeable) Close();
        logE.Add(fail.LogE);
        gated.Add(fail.GatedLogE(given.Gate?.LeastEvents ?? 0));
        if (sleeper is not null) asleep.Add(sleeper.LogE);
        for (var i = 0; i < passes.Length; i++) passed[i].Add(passes[i].LogE);
        steps.Add(step?.LogE ?? 0);
    }

    private void Close()
    {
        var tb = rate.Value;
        fail.Apply(open, tb);
        sleeper?.Apply(open, tb);
        foreach (var pass in passes) pass.Apply(open, tb);
        step?.Apply(open, tb);
        interval.Apply(open);
        rate.Observe(open);
        open = default;
    }

    private IEnumerable<Checked> Fails()
    {
        if (given.Fail is { } expected)
        {
            if (expected.LogE is { } logs) yield return Compare("expect_fail.log_e_after_tick", logE, logs);
            if (expected.Components is { } parts)
                yield return Compare("expect_fail.L", [.. fail.Components], parts);
            if (expected.Events is { } a) yield return Compare("expect_fail.A", [rate.Events], [a]);
            if (expected.Trials is { } n) yield return Compare("expect_fail.N", [rate.Trials], [n]);
        }

        if (given.Gate is { } gate) yield return Compare("expect_gate.log_e_gated_after_tick", gated, gate.LogE);
        if (given.Sleeper is { } s) yield return Compare("expect_fail_sleeper.log_e_after_tick", asleep, s.LogE);
    }

    private IEnumerable<Checked> Passes()
    {
        for (var i = 0; i < passes.Length; i++)
            yield return Compare($"expect_pass[{i}].log_e_after_tick", passed[i], given.Passes[i].LogE);
        if (given.PassSteps is { } expected)
            yield return Compare("expect_pass_steps.log_e_after_tick", steps, expected);
    }

    private IEnumerable<Checked> Interval()
    {
        if (given.Interval is not { } expected) yield break;
        var (low, high) = interval.Within(expected.Alpha);
        var best = interval.Estimate;
        if (expected.LogMixture is { } mixture)
            yield return Compare("expect_cs.log_mixture", [interval.LogMixture], [mixture]);
        if (expected.Lower is { } lower)
            yield return Compare("expect_cs.lower", [interval.Grid.At(low)], [lower]);
        if (expected.Upper is { } upper)
            yield return Compare("expect_cs.upper", [interval.Grid.At(high)], [upper]);
        if (expected.LowerIndex is { } l) yield return Same("expect_cs.lower_index", low, l);
        if (expected.UpperIndex is { } u) yield return Same("expect_cs.upper_index", high, u);
        if (!expected.HasEstimate) yield break;
        yield return Same("expect_cs.estimate_index", best, expected.EstimateIndex);
        if (best is { } at && expected.Estimate is { } estimate)
            yield return Compare("expect_cs.estimate", [interval.Grid.At(at)], [estimate]);
        else yield return Same("expect_cs.estimate", best is null, expected.Estimate is null);
    }

    private IEnumerable<Checked> Hold()
    {
        if (given.Hold is not { } expected) yield break;
        yield return Same("expect_hold.hold_after_tick", string.Join(' ', held), string.Join(' ', expected.IsOn));
    }

    private IEnumerable<Checked> Instances()
    {
        if (given.Instances is not { } instances) yield break;
        var ticks = instances.Ticks.Select(t =>
        {
            var warm = t.Candidate.Where(c => instances.Rule.IsWarm(c[0], c[1])).ToList();
            return new Trials(warm.Sum(c => c[2]), warm.Sum(c => c[3]), t.StableTrials, t.StableEvents);
        });
        yield return Same("instances.ticks", string.Join(' ', ticks), string.Join(' ', given.Ticks));
    }

    private Checked Compare(string what, List<double> actual, double[] expected)
    {
        if (actual.Count != expected.Length)
            return new(given.Name, what, double.PositiveInfinity, $"{actual.Count} values, the file has {expected.Length}");
        var error = 0.0;
        for (var i = 0; i < actual.Count; i++) error = Math.Max(error, VectorCheck.ErrorOf(actual[i], expected[i]));
        return new(given.Name, what, error, null);
    }

    private Checked Same<T>(string what, T actual, T expected) =>
        EqualityComparer<T>.Default.Equals(actual, expected)
            ? new(given.Name, what, 0, null)
            : new(given.Name, what, double.PositiveInfinity, $"{actual}, the file says {expected}");
}
