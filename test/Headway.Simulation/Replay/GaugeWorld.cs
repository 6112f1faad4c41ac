using Headway.Core.Evidence;
using Headway.Core.Judging;
using Headway.Core.Judging.Signals;

namespace Headway.Simulation.Replay;

/// <summary>How a gauge behaves on two releases that are the same, look by look.</summary>
public enum GaugeWorld
{
    /// <summary>Noise around a level, each look by itself.</summary>
    Noise,
    /// <summary>Noise that remembers: a first-order process with 0.9.</summary>
    Memory,
    /// <summary>A random walk from a common level, 1 % a look.</summary>
    Walk,
    /// <summary>The candidate fills up to stable's level and stays there.</summary>
    WarmUp,
    /// <summary>Memory that is collected every 30 looks or so, each side at its own time.</summary>
    Sawtooth,
    /// <summary>Both grow at the same pace from the same level, a look 2 %.</summary>
    SameLeak,
    /// <summary>Load that jumps by three and back hits both.</summary>
    LoadSteps,
    /// <summary>A queue that is empty most of the time.</summary>
    Queue,
    /// <summary>The same number always.</summary>
    Constant,
    /// <summary>Four instances of stable and one of the candidate, which differ by 10 % for good.</summary>
    Instances,
}

/// <summary>What is wrong with the candidate.</summary>
/// <param name="Factor">Its values times this.</param>
/// <param name="Share">At this part of the looks.</param>
/// <param name="Growth">And growing by this part of the level at each look.</param>
/// <param name="From">From this look on.</param>
public sealed record GaugeFault(double Factor = 1, double Share = 1, double Growth = 0, int From = 0)
{
    public static readonly GaugeFault None = new();
}

/// <summary>Rollouts that are judged by one gauge.</summary>
public sealed record GaugeReplay(SignalTest.Gauge Test, double Alpha = 0.01, double Sigma = 0.3, double Unit = 1)
{
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);
    private static readonly Comparison Sides = new("shop/production", "stable", "candidate");

    /// <summary>The look at which the candidate is taken back, or null.</summary>
    public int? Run(GaugeWorld world, GaugeFault fault, int looks, long run)
    {
        var spec = new SignalSpec("gauge", new SignalSource.Instances(InstanceMeasure.Memory), Test);
        var judge = new SignalJudge(spec, new(), Sides, Alpha);
        judge.StepStarted(new(Start, 0.05, 1, TimeSpan.Zero));
        var look = 0;
        foreach (var (stable, candidate) in Pairs(world, fault, looks, run))
        {
            judge.Observe(new(Sides.Lane, "gauge", "o", ++look, Start.AddSeconds(look),
                SideReading.Read("stable", [.. stable.Select(v => v * Unit)]), SideReading.Read("candidate", candidate * Unit)));
            if (judge.Assess(Start.AddSeconds(look)).Kind == VerdictKind.Rollback) return look;
        }

        return null;
    }

    private IEnumerable<(double[] Stable, double Candidate)> Pairs(GaugeWorld world, GaugeFault fault, int looks, long run)
    {
        var chance = new Chance(run, 1 + (int)world);
        var stable = new Gauge[world == GaugeWorld.Instances ? 4 : 1];
        for (var i = 0; i < stable.Length; i++) stable[i] = new(world, Sigma, ref chance);
        var candidate = new Gauge(world, Sigma, ref chance);
        var load = 1.0;
        for (var look = 0; look < looks; look++)
        {
            if (world == GaugeWorld.LoadSteps && chance.Happens(0.03)) load = load > 1 ? 1 : 3;
            var s = new double[stable.Length];
            for (var i = 0; i < s.Length; i++) s[i] = stable[i].Next(look, isNew: false, ref chance) * load;
            var c = candidate.Next(look, isNew: true, ref chance) * load;
            if (look >= fault.From && chance.Happens(fault.Share))
                c = c * fault.Factor + fault.Growth * (look - fault.From);
            yield return (s, c);
        }
    }

    /// <summary>One release's gauge.</summary>
    private sealed class Gauge(GaugeWorld world, double sigma, ref Chance first)
    {
        private double state = Normal(ref first), saw = first.Uniform();
        private double pace = 1 / (20 + 20 * first.Uniform());

        public double Next(int look, bool isNew, ref Chance chance)
        {
            var noise = Normal(ref chance);
            switch (world)
            {
                case GaugeWorld.Noise or GaugeWorld.LoadSteps: return Math.Exp(sigma * noise);
                case GaugeWorld.Memory:
                    state = 0.9 * state + Math.Sqrt(1 - 0.81) * noise;
                    return Math.Exp(sigma * state);
                case GaugeWorld.Walk:
                    state = (look == 0 ? 0 : state) + noise;
                    return Math.Exp(0.01 * state);
                case GaugeWorld.WarmUp:
                    return (isNew ? 1 - 0.8 * Math.Exp(-look / 60.0) : 1) * Math.Exp(0.03 * noise);
                case GaugeWorld.Sawtooth:
                    if ((saw += pace) >= 1) (saw, pace) = (0, 1 / (20 + 20 * chance.Uniform()));
                    return (1 + saw) * Math.Exp(0.02 * noise);
                case GaugeWorld.SameLeak: return 1 + 0.02 * look + 0.02 * noise;
                case GaugeWorld.Queue: return chance.Happens(0.2) ? Math.Ceiling(-5 * Math.Log(chance.Uniform())) : 0;
                case GaugeWorld.Instances: return Math.Exp(0.1 * state + 0.03 * noise);
                default: return 1;
            }
        }

        private static double Normal(ref Chance chance) =>
            Math.Sqrt(-2 * Math.Log(chance.Uniform())) * Math.Cos(2 * Math.PI * chance.Uniform());
    }
}
