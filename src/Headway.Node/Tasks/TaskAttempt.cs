using System.Collections.Immutable;
using Headway.Core.Nodes;
using Headway.Core.Secrets;
using Headway.Core.Targets;
using Headway.Node.Control;
using Headway.Node.Instances;

namespace Headway.Node.Tasks;

/// <summary>
/// One attempt of a one-shot task: it is started at most once. When control was away and neither the process nor its
/// exit code is there, the outcome is Lost, which people decide about; it is never run again by itself.
/// </summary>
internal sealed class TaskAttempt : IDisposable
{
    private const int TailBytes = 4096;
    private readonly InstanceRoom _room;
    private readonly RunFiles _files;
    private readonly TimeSpan _asked = Monotonic.Now;
    private TaskRecord _record;
    private ProgramRun? _run;
    private Task? _copying;
    private TimeSpan _started;
    private string? _ending;

    public TaskAttempt(TaskRecord record, string folder, InstanceRoom room)
    {
        (_record, _room, _files) = (record, room, new(folder));
        OpenFolder.Make(folder);
        if (record is { Started: true, Outcome: Outcome.Running }) Adopt();
    }

    public TaskWanted Wanted => _record.Wanted;

    /// <summary>What it may have been given, and what its output is masked for.</summary>
    public ImmutableArray<SecretUse> Secrets { get; set; } = [];

    public TaskDone Done =>
        new(Wanted.Lane, Wanted.Key, Wanted.Fence, _record.Outcome, _record.ExitCode, _record.OutputTail);

    /// <summary>The same task may be asked for again under a newer fence.</summary>
    public void Obey(TaskWanted wanted)
    {
        if (wanted.Fence != Wanted.Fence) Keep(_record with { Wanted = wanted });
    }

    /// <param name="artifact">Where its release is unpacked.</param>
    /// <param name="place">Variables for it, or null as long as no instance of its release is ready.</param>
    public void Turn(ArtifactSeen artifact, Func<IReadOnlyDictionary<string, string>?> place, TimeSpan now)
    {
        if (_record.Outcome is not Outcome.Running) return;
        if (_run is not null) Watch(now);
        else if (artifact.Failure is { } failure) End(Outcome.Failed, null, failure);
        else if (now - _asked > Wanted.Timeout)
            End(Outcome.Failed, null, $"No instance of {Wanted.Release} was ready within "
                + $"{ExitSentence.Said(Wanted.Timeout)}, so `{Wanted.Task}` was not started.");
        else if (artifact.Folder is { } folder) Prepare(folder, place, now);
    }

    /// <summary>Nobody wants it any more.</summary>
    /// <returns>True when nothing of it is left.</returns>
    public bool Remove()
    {
        if (_run is { TreeIsGone: false })
        {
            _run.KillTree();
            return false;
        }
        if (_copying is { IsCompleted: false }) return false;
        _run?.Group.Remove();
        TarUnpacking.Delete(_files.Folder);
        return true;
    }

    public void Dispose() => _run?.Dispose();

    private string Copy => Path.Combine(_files.Folder, "artifact");

    private void Adopt()
    {
        if (_record.HostBoot != Gateway.HostBoot.Id)
        {
            End(Outcome.Lost, null, "The host was restarted while the task ran; how far it came cannot be known.");
            return;
        }
        var shim = _files.Shim(_record.HostBoot);
        _run = new(_files, _room.GroupOf(GroupName), shim ?? new(_record.HostBoot, 0, -1));
        if (shim is not null) _started = ProcessStat.MonotonicOf(shim.StartTicks);
    }

    private string GroupName => "task-" + Path.GetFileName(_files.Folder);

    private void Prepare(string folder, Func<IReadOnlyDictionary<string, string>?> place, TimeSpan now)
    {
        _copying ??= Task.Run(() => TreeCopy.Make(folder, Copy, _room.User));
        if (_copying.IsFaulted)
        {
            var reason = _copying.Exception.InnerException!.Message;
            _copying = null;
            throw new IOException($"the artifact could not be copied for task {Wanted.Key}: {reason}");
        }
        if (!_copying.IsCompleted || place() is not { } variables) return;
        Keep(_record with { Started = true, HostBoot = Gateway.HostBoot.Id });
        var group = _room.GroupOf(GroupName);
        group.LimitProcesses(_room.Options.MostProcesses);
        var start = new RunStart(_files, Copy, Wanted.Command, variables, _room.User);
        _run = new(_files, group, start.Start(group));
        _started = now;
    }

    private void Watch(TimeSpan now)
    {
        if (_ending is null && !_run!.HasEnded && now - _started > Wanted.Timeout)
            _ending = $"Killed: it ran for longer than {ExitSentence.Said(Wanted.Timeout)}.";
        if (_ending is null && !_run!.HasEnded) return;
        if (!_run!.TreeIsGone)
        {
            _run.KillTree();
            return;
        }
        var code = _files.ExitCode;
        var outcome = _ending is not null ? Outcome.Failed
            : code is null ? Outcome.Lost : code == 0 ? Outcome.Succeeded : Outcome.Failed;
        End(outcome, _ending is null ? code : null, _ending ?? (code is null
            ? "It ended without an exit code (killed together with its shim, or never quite started); how far it "
            + "came cannot be known." : null));
        _run.Group.Remove();
    }

    private void End(Outcome outcome, int? code, string? says)
    {
        var written = _room.Secrets.Cover(Wanted.Lane, Wanted.Release, GroupName, Secrets, _files.Tail(TailBytes));
        var tail = $"{written}\n{says}".Trim();
        SecretFolder.Delete(_files.Secrets);
        Keep(_record with { Outcome = outcome, ExitCode = code, OutputTail = tail });
        if (_run is { HasEnded: true } or null && _copying is null or { IsCompleted: true }) TarUnpacking.Delete(Copy);
    }

    private void Keep(TaskRecord record)
    {
        AtomicFile.Write(_files.Record, record);
        _record = record;
    }
}
