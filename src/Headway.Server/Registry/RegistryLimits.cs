namespace Headway.Server.Registry;

/// <summary>What one client can take, and how long things wait.</summary>
public sealed class RegistryLimits
{
    /// <summary>Of one blob; more is refused while it arrives.</summary>
    public long LargestBlobBytes { get; set; } = 256L * 1024 * 1024 * 1024;

    /// <summary>Uploads under way at one time, of all clients; further ones are told to wait.</summary>
    public int MostUploads { get; set; } = 2_000;

    /// <summary>An upload that nobody has written to for so long is forgotten.</summary>
    public TimeSpan UploadFor { get; set; } = TimeSpan.FromHours(24);

    /// <summary>
    /// What no manifest names stays for so long after it was pushed or asked about, since a push may be under way that
    /// will name it.
    /// </summary>
    public TimeSpan Grace { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How long a second request waits for the first one on the same upload to end.</summary>
    public TimeSpan UploadWait { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Names in one page of a list.</summary>
    public int MostListed { get; set; } = 10_000;

    /// <summary>Bytes of descriptors in one page of referrers.</summary>
    public int MostReferrerBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>Repositories altogether.</summary>
    public int MostRepositories { get; set; } = 100_000;

    /// <summary>Tags of one repository.</summary>
    public int MostTags { get; set; } = 1_000_000;

    /// <summary>
    /// A blob whose file had its digest is sent without hashing it again for so long, unless the file was written to:
    /// one that many nodes pull in a rollout is hashed once. None hashes at each pull.
    /// </summary>
    public TimeSpan CheckedFor { get; set; } = TimeSpan.FromHours(1);

    public TimeSpan CollectEvery { get; set; } = TimeSpan.FromHours(6);
}
