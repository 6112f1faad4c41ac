using Headway.Server.Journal;
using Headway.Core.Environments;
using Headway.Core.Judging;
using Headway.Core.Rollouts;
using Headway.Core.Services;
using Headway.Core.Strategies;

namespace Headway.Server.Rollouts;

/// <summary>Starts a rollout: everything it depends on is looked up, compiled to a plan, and stored before anything moves.</summary>
internal static class LaneOpening
{
    private static readonly TimeSpan ExtraStepTime = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan RollbackLimit = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    public static async Task OpenAsync(
        LaneWorld world, LaneMemory memory, QueuedRelease queued, DateTimeOffset now, CancellationToken stop)
    {
        var lane = memory.State!;
        if (world.Ledger.Release(queued.Release) is not { } release) return;
        var environment = release.Spec.Environments.FirstOrDefault(e => e.Name == memory.Environment);
        var says = environment is null ? $"{release.Id} does not know an environment `{memory.Environment}`."
            : queued.Release == lane.Current ? $"{release.Id} is out here already."
            : await world.WhyRefusedAsync(release, stop) ?? world.WhyNoSecret(release, memory.Environment);
        if (environment is null || says is not null)
        {
            // Said once: a queued rollback is looked at again on every turn, whatever holds there are.
            if (memory.State!.Hold?.Why == says) return;
            await LaneAppend.LaneAsync(world, memory, new LaneEvent.HoldPlaced(release.Id, says!), LaneTurn.System, stop);
            return;
        }
        await world.Places.EnsureAsync(memory.Lane, environment.Listen, stop);
        var history = lane.Current is null ? StableHistory.None
            : await LaneJudging.HistoryAsync(world.Store, memory.Lane, lane.Current, now, stop);
        world.Places.Delay(memory.Lane, PastEvidence.DelayOf(history));
        var started = Plan(world, memory, queued, release, environment, history);
        if (started is null) return;
        memory.Open = null;
        await LaneAppend.OpenAsync(world, memory, started, stop);
        memory.Judge = new(memory.Open!, history, release.Spec);
    }

    /// <summary>Instances that the lane's own release should have when nothing is rolled out.</summary>
    public static int Instances(LaneWorld world, LaneMemory memory) =>
        memory.State?.Current is { } current && world.Ledger.Release(current) is { } release
            ? Instances(release.Spec, memory.Environment) : 1;

    private static int Instances(ServiceSpec spec, string environment) =>
        spec.Environments.FirstOrDefault(e => e.Name == environment)?.MinInstances ?? spec.Run.MinInstances;

    private static RolloutEvent.Started? Plan(
        LaneWorld world, LaneMemory memory, QueuedRelease queued, Core.Releases.Release release,
        EnvironmentSpec environment, StableHistory history)
    {
        var lane = memory.State!;
        var parts = world.Places.Parts(memory.Lane);
        var compiled = PlanCompiler.Compile(new(
            environment, lane.Current, release.Id, Instances(release.Spec, memory.Environment), queued.Back, history)
        {
            Workload = world.Drivers.Of(parts[0].Kind).CapabilitiesOf(parts[0]),
            Traffic = world.Drivers.Of(parts[1].Kind).CapabilitiesOf(parts[1]),
        });
        if (compiled is Compiled.Refused refused)
        {
            memory.Trouble = refused.Says;
            return null;
        }
        var (budget, note) = ErrorBudget.FailedRequestsOf(environment, release.Spec.Objectives, history);
        var plan = ((Compiled.Ready)compiled).Plan;
        if (note is not null) plan = plan with { Notes = plan.Notes.Add(note) };
        var rules = new RolloutRules(
            environment.OnInconclusive, budget, release.Spec.Run.StartLimit + ExtraStepTime,
            RollbackLimit, Lease, TaskAttempts: 1);
        var id = $"{memory.Service}-{memory.Environment}-{lane.Rollouts + 1}";
        return new(id, memory.Service, memory.Environment, lane.Current, release.Id, plan, rules);
    }
}
