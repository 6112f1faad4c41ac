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
    public static string StreamOf(string service) => $"service/{service}";

    public static WatchedService? Evolve(WatchedService? state, Recorded<ServiceEvent> recorded)
    {
        var next = (state, recorded.Event) switch
        {
            (_, ServiceEvent.Registered e) =>
                new WatchedService(e.Service, e.Source, e.Branch, e.SpecPath, state?.Tip, null, null, state?.Run, 0),
            (null, _) => null,
            (var s, ServiceEvent.CommitSeen e) => s with { Tip = e.Commit.Sha, Refused = null, Run = e.Run ?? s.Run },
            (var s, ServiceEvent.CommitRefused e) => s with { Tip = e.Commit.Sha, Refused = e.Says },
            (var s, ServiceEvent.SourceTroubled e) => s with { Trouble = e.Says },
            (var s, _) => s,
        };
        return next is null ? null : next with { Version = recorded.Version };
    }
}
