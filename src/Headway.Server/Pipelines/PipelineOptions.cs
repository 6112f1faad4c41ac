namespace Headway.Server.Pipelines;

/// <summary>How runs are kept and runners are watched.</summary>
public sealed record PipelineOptions
{
    /// <summary>Folder for logs of jobs; for the server's user only.</summary>
    public required string Data { get; init; }

    /// <summary>A runner that is silent for so long is lost, and its job is handed out once more.</summary>
    public TimeSpan LostAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often runners are looked after.</summary>
    public TimeSpan LookEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A runner ends a job at its time limit; when it has not so long after, it counts as lost.</summary>
    public TimeSpan OverTime { get; init; } = TimeSpan.FromMinutes(5);

    public long LogBytes { get; init; } = 10L << 20;
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(60);
}
