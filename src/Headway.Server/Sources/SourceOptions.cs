namespace Headway.Server.Sources;

/// <summary>How git remotes are watched, and what a commit may hold.</summary>
public sealed record SourceOptions
{
    /// <summary>Folder for mirrors; for the server's user only.</summary>
    public required string Data { get; init; }

    public TimeSpan PollEvery { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Pause after repeated failures: doubled from `PollEvery` up to this.</summary>
    public TimeSpan PollAtMost { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Git processes at one time.</summary>
    public int AtOnce { get; init; } = 4;

    public TimeSpan LookLimit { get; init; } = TimeSpan.FromSeconds(20);
    public TimeSpan FetchLimit { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Largest single file that git may write while it fetches: in effect, of a pack.</summary>
    public long PackBytes { get; init; } = 4L << 30;

    public long FileBytes { get; init; } = 100L << 20;
    public long TreeBytes { get; init; } = 500L << 20;
    public int TreeFiles { get; init; } = 100_000;

    /// <summary>Commits recorded between two looks; older ones of one push are left out.</summary>
    public int CommitsAtOnce { get; init; } = 100;
}
