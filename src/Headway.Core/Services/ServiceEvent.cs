using Headway.Core.Pipelines;
using Headway.Core.Releases;

namespace Headway.Core.Services;

/// <summary>What happened to a service. The stream is `service/NAME`.</summary>
public abstract record ServiceEvent
{
    private ServiceEvent() { }

    /// <param name="Source">Path or URL of a git repository.</param>
    public sealed record Registered(string Service, string Source, string Branch, string SpecPath) : ServiceEvent;

    public sealed record CommitSeen(Commit Commit, string? Run) : ServiceEvent
    {
        /// <summary>Why there is no run, where there is nothing wrong with the commit.</summary>
        public string? Skipped { get; init; }

        /// <summary>What central requirements will refuse from a day on; null when nothing is missing.</summary>
        public string? Warns { get; init; }

        /// <summary>Of a tag, another branch or a merge request: the tip of the service's branch is where it was.</summary>
        public bool Beside { get; init; }
    }

    /// <summary>What a tag, another branch, a schedule or a merge request was to start, and why it did not.</summary>
    public sealed record TriggerRefused(RunTrigger Trigger, Commit Commit, string Says) : ServiceEvent;

    /// <summary>Which connection speaks for the repository, and what the repository is called there.</summary>
    public sealed record HostLinked(string Connection, string Repository) : ServiceEvent;

    /// <summary>A push was forced: what was carried before is not part of the branch any more.</summary>
    public sealed record BranchRewritten(string From, string To) : ServiceEvent;

    /// <summary>A commit that cannot be carried: its headway.yaml is wrong, and where.</summary>
    public sealed record CommitRefused(Commit Commit, string Says) : ServiceEvent;

    /// <summary>The source cannot be read, or can again (null).</summary>
    public sealed record SourceTroubled(string? Says) : ServiceEvent;
}
