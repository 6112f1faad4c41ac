using Headway.Core.Releases;

namespace Headway.Core.Services;

/// <summary>What happened to a service. The stream is `service/NAME`.</summary>
public abstract record ServiceEvent
{
    private ServiceEvent() { }

    /// <param name="Source">Path or URL of a git repository.</param>
    public sealed record Registered(string Service, string Source, string Branch, string SpecPath) : ServiceEvent;

    public sealed record CommitSeen(Commit Commit, string? Run) : ServiceEvent;

    /// <summary>A push was forced: what was carried before is not part of the branch any more.</summary>
    public sealed record BranchRewritten(string From, string To) : ServiceEvent;

    /// <summary>A commit that cannot be carried: its headway.yaml is wrong, and where.</summary>
    public sealed record CommitRefused(Commit Commit, string Says) : ServiceEvent;

    /// <summary>The source cannot be read, or can again (null).</summary>
    public sealed record SourceTroubled(string? Says) : ServiceEvent;
}
