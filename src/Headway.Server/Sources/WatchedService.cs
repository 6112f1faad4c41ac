using System.Collections.Immutable;
using Headway.Core.Rollouts;
using Headway.Core.Services;

namespace Headway.Server.Sources;

/// <summary>What the watcher has to know of a service: a fold of its events.</summary>
/// <param name="Tip">The commit that was dealt with last, carried or refused; null before the first.</param>
/// <param name="Trouble">Why the source cannot be read, or null.</param>
/// <param name="Refused">Why the tip is not carried, or null.</param>
/// <param name="Run">The newest run.</param>
public sealed record WatchedService(
    string Name, string Source, string Branch, string SpecPath, string? Tip, string? Trouble, string? Refused,
        string? Run,
    long Version)
{
    /// <summary>Why the tip has no run although nothing is wrong with it, or null.</summary>
    public string? Skipped { get; init; }

    public const int RefusalsKept = 20;

    /// <summary>Which connection speaks for the repository, where that was said; null: the one of its host.</summary>
    public ServiceEvent.HostLinked? Host { get; init; }

    /// <summary>The newest of what was refused beside the branch, the newest last.</summary>
    public ImmutableArray<ServiceEvent.TriggerRefused> RefusedBeside { get; init; } = [];

    /// <summary>The newest commit that got a run: everything in it has been looked at for secrets.</summary>
    public string? Carried { get; init; }

    public static string StreamOf(string service) => $"service/{service}";

    public static WatchedService? Evolve(WatchedService? state, Recorded<ServiceEvent> recorded)
    {
        var next = (state, recorded.Event) switch
        {
            (_, ServiceEvent.Registered e) =>
                new WatchedService(e.Service, e.Source, e.Branch, e.SpecPath, state?.Tip, null, null, state?.Run, 0)
                {
                    Host = state?.Host,
                    Carried = state?.Carried,
                },
            (null, _) => null,
            (var s, ServiceEvent.CommitSeen { Beside: true }) => s,
            (var s, ServiceEvent.HostLinked e) => s with { Host = e },
            (var s, ServiceEvent.TriggerRefused e) => s with
            {
                RefusedBeside = [.. s.RefusedBeside.Append(e).TakeLast(RefusalsKept)],
            },
            (var s, ServiceEvent.CommitSeen e) => s with
            {
                Tip = e.Commit.Sha, Refused = null, Run = e.Run ?? s.Run, Skipped = e.Skipped,
                Carried = e.Run is null ? s.Carried : e.Commit.Sha,
            },
            (var s, ServiceEvent.CommitRefused e) => s with { Tip = e.Commit.Sha, Refused = e.Says, Skipped = null },
            (var s, ServiceEvent.SourceTroubled e) => s with { Trouble = e.Says },
            (var s, _) => s,
        };
        return next is null ? null : next with { Version = recorded.Version };
    }
}
