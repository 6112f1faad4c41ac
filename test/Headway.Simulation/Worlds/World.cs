using System.Collections.Immutable;
using Headway.Core.Rollouts;
using Headway.Core.Targets;
using Headway.Simulation.Runs;

namespace Headway.Simulation.Worlds;

/// <summary>Everything outside the server: parts, the way to them, time, and what each release is like.</summary>
internal sealed class World
{
    private readonly Random _random;
    private readonly List<Message> _late = [];
    private int _turn;

    /// <summary>Time between two turns, except while a long wait is waited for.</summary>
    public static readonly TimeSpan Usual = TimeSpan.FromSeconds(4);

    public World(Random random, PlantedError planted)
    {
        _random = random;
        var noFences = planted == PlantedError.NoFences;
        Workload = new(random, noFences);
        Traffic = new(random, noFences, showsLoweredAsNobody: random.Next(2) == 0);
        Judge = new(random);
    }

    public FakeWorkload Workload { get; }
    public FakeTraffic Traffic { get; }
    public FakeJudge Judge { get; }
    public Dictionary<string, CandidateKind> Kinds { get; } = [];

    /// <summary>Time that the next turn takes.</summary>
    public TimeSpan Tick { get; set; } = Usual;

    /// <summary>Time that really passed; no clock shows it.</summary>
    public TimeSpan Passed { get; private set; }

    /// <summary>What the clock on the wall says; it jumps.</summary>
    public DateTimeOffset Clock { get; private set; } = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public bool Reachable { get; private set; } = true;

    public void Go(Faults faults)
    {
        _turn++;
        Passed += Tick;
        Clock += Tick;
        if (_random.NextDouble() < faults.ClockJumps) Clock += TimeSpan.FromMinutes(_random.Next(-600, 600));
        Reachable = Reachable ? _random.NextDouble() >= faults.Unreachable : faults.Unreachable <= 0 || _random.Next(3) == 0;
        for (var i = _late.Count - 1; i >= 0; i--)
        {
            if (_late[i].Due > _turn) continue;
            var message = _late[i];
            _late.RemoveAt(i);
            Deliver(message, faults);
        }
        Workload.Tick(faults);
        var fails = Traffic.Now?.Candidate is { } candidate
            && Kinds.GetValueOrDefault(candidate) is CandidateKind.Bad or CandidateKind.BadLate;
        Traffic.Tick(faults, Usual, Reachable, fails);
    }

    public void Send(Effect effect, Fence fence, Lowered? raises, Faults faults)
    {
        var message = new Message(_turn, effect, fence, raises);
        if (_random.NextDouble() < faults.Repeated) _late.Add(message with { Due = _turn + _random.Next(1, 6) });
        if (!Reachable || _random.NextDouble() < faults.Lost) return;
        if (_random.NextDouble() < faults.Late) _late.Add(message with { Due = _turn + _random.Next(1, 6) });
        else Deliver(message, faults);
    }

    public ImmutableDictionary<string, Observation> Observe(Faults faults)
    {
        var workload = Workload.Observe(Clock, faults);
        var traffic = Traffic.Observe(Clock, faults);
        if (!Reachable) workload = traffic = Observation.Unreachable(Clock, "Node `node` is not heard.");
        return ImmutableDictionary<string, Observation>.Empty
            .Add(WantedEffects.Workload, workload).Add(WantedEffects.Traffic, traffic);
    }

    private void Deliver(Message message, Faults faults)
    {
        if (message.Effect is Effect.Exposed exposed) Traffic.Obey(exposed, message.Fence, message.Raises);
        else Workload.Obey(message.Effect, message.Fence, faults);
    }

    private readonly record struct Message(int Due, Effect Effect, Fence Fence, Lowered? Raises);
}
