using Headway.Core.Evidence;
using Headway.Core.Nodes;
using Headway.Node.Gateway;

namespace Headway.Node.Probes;

/// <summary>
/// One look at a signal: both sides, one after the other, in an order that nobody can foresee, each with an instance of
/// its own release. Not through the gateway: what is to be tested is the release, and the gateway would hide a bad
/// instance by trying another, would need users to be sent to the candidate first, and would count us as users.
/// </summary>
internal sealed class ProbeLook(ProbeRoom room, ProbeWanted wanted)
{
    /// <summary>Null when there is nothing to tell: no instance of the candidate is ready, or the rollout is over.</summary>
    public async Task<SignalSample?> TakeAsync(CommandRun? command, CancellationToken stop)
    {
        if (room.Next(wanted.Lane, wanted.Candidate) is not { } candidate) return null;
        var stable = wanted.Stable is { } release ? room.Next(wanted.Lane, release) : null;
        var (at, problems) = (DateTimeOffset.UtcNow, new List<string>());
        var seen = new Dictionary<string, SideReading?>();
        InstanceEndpoint[] sides = stable is null ? [candidate] : [candidate, stable];
        Random.Shared.Shuffle(sides);
        foreach (var side in sides)
            if (command is null) seen[side.Release] = await CountAsync(side, stop);
            else
            {
                var (value, problem) = await command.RunAsync(side, side == candidate ? "candidate" : "stable", stop);
                if (problem is not null && room.Stays(side)) problems.Add(problem);
                seen[side.Release] = value is { } number ? SideReading.Read(side.Release, number) : null;
            }
        return room.Desired.Probes.IsDefault || room.Desired.Probes.All(probe => probe.Key != wanted.Key) ? null
            : new(wanted.Lane, wanted.Signal.Name, "", 0, at,
                wanted.Stable is { } id ? seen.GetValueOrDefault(id) : null, seen[wanted.Candidate])
            {
                Problem = problems.Count == 0 ? null : string.Join(" ", problems),
                Asked = Asked(wanted.Signal.Source),
            };
    }

    /// <summary>One trial; none when the instance was asked to leave meanwhile.</summary>
    private async Task<SideReading?> CountAsync(InstanceEndpoint side, CancellationToken stop)
    {
        var says = await ProblemAsync(new(side.Address), stop);
        if (says is null) return SideReading.Counted(side.Release, 1, 0);
        return room.Stays(side) ? SideReading.Counted(side.Release, 1, 1) with { Examples = [says] } : null;
    }

    private async Task<string?> ProblemAsync(Uri instance, CancellationToken stop)
    {
        if (wanted.Signal.Source is SignalSource.Probe { Tcp: { } talk } probe)
            return await TcpProbe.ProblemAsync(instance, talk, probe.Within, stop) is { } problem ? $"tcp: {problem}" : null;
        var steps = ProbeSteps.Of(wanted.Signal.Source);
        using var http = ProbeHttp.Client();
        var end = await new JourneyRun(http, instance, wanted.Signal.Name).RunAsync(steps, stop);
        return end.Says(steps.Length > 1) is { } says ? $"{says} (trace {end.TraceId})" : null;
    }

    private static string Asked(SignalSource source) => source switch
    {
        SignalSource.Command command => command.Run,
        SignalSource.Probe { Tcp: not null } => "TCP to each instance's port",
        _ => string.Join(", ", ProbeSteps.Of(source).Select(step => $"{step.Method} {step.Path}")),
    };
}
