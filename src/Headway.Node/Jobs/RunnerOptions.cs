using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Headway.Core.Pipelines;

namespace Headway.Node.Jobs;

/// <summary>How a job runner is started: `headway runner --server URL --token-file F --name N --data DIR`.</summary>
/// <param name="Name">Unique among the runners of a server; a runner carries one job at a time.</param>
/// <param name="Data">Folder of this runner alone: jobs, caches, nothing secret.</param>
public sealed record RunnerOptions(Uri Server, string TokenFile, string Name, string Data)
{
    public JobLimits Limits { get; init; } = new();

    /// <summary>How many jobs are carried at once, each as a runner of its own to the server: `NAME`, `NAME.2`, ...</summary>
    public int Jobs { get; init; } = 1;

    public const int MostJobs = 256;

    public ImmutableArray<string> Labels { get; init; } = [];

    public SandboxChoice Sandbox { get; init; }

    /// <summary>Jobs of branches, or jobs of forks: never both on one runner.</summary>
    public JobTrust Trust { get; init; }

    /// <summary>All caches of package managers together; what was not used for longest goes first.</summary>
    public long CacheBytes { get; init; } = 10L << 30;

    /// <summary>Shared by the jobs that run at once, since what is in it is only ever whole.</summary>
    internal string Caches { get; init; } = Path.Combine(Data, "caches");

    /// <summary>
    /// Owner of everything that jobs do when the runner is root; no entry in the user database is needed. Another one
    /// for each data folder, since whatever runs under it is the runner's to end.
    /// </summary>
    public int Uid { get; init; } =
        64_000 + (BitConverter.ToUInt16(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(Data)))) % 900);

    /// <summary>The options of one of the jobs that are carried at once, counted from 1: own name, folder and user.</summary>
    internal RunnerOptions Slot(int number) => number == 1 ? this : this with
    {
        Name = $"{Name}.{number}", Data = Path.Combine(Data, $"slot-{number}"), Uid = Uid + (number - 1) * 100_000,
    };

    /// <summary>How often output is sent while there is some.</summary>
    public TimeSpan LogEvery { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How often the server hears of a silent job; it gives up a runner after 30 seconds.</summary>
    public TimeSpan HeartbeatEvery { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Pause between tries while the server does not answer, doubled up to the longest.</summary>
    public TimeSpan RetryFirst { get; init; } = TimeSpan.FromMilliseconds(200);

    public TimeSpan RetryLongest { get; init; } = TimeSpan.FromSeconds(3);
}

/// <summary>What is done where the machine allows no namespaces, or where nobody wants them.</summary>
public enum SandboxChoice { Auto, Required, Off }

/// <summary>Namespaces are required, and this machine allows none.</summary>
public sealed class NoSandboxException() : Exception(
    "This machine allows no namespaces, so jobs would reach its network, and `--sandbox required` forbids that.");
