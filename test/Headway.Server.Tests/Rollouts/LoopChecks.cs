using Headway.Core.Environments;
using Headway.Core.Judging;
using Headway.Core.Rollouts;
using Headway.Core.Strategies;
using Headway.Core.Targets;
using Headway.Server.Rollouts;
using Headway.Server.Storage;

namespace Headway.Server.Tests.Rollouts;

/// <summary>The rules that must hold after every step of the real loop, by what is stored and by what the node does.</summary>
internal sealed class LoopChecks(IEventStore store, LoopNode node)
{
    private readonly Dictionary<string, RolloutState?> _rollouts = [];
    private readonly Dictionary<string, Fence> _wentBack = [];
    private LaneState _lane = LaneState.Empty("shop", "production");
    private long _position;

    public string? Broken { get; private set; }

    public void Look()
    {
        foreach (var stored in store.ReadAllAsync(_position, int.MaxValue, default).GetAwaiter().GetResult())
        {
            _position = stored.Position;
            if (stored.Stream.StartsWith("rollout/", StringComparison.Ordinal)) Look(stored.Stream, EventTypes.Known.Recorded<RolloutEvent>(stored));
            if (stored.Stream.StartsWith("lane/", StringComparison.Ordinal)) Look(EventTypes.Known.Recorded<LaneEvent>(stored));
        }
        if (node.Route is not { } route) return;
        if (route.Candidate is { } candidate && node.CandidateShare > 0) Serves(candidate, route.Fence);
        if (route.Stable is { } stable && node.CandidateShare < 1) Serves(stable, route.Fence);
    }

    /// <summary>What the loop remembers is what the store says; nothing is kept in memory alone.</summary>
    public void SameState(LaneMemory memory)
    {
        if (memory.State is not { } lane) return;
        var folded = LaneEvolution.Fold("shop", "production", store.LoadAsync<LaneEvent>("lane/shop/production", default).GetAwaiter().GetResult());
        if (folded with { Good = lane.Good } != lane) Broken ??= $"The lane in memory is at {lane.Version}, the stored one at {folded.Version}.";
        if ((lane.Open, memory.Open?.Id) is var (open, id) && open != id) Broken ??= $"The lane says {open} is open, memory has {id}.";
    }

    private void Serves(string release, Fence route)
    {
        if (node.Wanted(release) == 0) Broken ??= $"Users are sent to {release}, which does not run.";
        if (_wentBack.TryGetValue(release, out var back) && route >= back) Broken ??= $"{release} was taken back and has users again.";
    }

    private void Look(Recorded<LaneEvent> recorded)
    {
        if (recorded.Event is LaneEvent.RolloutOpened && _lane.Open is { } open) Broken ??= $"{open} is still open.";
        _lane = LaneEvolution.Evolve(_lane, recorded);
    }

    private void Look(string stream, Recorded<RolloutEvent> recorded)
    {
        var before = _rollouts.GetValueOrDefault(stream);
        if (recorded.Event is RolloutEvent.StepPassed passed && before!.Plan.Steps[passed.Step] is Step.Watch { For: WatchFor.Users }
            && passed is not { Proof: PassedBy.Promote, Verdict.Kind: VerdictKind.Promote })
            Broken ??= $"A watch passed by {passed.Proof} on {passed.Verdict?.Kind}.";
        if (recorded.Event is RolloutEvent.Ended { End: RolloutEnd.RolledBack } && node.Wanted(before!.Candidate) > 0)
            Broken ??= $"{before.Id} counts as rolled back and {before.Candidate} still runs.";
        if (recorded.Event is RolloutEvent.RollbackStarted) _wentBack[before!.Candidate] = new(store.Epoch, recorded.Position);
        _rollouts[stream] = RolloutEvolution.Evolve(before, recorded);
    }
}
