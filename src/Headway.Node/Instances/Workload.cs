using Headway.Core.Nodes;
using Headway.Core.Targets;

namespace Headway.Node.Instances;

/// <summary>The instances of one release in one lane.</summary>
internal sealed class Workload(string lane, string release, InstanceRoom room)
{
    private readonly Scaling _scaling = new(room.Options.Scaling);
    private Fence _fence;
    private string? _artifactFailure;

    public string Lane => lane;
    public string Release => release;
    public List<Instance> Instances { get; } = [];
    public bool IsEmpty => Instances.Count == 0;

    /// <param name="wanted">Null when the document does not name it any more: then it is drained and stopped.</param>
    /// <param name="serves">A route still sends users to it; it is never stopped under them.</param>
    /// <param name="requestsPerSecond">Of all ready instances together.</param>
    public void Wants(WorkloadWanted? wanted, bool serves, double requestsPerSecond, TimeSpan now)
    {
        if (wanted is not null) _fence = wanted.Fence;
        var staying = Instances.Where(instance => !instance.Record.Leaving).ToList();
        var floor = wanted?.Instances ?? 0;
        if (floor == 0 && serves) return;
        var load = new Load(
            staying.Count(instance => instance.IsReady), staying.Sum(instance => instance.CpuCores), requestsPerSecond);
        var target = floor == 0 || wanted is null ? 0 : _scaling.Turn(now, wanted.Run, floor, load);
        for (var count = staying.Count; count < target; count++) Add(wanted!);
        if (target > 0 && Renew(wanted!, staying, target, now)) return;
        var leaving = staying.OrderBy(instance => instance.IsReady).ThenByDescending(instance => instance.Number);
        foreach (var instance in leaving.Take(staying.Count - target))
            instance.Leave(now);
    }

    /// <summary>
    /// Instances from before the document asked for fresh ones give way one by one, each when all fresh ones are ready. A
    /// fresh one that does not get ready leaves things as they are.
    /// </summary>
    private bool Renew(WorkloadWanted wanted, List<Instance> staying, int target, TimeSpan now)
    {
        var old = staying.Where(instance => instance.Record.Refresh < wanted.Refresh).ToList();
        if (old.Count == 0) return false;
        if (staying.Count <= target) Add(wanted);
        else if (staying.Except(old).All(instance => instance.IsReady)) old[0].Leave(now);
        return true;
    }

    private void Add(WorkloadWanted wanted) => Instances.Add(Instance.Make(
        new(NextId(), lane, release, wanted.ArtifactDigest, wanted.Run) { Refresh = wanted.Refresh }, room));

    public void Note(string? artifactFailure) => _artifactFailure = artifactFailure;

    public WorkloadSeen Seen(Func<string, int> openConnections) => new(lane, release, _fence,
        [.. Instances.Select(instance => instance.Seen(openConnections(instance.Record.Id)))],
        _artifactFailure ?? Instances.Where(instance => !instance.Record.Leaving)
            .Select(instance => instance.Failure).FirstOrDefault(failure => failure is not null));

    /// <summary>Readable, unique on the node, and safe as a folder: `shop-production-3-9f2c1ab-1`.</summary>
    private string NextId()
    {
        var service = lane.Split('/')[0];
        var rest = release.StartsWith(service + "-", StringComparison.Ordinal)
            ? release[(service.Length + 1)..] : release;
        var stem = string.Concat($"{lane}-{rest}"
            .Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '-'));
        for (var number = 1; ; number++)
            if (!Directory.Exists(room.FilesOf($"{stem}-{number}").Folder)) return $"{stem}-{number}";
    }
}
