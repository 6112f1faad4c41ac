using System.Collections.Immutable;
using System.Text;
using Headway.Core.Environments;
using Headway.Core.Pipelines;
using Headway.Core.Releases;
using Headway.Core.Rollouts;
using Headway.Core.Services;
using Headway.Core.Strategies;
using Headway.Server.Rollouts;
using Headway.Server.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Headway.Server.Tests.Rollouts;

/// <summary>The real loop, stepped through time on one thread, with a server that dies and a node that is slow.</summary>
internal sealed class LoopRun
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly FakeTimeProvider _time = new(Start);
    private readonly Random _random;
    private readonly MemoryEventStore _store;
    private readonly IEventStore _dying;
    private readonly LoopChecks _checks;
    private readonly double _deaths, _late, _cut;
    private LoopServer _server;
    private DateTimeOffset _due = Start, _second = Start;
    private int _cutOff;

    public LoopRun(int seed, double failing)
    {
        _random = new(seed);
        (_deaths, _late, _cut) = (_random.NextDouble() * 0.1, _random.NextDouble() * 0.7, _random.NextDouble() * 0.01);
        _store = new(_time);
        _dying = DyingStore.Over(_store, () => Faults && _random.NextDouble() < _deaths);
        Node = new(_random, _time, release => release == "shop-2" ? failing : 0.001);
        _checks = new(_store, Node);
        _server = LoopServer.Start(_dying, _time);
    }

    /// <summary>Changes the specification of releases from here on.</summary>
    public Func<ServiceSpec, ServiceSpec> Specified { get; set; } = spec => spec;

    public LoopServer Server => _server;
    public bool Faults { get; set; }
    public LoopNode Node { get; }
    public int Died { get; private set; }
    public IEventStore Store => _store;
    public TimeProvider Time => _time;
    public string? Broken => Node.Broken ?? _checks.Broken;
    public LaneState Lane => LaneEvolution.Fold("shop", "production", Stored<LaneEvent>(LaneStreams.Lane("shop/production")));

    public RolloutState? Rollout(string id) => RolloutEvolution.Fold(Stored<RolloutEvent>(LaneStreams.Rollout(id)));

    /// <summary>A release passes its pipeline.</summary>
    public void Release(int number)
    {
        var (spec, commit) = (Specified(Spec()), new Commit(new string('a', 40), "Change", "someone", _time.GetUtcNow()));
        var release = new Release($"shop-{number}", "shop", number, commit, $"sha256:{number}", null, spec, _time.GetUtcNow());
        if (number == 1) Append("service/shop", 0, new ServiceEvent.Registered("shop", "file:///shop", "main", "headway.yaml"));
        Append<RunEvent>($"run/shop-{number}", 0, new RunEvent.Started($"shop-{number}", "shop", number, commit, spec),
            new RunEvent.Finished(RunOutcome.Succeeded, "All jobs succeeded.", release));
    }

    public bool Until(Func<LaneState, bool> reached, TimeSpan limit)
    {
        for (var end = _time.GetUtcNow() + limit; _time.GetUtcNow() < end && Broken is null;)
        {
            if (reached(Lane)) return true;
            Step();
        }
        return reached(Lane);
    }

    /// <summary>Everything that was stored, without the salts, so that two runs of a seed can be compared.</summary>
    public string Log()
    {
        var log = new StringBuilder();
        foreach (var e in _store.ReadAllAsync(0, int.MaxValue, default).GetAwaiter().GetResult())
            log.AppendLine($"{e.Position} {e.Stream}@{e.Version} {e.Type} {e.At:O} {Encoding.UTF8.GetString(e.Payload!)}");
        return log.ToString();
    }

    private void Step()
    {
        var pace = _server.Next < TimeSpan.FromSeconds(1) ? TimeSpan.FromMilliseconds(250) : TimeSpan.FromSeconds(1);
        _time.Advance(pace);
        if (_time.GetUtcNow() - _second >= TimeSpan.FromSeconds(1))
        {
            _second = _time.GetUtcNow();
            Node.Serve();
        }
        if (_cutOff > 0) _cutOff--;
        else if (Faults && _random.NextDouble() < _cut) _cutOff = _random.Next(1, 60);
        else if (!Faults || _random.NextDouble() >= _late) Meet();
        if (_time.GetUtcNow() >= _due) Turn();
        _checks.Look();
    }

    private void Meet()
    {
        Node.Take(_server.Board.Desired("node-1"));
        _server.Board.Reported(Node.Report());
        _server.Receive(Node.Unsent());
    }

    private void Turn()
    {
        try
        {
            _server.Turn();
            _checks.SameState(_server.Memory);
            _due = _time.GetUtcNow() + _server.Next;
        }
        catch (ServerDiedException)
        {
            Died++;
            _server = LoopServer.Start(_dying, _time);
        }
    }

    private ImmutableArray<Recorded<T>> Stored<T>(string stream) =>
        _store.LoadAsync<T>(stream, default).GetAwaiter().GetResult();

    private void Append<T>(string stream, long version, params T[] events) where T : class =>
        _store.AppendAsync(stream, version, "test", [.. events], default).GetAwaiter().GetResult();

    private static ServiceSpec Spec() => new("shop",
        [new JobSpec("package", "make", "out", [], null, TimeSpan.FromMinutes(5), false)], new RunSpec("./run"), ObjectivesSpec.None,
        [new EnvironmentSpec("production", ["./smoke.sh"], new StrategySpec.Canary([new(0.1), new(0.5)]), 200, OnInconclusive.Ask,
            TimeSpan.FromSeconds(60), 20_600, 2, 2, ImmutableSortedDictionary<string, string>.Empty)]);
}
