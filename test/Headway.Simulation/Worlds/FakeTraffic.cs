using System.Collections.Immutable;
using Headway.Core.Targets;
using Headway.Simulation.Runs;

namespace Headway.Simulation.Worlds;

/// <summary>A part that routes users, lowers a share by itself as its lease demands, and tells so.</summary>
internal sealed class FakeTraffic(Random random, bool obeysLowerFences, bool showsLoweredAsNobody)
{
    private TimeSpan _unheard;

    public FakePart Part { get; } = new(obeysLowerFences);
    public Effect.Exposed? Now { get; private set; }
    public Lowered? Lowered { get; private set; }

    /// <summary>Candidates whose slice of the budget was spent at some time.</summary>
    public HashSet<string> Spent { get; } = [];

    /// <summary>What users of the candidate really get.</summary>
    public double CandidateShare => Now is { Candidate: not null } now && Lowered is null ? now.To.ShareOfUsers : 0;

    /// <summary>The candidate gets copies of requests.</summary>
    public bool Mirrors => Now is { Candidate: not null, To: Exposure.Mirror } && Lowered is null;

    /// <summary>Releases that users are sent to.</summary>
    public IEnumerable<string> Served
    {
        get
        {
            if (Now is null) yield break;
            var share = CandidateShare;
            if (share > 0) yield return Now.Candidate!;
            if (share < 1 && Now.Stable is { } stable) yield return stable;
        }
    }

    /// <param name="raises">The lowering that the server had seen when it sent this, and which this may end.</param>
    public void Obey(Effect.Exposed effect, Fence fence, Lowered? raises)
    {
        if (!Part.Obeys(fence)) return;
        if (ReferenceEquals(raises, Lowered) || Now is null || Now.To != effect.To || Now.Candidate != effect.Candidate) Lowered = null;
        Now = effect;
    }

    public void Tick(Faults faults, TimeSpan time, bool serverHeard, bool candidateFails)
    {
        _unheard = serverHeard ? TimeSpan.Zero : _unheard + time;
        if (Now is not { Lease: { } lease } || (CandidateShare <= 0 && !Mirrors)) return;
        if (_unheard > lease.For) Lowered = new(LoweredBy.Lease, "The server was not heard.");
        else if (candidateFails && CandidateShare > 0 && random.NextDouble() < faults.BudgetSpent)
        {
            Lowered = new(LoweredBy.Budget, "The slice of the budget is spent.");
            Spent.Add(Now.Candidate!);
        }
    }

    public Observation Observe(DateTimeOffset now, Faults faults)
    {
        var shown = Now is null ? null : Now with { Lease = null };
        if (Lowered is not null && showsLoweredAsNobody) shown = shown! with { To = Exposure.Nobody };
        return Part.Tell(
            new(now, Part.Obeyed, [], shown, ImmutableDictionary<string, TaskSeen>.Empty, Lowered, null),
            random, faults.Lies);
    }
}
