using Headway.Core.Environments;
using Headway.Core.Rollouts;
using Headway.Core.Strategies;
using Headway.Simulation.Checks;
using Headway.Simulation.Loops;
using Headway.Simulation.Worlds;

namespace Headway.Simulation.Runs;

/// <summary>Lets a lane live through a few releases in a world drawn from a seed. The same seed, the same story.</summary>
public sealed class Simulator
{
    /// <summary>After the faults have stopped, so many turns are enough for anything that still goes on.</summary>
    private const int QuietTurns = 600;

    private readonly Random _random;
    private readonly SimulationOptions _options;
    private readonly Story _story;
    private readonly World _world;
    private readonly Checker _checker;
    private readonly FakeLoop _loop;
    private readonly Person _person;
    private int _newest, _turns;

    private Simulator(int seed, SimulationOptions options)
    {
        _random = new(seed);
        _options = options;
        _story = new(options.Tell);
        var setup = LaneSetup.Draw(_random, options.Environment, options.Instances);
        _world = new(_random, options.Planted);
        _checker = new(_world, setup, _story);
        _loop = new(_random, _world, setup, _checker, options.Planted);
        _person = new(_random, approves: options.Candidate == CandidateKind.Good);
    }

    public static SimulationOutcome Run(int seed, SimulationOptions options)
    {
        var run = new Simulator(seed, options);
        run.Live();
        return new(seed, run._checker.Rollouts, run._turns, run._checker.Rule, run._checker.Says, run._story.Lines,
            run._checker.Ends);
    }

    private void Live()
    {
        var faults = _options.Faults ? Faults.Draw(_random) : Faults.None;
        if (_options.Environment is not null) faults = faults with { Person = 0 };
        _checker.Deaths = faults.Dies > 0;
        Arrive(_options.Candidate is null ? Kind() : CandidateKind.Good);
        if (_options.Candidate is not null)
        {
            Settle(Faults.None);
            _story.Begin(_world.Passed);
            _checker.Ends.Clear();
        }
        var releases = _options.Releases ?? _random.Next(1, 5);
        for (var turn = _options.Faults ? _random.Next(60, 200) : 0; turn > 0 && _checker.Rule is null; turn--)
        {
            if (releases > 0 && _random.NextDouble() < (_loop.AtRest ? 0.3 : faults.NewRelease))
            {
                releases--;
                Arrive(_options.Candidate ?? Kind());
            }
            LaneCommands(faults);
            Turn(faults);
        }
        if (!_options.Faults)
            for (; releases > 0 && _checker.Rule is null; releases--)
            {
                Arrive(_options.Candidate ?? Kind());
                Settle(Faults.None);
            }
        _checker.Quiet = true;
        if (_loop.Lane.Hold is { Release: null }) _loop.Record(new LaneEvent.HoldLifted("It is quiet."));
        Settle(Faults.None);
    }

    /// <summary>Without faults every rollout ends, what waits is carried out, and the world is as the lane wants it.</summary>
    private void Settle(Faults faults)
    {
        for (var turn = 0; turn < QuietTurns && _checker.Rule is null; turn++)
        {
            Turn(faults);
            if (_loop.AtRest && _loop.Lane.Queued is null) return;
        }
        _checker.Break("rollout.ends", _loop.Open is { } open
            ? $"{open.Id} does not end: {open.Phase}, {Steps.Says(open.CurrentStep)}, paused: {open.PausedWhy ?? "no"}."
            : $"The lane does not come to rest: queued {_loop.Lane.Queued?.Release ?? "nothing"}, "
                + $"hold {_loop.Lane.Hold?.Release ?? "none"}.");
    }

    private void Turn(Faults faults)
    {
        _turns++;
        // Long waits get longer turns, so that a story stays short; instances and messages keep their pace.
        _world.Tick = _loop.Open?.CurrentStep is Step.Watch watch && watch.AtLeast / 40 > World.Usual
            ? watch.AtLeast / 40 : World.Usual;
        _world.Go(faults);
        _loop.TimePasses(_world.Tick);
        _checker.Look(_loop.Open);
        if (LaneDecider.Promote(_loop.Lane, ($"shop-{_newest}", _newest, 0), "It passed its jobs.") is { } newer) _loop.Record(newer);
        if (_checker.Rule is null) _loop.Turn(faults, _person);
        _checker.Look(_loop.Open);
    }

    private void Arrive(CandidateKind kind)
    {
        var release = $"shop-{++_newest}";
        _world.Kinds[release] = kind;
        if (_options.Candidate is null && _random.Next(15) == 0) _world.Workload.Broken.Add(release);
    }

    /// <summary>What people ask of a lane rather than of a rollout.</summary>
    private void LaneCommands(Faults faults)
    {
        if (_random.NextDouble() >= faults.Person * 0.3) return;
        switch (_random.Next(3))
        {
            case 0 when _loop.Lane.Hold is null:
                _loop.Record(new LaneEvent.HoldPlaced(null, "A holiday."));
                break;
            case 1 when _loop.Lane.Hold is not null:
                _loop.Record(new LaneEvent.HoldLifted("We are back."));
                break;
            case 2 when _loop.Open is null:
                _loop.Record(LaneDecider.RollBack(_loop.Lane, null, "It was better.").Event);
                break;
        }
    }

    private CandidateKind Kind() => (CandidateKind)_random.Next(7);
}
