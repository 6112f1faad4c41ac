using Headway.Core.Nodes;
using Headway.Core.Secrets;
using Headway.Node.Control;

namespace Headway.Node.Instances;

/// <summary>
/// One instance: started, watched, restarted, drained, stopped. It is given a turn ten times a second and does what
/// its phase asks for; nothing in it waits, so one thread serves all instances, and the record on disk is always ahead
/// of what is done.
/// </summary>
internal sealed class Instance : IDisposable
{
    private static readonly TimeSpan DrainedFor = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan MeasureEvery = TimeSpan.FromSeconds(1);
    private readonly InstanceRoom _room;
    private readonly RunFiles _files;
    private readonly Usage _usage = new();
    private InstanceRecord _record;
    private ProgramRun? _run;
    private HealthProbe _readiness;
    private HealthProbe _liveness;
    private TimeSpan _since;
    private TimeSpan _measured;
    private TimeSpan? _drainedSince;
    private bool _memoryIsWatched;

    private Instance(InstanceRecord record, InstanceRoom room)
    {
        (_record, _room) = (record, room);
        _files = room.FilesOf(record.Id);
        _readiness = new(room.Http, room.Options.ProbeLimit);
        _liveness = new(room.Http, room.Options.ProbeLimit);
    }

    public Phase Phase { get; private set; } = Phase.Waiting;
    public InstanceRecord Record => _record;
    public RunFiles Files => _files;
    public bool IsReady => Phase is Phase.Ready;
    /// <summary>The number at the end of the id.</summary>
    public int Number => int.Parse(_record.Id.AsSpan(_record.Id.LastIndexOf('-') + 1));

    public double CpuCores => _usage.CpuCores;

    /// <summary>Why it cannot stay up; taken back once it has been up for longer than a quick death takes.</summary>
    public string? Failure => _record.Failure;

    /// <summary>What is true now and may pass, for example that it listens on another port so far.</summary>
    public string? Problem { get; private set; }

    public static Instance Make(InstanceRecord record, InstanceRoom room)
    {
        var instance = new Instance(record, room);
        OpenFolder.Make(instance._files.Folder);
        instance.Keep(record);
        return instance;
    }

    /// <summary>Takes over an instance that an earlier control started, or finds out how it ended.</summary>
    public static Instance Adopt(InstanceRecord record, InstanceRoom room, TimeSpan now)
    {
        var instance = new Instance(record, room) { _since = now };
        if (!record.Started)
        {
            if (record.Leaving) instance.Phase = Phase.Gone;
            return instance;
        }
        if (record.HostBoot != Gateway.HostBoot.Id)
        {
            instance.Keep(record with { Started = false, WasReady = false, LastExit = "The host was restarted." });
            return instance;
        }
        room.Ports.Add(record.Port);
        var shim = instance._files.Shim(record.HostBoot) ?? new(record.HostBoot, 0, -1);
        instance._run = new(instance._files, room.GroupOf(record.Id), shim);
        if (shim.StartTicks > 0) instance._since = ProcessStat.MonotonicOf(shim.StartTicks);
        instance._memoryIsWatched = record.Run.MemoryBytes is { } limit && !instance._run.Group.LimitMemory(limit);
        if (instance._run.HasEnded) instance.NoteUnwatchedDeath(now);
        else if (record.Leaving) instance.Enter(Phase.Draining, now);
        else instance.Phase = record.WasReady ? Phase.Ready : Phase.Starting;
        return instance;
    }

    /// <summary>Drains if it has served, and stops for good.</summary>
    public void Leave(TimeSpan now)
    {
        if (_record.Leaving) return;
        Keep(_record with { Leaving = true });
        if (Phase is Phase.Waiting) Enter(Phase.Gone, now);
        else if (Phase is Phase.Starting) Terminate(now);
        else if (Phase is Phase.Ready or Phase.Unready) Enter(Phase.Draining, now);
    }

    public void Turn(InstanceTurn turn)
    {
        Measure(turn);
        switch (Phase)
        {
            case Phase.Waiting when turn.Now >= _since && turn.Folder is { } folder:
                if (Secrets(turn.Now) is { } secrets) Start(turn.Now, folder, secrets);
                break;
            case Phase.Starting or Phase.Ready or Phase.Unready when _run!.HasEnded:
                NoteDeath(turn.Now);
                break;
            case Phase.Starting:
                WatchStart(turn);
                break;
            case Phase.Ready or Phase.Unready:
                WatchHealth(turn.Now);
                break;
            case Phase.Draining when _run!.HasEnded || IsDrained(turn):
                Terminate(turn.Now);
                break;
            case Phase.Stopping when _run!.HasEnded:
                EndRun(turn.Now, $"Stopped{(_files.ExitCode is { } code ? $" with code {code}" : "")}.");
                break;
            case Phase.Stopping when turn.Now - _since > _record.Run.StopLimit:
                EndRun(turn.Now,
                    $"Did not stop within {ExitSentence.Said(_record.Run.StopLimit)} of SIGTERM and was killed.");
                break;
            case Phase.Clearing:
                Clear(turn.Now);
                break;
        }
    }

    public InstanceSeen Seen(int openConnections) => new(
        _record.Id, _run is null ? 0 : _run.Pid, _record.Port, StateWord, _record.StartedAt, _record.Restarts,
        _usage.CpuCores, _usage.MemoryBytes, openConnections, _record.LastExit) { Secrets = _record.Secrets };

    private string StateWord => Phase switch
    {
        Phase.Starting or Phase.Waiting or Phase.Clearing when _record.Failure is not null => "failed",
        Phase.Starting or Phase.Waiting => "starting",
        Phase.Clearing => _record.Leaving ? "draining" : "starting",
        Phase.Ready => "ready",
        Phase.Unready => "unready",
        Phase.Gone => "stopped",
        _ => "draining",
    };

    /// <summary>Lets go of the process; it runs on.</summary>
    public void Dispose() => _run?.Dispose();

    /// <summary>Null while they are not here. One that is refused counts as a death, so that it is asked for less often.</summary>
    private SecretsHanded? Secrets(TimeSpan now)
    {
        var seen = _room.Secrets.Take(new(_record.Lane, _record.Release, _record.Id), _record.Run.Secrets, now);
        Problem = seen.Waits;
        if (seen.Refused is not { } says) return seen.Handed;
        _room.Secrets.Forget(_record.Id);
        Keep(_record with { Deaths = _record.Deaths + 1, Failure = $"{_record.Id} is not started: {says}" });
        Enter(Phase.Waiting, now + BackOff);
        return null;
    }

    private void Start(TimeSpan now, string folder, SecretsHanded secrets)
    {
        _room.Ports.Remove(_record.Port);
        Keep(_record with
        {
            Port = FreePorts.Take(_room.Options, _room.Ports),
            HostBoot = Gateway.HostBoot.Id,
            Started = true,
            WasReady = false,
            StartedAt = DateTimeOffset.UtcNow,
            Secrets = secrets.Values.IsEmpty ? null : secrets.Versions,
        });
        _room.Ports.Add(_record.Port);
        var group = _room.GroupOf(_record.Id);
        _memoryIsWatched = _record.Run.MemoryBytes is { } bytes && !group.LimitMemory(bytes);
        if (_record.Run.CpuCores is { } cores) group.LimitCpu(cores);
        group.LimitProcesses(_room.Options.MostProcesses);
        Keep(_record with { OutOfMemoryKills = group.OutOfMemoryKills });

        var variables = RunEnvironment.OfInstance(_record, _files.Work, _room.Telemetry);
        _files.HandOver(secrets, variables, _room.User);
        var start = new RunStart(_files, folder, _record.Run.Command, variables, _room.User);
        _run = new(_files, group, start.Start(group));
        _readiness = new(_room.Http, _room.Options.ProbeLimit);
        _liveness = new(_room.Http, _room.Options.ProbeLimit);
        _usage.Forget();
        Enter(Phase.Starting, now);
    }

    private void WatchStart(InstanceTurn turn)
    {
        _readiness.Turn(turn.Now, _room.Options.ProbeWhileStarting, _record.Port, _record.Run.Health);
        if (_readiness.Passed > 0)
        {
            Problem = null;
            Keep(_record with { WasReady = true });
            Enter(Phase.Ready, turn.Now, keepSince: true);
        }
        else if (turn.Now - _since > _record.Run.StartLimit)
        {
            var sentence = $"{_record.Id} {PortSentence(turn) ?? NoAnswerSentence()}";
            Keep(_record with { Deaths = _record.Deaths + 1, Failure = sentence });
            EndRun(turn.Now, sentence);
        }
    }

    private string NoAnswerSentence() =>
        $"did not answer 2xx on {_record.Run.Health} within {ExitSentence.Said(_record.Run.StartLimit)}; "
        + $"{_readiness.Says ?? "no answer"}.";

    private string? PortSentence(InstanceTurn turn)
    {
        var ports = ListeningPorts.Of(_run!.Tree(turn.Table()).Select(process => process.Pid));
        return ports.Count == 0 || ports.Contains(_record.Port)
            ? null
            : $"listens on port {string.Join(", ", ports)} instead of {_record.Port}, which the variable PORT names; "
              + $"it was not ready within {ExitSentence.Said(_record.Run.StartLimit)}.";
    }

    private void WatchHealth(TimeSpan now)
    {
        var options = _room.Options;
        _readiness.Turn(now, options.ProbeWhileRunning, _record.Port, _record.Run.Health);
        if (Phase is Phase.Ready && _readiness.Failed >= options.ProbesToFail)
        {
            Problem = $"{_record.Id} is not ready any more: {_readiness.Says} on {_record.Run.Health}.";
            Enter(Phase.Unready, now, keepSince: true);
        }
        else if (Phase is Phase.Unready && _readiness.Passed > 0)
        {
            Problem = null;
            Enter(Phase.Ready, now, keepSince: true);
        }
        if (_record.Failure is not null && now - _since > options.QuickDeath) Keep(_record with { Failure = null });
        if (_record.Run.Liveness is not { } path) return;
        _liveness.Turn(now, options.ProbeWhileRunning, _record.Port, path);
        if (_liveness.Failed < options.ProbesToFail) return;
        Keep(_record with { Restarts = _record.Restarts + 1 });
        EndRun(now,
            $"Was killed because {_liveness.Failed} liveness checks of {path} failed in a row: {_liveness.Says}.");
    }

    private void NoteDeath(TimeSpan now)
    {
        var lived = now - _since;
        NoteDeath(now, _run!.Group.OutOfMemoryKills > _record.OutOfMemoryKills
            ? ExitSentence.OutOfMemory(_record.Run.MemoryBytes, lived)
            : ExitSentence.Of(_files.ExitCode, lived, LastLine), lived);
    }

    /// <summary>It died while no control ran: when is not known, so it is no sign of a crash loop.</summary>
    private void NoteUnwatchedDeath(TimeSpan now) =>
        NoteDeath(now, ExitSentence.Of(_files.ExitCode, null, LastLine), TimeSpan.MaxValue);

    private string? LastLine =>
        _room.Secrets.Cover(_record.Lane, _record.Release, _record.Id, _record.Run.Secrets, _files.LastLine);

    /// <summary>A death before readiness, or soon after the start, counts towards a crash loop.</summary>
    private void NoteDeath(TimeSpan now, string sentence, TimeSpan lived)
    {
        var quick = lived < _room.Options.QuickDeath || (!_record.WasReady && lived != TimeSpan.MaxValue);
        var deaths = quick ? _record.Deaths + 1 : 0;
        Keep(_record with
        {
            Restarts = _record.Restarts + 1,
            Deaths = deaths,
            WasReady = false,
            Failure = deaths >= _room.Options.DeathsInLoop
                ? $"{_record.Id} {sentence} It died {deaths} times in a row." : _record.Failure,
            LastExit = $"{char.ToUpperInvariant(sentence[0])}{sentence[1..]}",
        });
        Enter(Phase.Clearing, now);
        Clear(now);
    }

    private bool IsDrained(InstanceTurn turn)
    {
        if (turn.Now - _since > _room.Options.DrainLimit) return true;
        // Twice, since a request may be between its choice of this instance and its connection.
        _drainedSince = turn.OpenConnections(_record.Id) == 0 ? _drainedSince ?? turn.Now : null;
        return turn.Now - _drainedSince >= DrainedFor;
    }

    private void Terminate(TimeSpan now)
    {
        _run!.Terminate();
        Enter(Phase.Stopping, now);
    }

    private void EndRun(TimeSpan now, string lastExit)
    {
        Keep(_record with { LastExit = lastExit, WasReady = false });
        Enter(Phase.Clearing, now);
        Clear(now);
    }

    private void Clear(TimeSpan now)
    {
        if (!_run!.TreeIsGone)
        {
            _run.KillTree();
            return;
        }
        Keep(_record with { Started = false });
        SecretFolder.Delete(_files.Secrets);
        _run.Group.Remove();
        _run.Dispose();
        _run = null;
        _usage.Forget();
        Problem = null;
        Enter(_record.Leaving ? Phase.Gone : Phase.Waiting, now + (_record.Leaving ? TimeSpan.Zero : BackOff));
    }

    private TimeSpan BackOff => TimeSpan.FromMilliseconds(Math.Min(_room.Options.LastBackOff.TotalMilliseconds,
        _room.Options.FirstBackOff.TotalMilliseconds * Math.Pow(2, Math.Clamp(_record.Deaths - 1, 0, 20))));

    private void Measure(InstanceTurn turn)
    {
        if (_run is null || turn.Now - _measured < MeasureEvery) return;
        _measured = turn.Now;
        _usage.Turn(turn.Now, _run, turn.Table);
        if (Phase is Phase.Starting && turn.Now - _since > TimeSpan.FromSeconds(5) && _readiness.Passed == 0)
            Problem = PortSentence(turn) is { } elsewhere ? $"{_record.Id} {elsewhere}" : null;
        if (!_memoryIsWatched || Phase is Phase.Clearing) return;
        if (_usage.MemoryBytes > _record.Run.MemoryBytes)
            NoteDeath(turn.Now, ExitSentence.OutOfMemory(_record.Run.MemoryBytes, turn.Now - _since),
                turn.Now - _since);
    }

    private void Enter(Phase phase, TimeSpan since, bool keepSince = false)
    {
        Phase = phase;
        _drainedSince = null;
        if (!keepSince) _since = since;
    }

    private void Keep(InstanceRecord record)
    {
        AtomicFile.Write(_files.Record, record);
        _record = record;
    }
}
