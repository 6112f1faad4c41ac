using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Headway.Core.Nodes;
using Headway.Node.Control;
using Headway.Node.Instances;

namespace Headway.Node.Tasks;

/// <summary>
/// The one-shot tasks of the node. Those that the document does not name any more are stopped and forgotten.
/// </summary>
internal sealed class TaskDesk
{
    private readonly string _root;
    private readonly InstanceRoom _room;
    private readonly Problems _problems;
    private readonly Dictionary<string, TaskAttempt> _attempts = [];

    public TaskDesk(string root, InstanceRoom room, Problems problems)
    {
        (_root, _room, _problems) = (root, room, problems);
        OpenFolder.Make(root);
        foreach (var folder in Directory.GetDirectories(root))
            if (AtomicFile.Read<TaskRecord>(new RunFiles(folder).Record) is { } record)
                _attempts[Path.GetFileName(folder)] = new(record, folder, room);
            else StrayProcesses.End(folder);
    }

    public ImmutableArray<TaskDone> Done { get; private set; } = [];

    public void Turn(DesiredState desired, Supervisor supervisor, Func<string, ArtifactSeen> artifact, TimeSpan now)
    {
        var wanted = new Dictionary<string, TaskAttempt>();
        foreach (var task in desired.Tasks)
            Guarded(task.Key, () =>
            {
                var name = NameOf(task);
                wanted[name] = Of(name, task);
                wanted[name].Obey(task);
                wanted[name].Secrets = desired.Workloads.FirstOrDefault(
                    entry => entry.Lane == task.Lane && entry.Release == task.Release)?.Run.Secrets ?? [];
                wanted[name].Turn(artifact(task.ArtifactDigest), () => Place(task, desired, supervisor, name), now);
            });
        foreach (var (name, attempt) in _attempts.Where(pair => !wanted.ContainsKey(pair.Key)).ToList())
            Guarded(name, () =>
            {
                if (!attempt.Remove()) return;
                attempt.Dispose();
                _attempts.Remove(name);
            });
        Done = [.. wanted.Values.Select(attempt => attempt.Done)];
    }

    private TaskAttempt Of(string name, TaskWanted task) =>
        _attempts.TryGetValue(name, out var known) ? known : _attempts[name] =
            new(new(task, Gateway.HostBoot.Id, Started: false), Path.Combine(_root, name), _room);

    /// <summary>Null while the release is wanted in the lane and no instance is ready yet.</summary>
    private Dictionary<string, string>? Place(TaskWanted task, DesiredState desired, Supervisor supervisor, string name)
    {
        var workload = desired.Workloads
            .FirstOrDefault(entry => entry.Lane == task.Lane && entry.Release == task.Release && entry.Instances > 0);
        var address = supervisor.ReadyAddress(task.Lane, task.Release);
        if (workload is not null && address is null) return null;
        var work = new RunFiles(Path.Combine(_root, name)).Work;
        var variables = RunEnvironment.Of(task.Lane, task.Release, work);
        foreach (var (variable, value) in workload?.Run.Variables.AsEnumerable() ?? [])
            if (!variable.StartsWith("HEADWAY_", StringComparison.Ordinal)) variables[variable] = value;
        if (address is not null) variables["HEADWAY_URL"] = address;
        if (workload is not null && !HandOver(workload, name, variables)) return null;
        variables["HEADWAY_TASK"] = task.Task;
        variables["HEADWAY_ATTEMPT"] = $"{task.Attempt}";
        return variables;
    }

    /// <summary>Checks are given what instances are given. False while it is not here.</summary>
    private bool HandOver(WorkloadWanted workload, string name, Dictionary<string, string> variables)
    {
        var seen = _room.Secrets.Take(
            new(workload.Lane, workload.Release, $"task-{name}"), workload.Run.Secrets, Monotonic.Now);
        if (seen.Handed is { } handed) new RunFiles(Path.Combine(_root, name)).HandOver(handed, variables, _room.User);
        return (seen.Refused ?? seen.Waits) is { } says ? throw new IOException(says) : seen.Handed is not null;
    }

    /// <summary>The release belongs to it: each rollout of a lane begins with attempt 1 of the same tasks.</summary>
    private static string NameOf(TaskWanted task) => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes($"{task.Lane}\n{task.Release}\n{task.Key}")))[..24];

    private void Guarded(string subject, Action action)
    {
        try
        {
            action();
            _problems.Say($"task {subject}", null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException
            or System.ComponentModel.Win32Exception)
        {
            _problems.Say($"task {subject}", $"Task {subject} could not go on and is tried again: {e.Message}");
        }
    }
}
