using Headway.Simulation.Replay;

namespace Headway.Benchmarks.Judging;

/// <summary>J8: a fault that begins five minutes in, when most users have the candidate already.</summary>
internal static class LateGoals
{
    public static IEnumerable<Goal> Measure(TestBed bed)
    {
        var world = new World(5000, 0.01) { FaultRate = 0.5, FaultFrom = 300 };
        var strict = Ladder.Ramped(5000, TimeSpan.FromMinutes(5));
        yield return Goal.AtMost(
            "J8 50 % fault after 5 min, R 5000: failed requests, mean (hold-back)", 2500, bed.Ours(world).Mean());
        yield return Goal.AtMost("J8 the same, 5 min a step", 700, bed.Ours(world, strict).Mean());
        yield return Goal.Note("- others", string.Join("; ", NullGoals.Named().Select(o =>
            $"{o.Name} {bed.Many(r => o.Run(world, r), 10).Mean():0}")));
    }
}
