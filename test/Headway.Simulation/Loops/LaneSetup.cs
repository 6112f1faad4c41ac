using System.Collections.Immutable;
using Headway.Core.Environments;
using Headway.Core.Evidence.Answers;
using Headway.Core.Judging;
using Headway.Core.Rollouts;
using Headway.Core.Services;
using Headway.Core.Strategies;
using Headway.Core.Targets;

namespace Headway.Simulation.Loops;

/// <summary>What a lane is configured to do: fixed for a seed.</summary>
internal sealed record LaneSetup(EnvironmentSpec Spec, int Instances, RolloutRules Rules, StableHistory History)
{
    public const string Service = "shop";
    public const string Environment = "production";

    private static readonly Capabilities Workload =
        new(true, false, 0, true, Fencing.Native, TimeSpan.FromSeconds(1));

    private static readonly Capabilities Traffic =
        new(true, true, 0.0001, false, Fencing.Native, TimeSpan.FromSeconds(1)) { Mirrors = true };

    public Plan PlanOf(string? stable, QueuedRelease next) =>
        PlanCompiler.Compile(new(Spec, stable, next.Release, Instances, next.Back, History)
        {
            Workload = Workload,
            Traffic = Traffic,
        }) switch
        {
            Compiled.Ready ready => ready.Plan,
            Compiled.Refused refused => throw new ArgumentException(refused.Says, nameof(next)),
            _ => throw new InvalidOperationException("A plan is ready or refused."),
        };

    public static LaneSetup Draw(Random random, EnvironmentSpec? own, int? instances)
    {
        var tick = Worlds.World.Usual;
        var count = instances ?? random.Next(1, 6);
        var spec = own ?? DrawSpec(random, count);
        var history = own is null && random.Next(3) == 0 ? StableHistory.None with { RequestsPerSecond = 500, Clients = 4000 }
            : StableHistory.None;
        var (step, back) = own is null ? (random.Next(8, 40), random.Next(5, 60)) : (30, 60);
        return new(spec, count, new(spec.OnInconclusive, spec.BudgetFailedRequests, tick * step, tick * back,
            tick * random.Next(4, 12), random.Next(1, 4)), history);
    }

    private static EnvironmentSpec DrawSpec(Random random, int instances)
    {
        StrategySpec? strategy = random.Next(8) switch
        {
            0 => null,
            1 => new StrategySpec.BlueGreen(TimeSpan.FromSeconds(random.Next(40))),
            2 or 3 => new StrategySpec.Rolling(random.Next(1, instances + 2)),
            _ => DrawCanary(random),
        };
        ImmutableArray<string> checks = random.Next(3) switch { 0 => [], 1 => ["./smoke.sh"], _ => ["./smoke.sh", "./load.sh"] };
        return new(Environment, checks, strategy, 50, (OnInconclusive)random.Next(3),
            random.Next(3) == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(20), 0, null, null,
            ImmutableSortedDictionary<string, string>.Empty)
        {
            Shadow = random.Next(4) > 0 ? null
                : new(0.1 * random.Next(1, 11), TimeSpan.FromSeconds(random.Next(40)), random.Next(2) * 200, MirrorRules.Default),
        };
    }

    private static StrategySpec.Canary DrawCanary(Random random)
    {
        var shares = new[] { 0.05, 0.25, 0.5 };
        return new([.. shares.Skip(random.Next(3)).Select(s => random.Next(5) switch
        {
            0 => new ShareStep(s, For: TimeSpan.FromSeconds(30)),
            1 => new ShareStep(s, Requests: 1000),
            2 => new ShareStep(s, UntilApproved: true),
            _ => new ShareStep(s),
        })]);
    }
}
