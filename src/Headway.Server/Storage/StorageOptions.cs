namespace Headway.Server.Storage;

/// <summary>Where things are kept and for how long.</summary>
public sealed class StorageOptions
{
    /// <summary>Made when missing, for its owner only. Holds the keys also when events are in PostgreSQL.</summary>
    public string DataFolder { get; set; } = ".headway";

    /// <summary>
    /// `postgres://user:password@host:port/database`; anything else, or null, is SQLite in the data folder.
    /// </summary>
    public string? ConnectionString { get; set; }

    /// <summary>How long counts of requests are kept; what was decided from them is kept for ever.</summary>
    public TimeSpan EvidenceFor { get; set; } = TimeSpan.FromDays(14);

    public TimeSpan CheckpointEvery { get; set; } = TimeSpan.FromMinutes(1);

    public TimeSpan PruneEvery { get; set; } = TimeSpan.FromMinutes(10);
}
