using Headway.Core.Services;

namespace Headway.Node.Instances;

/// <summary>The load of the ready instances of a release.</summary>
internal readonly record struct Load(int Ready, double CpuCores, double RequestsPerSecond);

/// <summary>
/// How many instances a release should have: as many as bring the load of each to its goal, n' = ceil(n * load / goal),
/// which is the rule of Kubernetes' horizontal autoscaler. Two windows keep it from swinging: up follows the least of
/// what was wanted in the short one, down the most of what was wanted in the long one.
/// </summary>
internal sealed class Scaling(ScalingOptions options)
{
    private readonly Queue<(TimeSpan At, int Wanted)> _wanted = new();
    private int _current;

    /// <param name="floor">Never fewer; wins over the service's maximum.</param>
    public int Turn(TimeSpan now, RunSpec run, int floor, Load load)
    {
        if (floor == 0) return _current = 0;
        var most = Math.Max(floor, run.MaxInstances);
        _current = Math.Clamp(Math.Max(_current, floor), floor, most);
        if (most == floor || load.Ready == 0) return _current;

        _wanted.Enqueue((now, Math.Clamp(WantedFor(run, load), floor, most)));
        while (_wanted.Peek().At < now - options.DownAfter) _wanted.Dequeue();
        var recent = _wanted.Where(entry => entry.At >= now - options.UpAfter).Min(entry => entry.Wanted);
        var highest = _wanted.Max(entry => entry.Wanted);
        var watchedLong = _wanted.Peek().At <= now - options.DownAfter + options.UpAfter;
        var watchedShort = _wanted.Peek().At <= now - options.UpAfter;
        if (recent > _current && watchedShort) _current = Math.Min(recent, _current * 2);
        else if (highest < _current && watchedLong) _current = highest;
        return _current;
    }

    /// <summary>The CPU goal is a part of the limit of cores, or of one core when there is no limit.</summary>
    private int WantedFor(RunSpec run, Load load)
    {
        var byCpu = run.ScaleAtCpu is > 0 and var cpu
            ? Needed(load.Ready, load.CpuCores / (cpu * (run.CpuCores ?? 1))) : 0;
        var byRequests = run.ScaleAtRequestsPerSecond is > 0 and var rate
            ? Needed(load.Ready, load.RequestsPerSecond / rate) : 0;
        return Math.Max(byCpu, byRequests);
    }

    /// <param name="full">How many instances' worth of load there is.</param>
    private int Needed(int ready, double full) =>
        Math.Abs(full / ready - 1) <= options.Tolerance ? ready : (int)Math.Ceiling(full - 1e-9);
}
