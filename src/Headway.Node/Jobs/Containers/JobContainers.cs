using System.Diagnostics;
using Headway.Core.Nodes;
using Headway.Core.Pipelines;
using Headway.Node.Jobs.Beside;

namespace Headway.Node.Jobs.Containers;

/// <summary>The containers of one job: those beside it, and the one that its command runs in, if it asks for that.</summary>
internal sealed class JobContainers : IDisposable
{
    private readonly JobOrder _order;
    private readonly ContainerEngine? _engine;
    private readonly string _label;
    private readonly List<string> _names = [];

    /// <summary>Path of the network namespace that the first container beside the job holds; null: none is held.</summary>
    private string? _network;

    private JobContainers(JobOrder order, ContainerEngine? engine, string label) =>
        (_order, _engine, _label) = (order, engine, label);

    private string? Image => _order.Room?.Image;

    /// <summary>Pulls every image, starts those beside the job, and waits until they are ready.</summary>
    /// <exception cref="JobRefusedException">There is no engine here, or an image cannot be had or gets ready.</exception>
    public static async Task<JobContainers> BeginAsync(
        JobOrder order, Sandbox sandbox, RunnerOptions options, CancellationToken stop)
    {
        var room = order.Room ?? JobRoom.Plain;
        var beside = room.Companions.Where(each => each.Kind is CompanionKind.Image).ToList();
        if (room.Image is null && beside.Count == 0) return new(order, null, "");
        if (room.Image is not null && beside.Count < room.Companions.Length)
            throw new JobRefusedException("Beside a job with an `image`, services are images too: they share its network.");
        var engine = ContainerEngine.Find() ?? throw new JobRefusedException(
            $"The job asks for the image {room.Image ?? beside[0].Image}, and the runner {options.Name} has neither podman "
            + "nor docker: apt-get install podman");
        await File.WriteAllTextAsync(MarkOf(sandbox), "", stop);
        var containers = new JobContainers(order, engine, ContainerLine.LabelOf(sandbox.Home));
        try
        {
            if (room.Image is { } image) await engine.PullAsync(image, stop);
            foreach (var each in beside) await containers.BeginAsync(each, stop);
            return containers;
        }
        catch
        {
            containers.Dispose();
            throw;
        }
    }

    /// <summary>Ends what a killed runner left: a container is nobody's child, and outlives who started it.</summary>
    public static async Task EndAllAsync(Sandbox sandbox, CancellationToken stop)
    {
        if (!File.Exists(MarkOf(sandbox)) || ContainerEngine.Find() is not { } engine) return;
        var (ok, names) = await engine.CallAsync(
            ["ps", "--all", "--quiet", "--filter", $"label={ContainerLine.LabelOf(sandbox.Home)}"], stop);
        if (ok && names.Length > 0) engine.Remove(names.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        if (ok) File.Delete(MarkOf(sandbox));
    }

    /// <summary>There once a job has used containers: without it, the engine is not even asked at a start.</summary>
    private static string MarkOf(Sandbox sandbox) => Path.Combine(sandbox.Home, "containers-used");

    /// <summary>What starts the command, and what is to be done once its first process has ended.</summary>
    public (ProcessStartInfo Start, Action Ended) Start(
        Sandbox sandbox, JobFolder folder, (Companions Companions, JobLimits Limits, ControlGroup Group) with)
    {
        if (Image is null || _engine is null)
            return (sandbox.Start(folder, _order, with.Group, with.Companions with { Network = _network }),
                () => Leftovers.End(sandbox, _order));
        var name = Named("job");
        return (ContainerLine.Start(_engine, name, _network is null ? null : _names[0], (sandbox, folder, _order, with.Limits)),
            () => _engine.Remove(name));
    }

    public void Dispose()
    {
        if (_names.Count > 0) _engine!.Remove([.. _names]);
        _names.Clear();
    }

    private async Task BeginAsync(Companion each, CancellationToken stop)
    {
        await _engine!.PullAsync(each.Image!, stop);
        var name = Named(each.Name);
        var network = _order.Network ? "host" : _network is null ? "none" : $"container:{_names[0]}";
        var (ok, says) = await _engine.CallAsync(["run", "--detach", "--name", name, "--network", network,
            "--label", _label, "--security-opt", "no-new-privileges", each.Image!], stop);
        if (!ok) throw new JobRefusedException($"Service {each.Name} cannot be started from {each.Image}: {says}");
        var pid = (await _engine.CallAsync(["inspect", "--format", "{{.State.Pid}}", name], stop)).Says;
        if (!_order.Network) _network ??= $"/proc/{pid}/ns/net";
        await ReadyAsync(each, name, pid, stop);
    }

    private async Task ReadyAsync(Companion each, string name, string pid, CancellationToken stop)
    {
        for (var rounds = 0; !await IsReadyAsync(each, name, pid, stop); rounds++)
        {
            if (rounds > 600 || !Directory.Exists($"/proc/{pid}"))
                throw new JobRefusedException($"Service {each.Name} did not get ready; what it said last: "
                    + (await _engine!.CallAsync(["logs", "--tail", "3", name], stop)).Says);
            await Task.Delay(TimeSpan.FromMilliseconds(100), stop);
        }
    }

    private async Task<bool> IsReadyAsync(Companion each, string name, string pid, CancellationToken stop)
    {
        if (each.Ready is { } ready) return (await _engine!.CallAsync(["exec", name, "/bin/sh", "-c", ready], stop)).Ok;
        var listening = $":{each.Port:X4} ";
        foreach (var table in new[] { $"/proc/{pid}/net/tcp", $"/proc/{pid}/net/tcp6" })
            if (File.Exists(table) && File.ReadLines(table).Any(line =>
                line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var local, _, "0A", ..]
                    && (local + " ").EndsWith(listening, StringComparison.Ordinal))) return true;
        return false;
    }

    private string Named(string what)
    {
        var name = $"headway-{what}-{Guid.NewGuid():N}";
        _names.Add(name);
        return name;
    }
}
