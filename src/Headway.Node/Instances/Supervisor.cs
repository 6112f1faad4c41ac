using System.Collections.Immutable;
using Headway.Core.Nodes;
using Headway.Core.Targets;
using Headway.Node.Control;
using Headway.Node.Gateway;

namespace Headway.Node.Instances;

/// <summary>
/// All instances of the node. `Turn` compares what is wanted with what is there and moves every instance one step;
/// it is called by one loop only, and what others may read is replaced as a whole at its end.
/// </summary>
internal sealed class Supervisor
{
    private readonly InstanceRoom _room;
    private readonly Problems _problems;
    private readonly List<Workload> _workloads = [];
    private ImmutableArray<Instance> _gone = [];

    public Supervisor(InstanceRoom room, Problems problems)
    {
        (_room, _problems) = (room, problems);
        OpenFolder.Make(room.Root);
        foreach (var folder in Directory.GetDirectories(room.Root))
            if (AtomicFile.Read<InstanceRecord>(new RunFiles(folder).Record) is { } record)
                Adopt(record);
            else StrayProcesses.End(folder);
    }

    public ImmutableArray<WorkloadSeen> Seen { get; private set; } = [];
    public ImmutableArray<InstanceEndpoint> Endpoints { get; private set; } = [];

    /// <summary>Instances that nobody has asked to leave: what goes wrong with them is their own doing.</summary>
    public ImmutableHashSet<string> Staying { get; private set; } = [];

    /// <summary>Whose output is there to be read: instances that are there, and those that are gone.</summary>
    public ImmutableArray<OutputSource> Outputs { get; private set; } = [];

    /// <summary>Where instances that are started from now on send their telemetry.</summary>
    public TelemetryAt? Telemetry
    {
        set => _room.Telemetry = value;
    }

    public IEnumerable<string> Digests =>
        _workloads.SelectMany(workload => workload.Instances).Select(instance => instance.Record.ArtifactDigest);

    public void Turn(DesiredState desired, GatewayView gateway, Func<string, ArtifactSeen> artifact, TimeSpan now)
    {
        ProcessTable? table = null;
        var turn = new InstanceTurn(now, null, gateway.OpenOnLeaving, () => table ??= ProcessTable.Read());
        foreach (var wanted in desired.Workloads) _ = Of(wanted.Lane, wanted.Release);
        foreach (var workload in _workloads)
        {
            var wanted = desired.Workloads
                .FirstOrDefault(entry => entry.Lane == workload.Lane && entry.Release == workload.Release);
            Guarded(workload.Release, () => workload.Wants(wanted, Serves(workload, desired, gateway),
                workload.Instances.Sum(instance => gateway.RequestsOn(instance.Record.Id)), now));
            var seen = wanted is { Instances: > 0 } ? artifact(wanted.ArtifactDigest) : null;
            workload.Note(seen?.Failure);
            foreach (var instance in workload.Instances)
                Guarded(instance.Record.Id, () =>
                {
                    var own = instance.Record.ArtifactDigest;
                    var folder = own == wanted?.ArtifactDigest ? seen?.Folder : artifact(own).Folder;
                    instance.Turn(turn with { Folder = folder });
                    _problems.Say($"instance {instance.Record.Id}", instance.Problem);
                });
            foreach (var gone in workload.Instances.Where(instance => instance.Phase is Phase.Gone)) NoteGone(gone);
            workload.Instances.RemoveAll(instance => instance.Phase is Phase.Gone);
        }
        _room.Secrets.KeepOnly((lane, release) => _workloads.Exists(w => w.Lane == lane && w.Release == release)
            || _gone.Any(instance => instance.Record.Lane == lane && instance.Record.Release == release));
        _workloads.RemoveAll(workload => workload.IsEmpty
            && !desired.Workloads.Any(entry => entry.Lane == workload.Lane && entry.Release == workload.Release));
        Publish(gateway);
    }

    /// <summary>A ready instance of a release, for tasks; null when there is none.</summary>
    public string? ReadyAddress(string lane, string release) => Endpoints
        .FirstOrDefault(endpoint => endpoint.Lane == lane && endpoint.Release == release && endpoint.Ready)?.Address;

    /// <summary>Everything that a gone instance wrote has been read.</summary>
    public void Forget(string id)
    {
        foreach (var instance in _gone.Where(instance => instance.Record.Id == id))
        {
            _room.Ports.Remove(instance.Record.Port);
            SecretFolder.Delete(instance.Files.Secrets);
            Directory.Delete(instance.Files.Folder, recursive: true);
        }
        _gone = _gone.RemoveAll(instance => instance.Record.Id == id);
    }

    private void NoteGone(Instance instance)
    {
        _gone = _gone.Add(instance);
        _problems.Say($"instance {instance.Record.Id}", null);
    }

    private void Adopt(InstanceRecord record) =>
        Of(record.Lane, record.Release).Instances.Add(Instance.Adopt(record, _room, Monotonic.Now));

    private Workload Of(string lane, string release)
    {
        var found = _workloads.Find(workload => workload.Lane == lane && workload.Release == release);
        if (found is null) _workloads.Add(found = new(lane, release, _room));
        return found;
    }

    private static bool Serves(Workload workload, DesiredState desired, GatewayView gateway)
    {
        if (workload.IsEmpty) return false;
        return desired.Routes.Any(route => route.Lane == workload.Lane
                && Gets(workload.Release, route.Stable, route.Candidate, route.To))
            || gateway.Routes.Any(route => route.Lane == workload.Lane
                && Gets(workload.Release, route.Stable, route.Candidate, route.To));
    }

    /// <summary>
    /// Stable gets nobody once the candidate has everybody; it is named in the route until the rollout ends.
    /// </summary>
    private static bool Gets(string release, string? stable, string? candidate, Exposure to) =>
        release == stable ? candidate is null || to.ShareOfUsers < 1
        : release == candidate && to.ShareOfUsers > 0;

    private void Guarded(string subject, Action action)
    {
        try
        {
            action();
            _problems.Say($"disk {subject}", null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException
            or System.ComponentModel.Win32Exception)
        {
            _problems.Say($"disk {subject}", $"{subject} could not go on and is tried again: {e.Message}");
        }
    }

    private void Publish(GatewayView gateway)
    {
        Seen = [.. _workloads.Select(workload => workload.Seen(gateway.OpenOn))];
        var instances = _workloads.SelectMany(workload => workload.Instances).ToList();
        Endpoints = [.. instances.Where(instance => instance.Phase is Phase.Ready or Phase.Unready or Phase.Draining)
            .Select(instance => new InstanceEndpoint(instance.Record.Lane, instance.Record.Release, instance.Record.Id,
                $"http://127.0.0.1:{instance.Record.Port}", instance.IsReady, instance.Record.StartedAt))];
        Staying = [.. instances.Where(instance => !instance.Record.Leaving).Select(instance => instance.Record.Id)];
        Outputs = [.. instances.Select(instance => new OutputSource(instance.Record, instance.Files, IsGone: false)),
            .. _gone.Select(instance => new OutputSource(instance.Record, instance.Files, IsGone: true))];
    }
}
