namespace Headway.Server.Sources;

/// <summary>How git remotes are watched, and what a commit may hold.</summary>
public sealed record SourceOptions
{
    /// <summary>Folder for mirrors; for the server's user only.</summary>
    public required string Data { get; init; }

    public TimeSpan PollEvery { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Pause after repeated failures: doubled from `PollEvery` up to this.</summary>
    public TimeSpan PollAtMost { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often tags, further branches and merge requests are looked for when no hook tells.</summary>
    public TimeSpan LookBesideEvery { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Address of this server for people, in what hosts are told; null: no link.</summary>
    public string? PublicUrl { get; init; }

    /// <summary>Pause after a host could not be told, doubled up to the second.</summary>
    public TimeSpan ReportAgain { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan ReportAgainAtMost { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Git processes at one time.</summary>
    public int AtOnce { get; init; } = 4;

    public TimeSpan LookLimit { get; init; } = TimeSpan.FromSeconds(20);
    public TimeSpan FetchLimit { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Largest single file that git may write while it fetches: in effect, of a pack.</summary>
    public long PackBytes { get; init; } = 4L << 30;

    public long FileBytes { get; init; } = 100L << 20;
    public long TreeBytes { get; init; } = 500L << 20;
    public int TreeFiles { get; init; } = 100_000;

    /// <summary>A list of all files of a commit; more than that is not compared, and every job runs.</summary>
    public int ListBytes { get; init; } = 32 << 20;

    /// <summary>Commits recorded between two looks; older ones of one push are left out.</summary>
    public int CommitsAtOnce { get; init; } = 100;

    /// <summary>Names of refs that a remote may list; a repository with more is told by hooks alone.</summary>
    public int RefsBytes { get; init; } = 8 << 20;

    /// <summary>Runs that one look may start besides that of the branch; the next look goes on.</summary>
    public int StartsAtOnce { get; init; } = 20;

    /// <summary>Names of changed files that are kept with a run; a change of more counts as one of everything.</summary>
    public int ChangedBytes { get; init; } = 256 << 10;
}
