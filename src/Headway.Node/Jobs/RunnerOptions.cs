using System.Security.Cryptography;
using System.Text;

namespace Headway.Node.Jobs;

/// <summary>How a job runner is started: `headway runner --server URL --token-file F --name N --data DIR`.</summary>
/// <param name="Name">Unique among the runners of a server; a runner carries one job at a time.</param>
/// <param name="Data">Folder of this runner alone: jobs, caches, nothing secret.</param>
public sealed record RunnerOptions(Uri Server, string TokenFile, string Name, string Data)
{
    public JobLimits Limits { get; init; } = new();

    /// <summary>
    /// Owner of everything that jobs do when the runner is root; no entry in the user database is needed. Another one
    /// for each data folder, since whatever runs under it is the runner's to end.
    /// </summary>
    public int Uid { get; init; } =
        64_000 + (BitConverter.ToUInt16(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(Data)))) % 900);

    /// <summary>How often output is sent while there is some.</summary>
    public TimeSpan LogEvery { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How often the server hears of a silent job; it gives up a runner after 30 seconds.</summary>
    public TimeSpan HeartbeatEvery { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Pause between tries while the server does not answer, doubled up to the longest.</summary>
    public TimeSpan RetryFirst { get; init; } = TimeSpan.FromMilliseconds(200);

    public TimeSpan RetryLongest { get; init; } = TimeSpan.FromSeconds(3);
}

/// <summary>What a job may use. Output is bounded by the order itself.</summary>
/// <param name="MemoryBytes">Null: half of the machine. Held where control groups can be made.</param>
/// <param name="DiskBytes">Of the job's folder and of the cache, each.</param>
public sealed record JobLimits(
    long? MemoryBytes = null, int Processes = 2048, long DiskBytes = 10L << 30, long SourceBytes = 1L << 30);
