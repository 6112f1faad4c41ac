using System.Collections.Immutable;
using Headway.Core.Services;

namespace Headway.Node.Instances;

/// <summary>What is kept on disk about an instance, written before what it says is done.</summary>
/// <param name="Started">A process may exist: its shim says which, in the folder of the instance.</param>
/// <param name="WasReady">
/// It has been ready since its last start, so a restarted control takes it as ready at once.
/// </param>
/// <param name="Leaving">It is being drained and stopped for good.</param>
/// <param name="Deaths">Quick deaths in a row.</param>
internal sealed record InstanceRecord(
    string Id, string Lane, string Release, string ArtifactDigest, RunSpec Run)
{
    public int Port { get; init; }
    public string HostBoot { get; init; } = Gateway.HostBoot.Id;
    public bool Started { get; init; }
    public bool WasReady { get; init; }
    public bool Leaving { get; init; }
    public DateTimeOffset StartedAt { get; init; }
    public int Restarts { get; init; }
    public int Deaths { get; init; }
    public string? LastExit { get; init; }
    public string? Failure { get; init; }
    public long OutOfMemoryKills { get; init; }

    /// <summary>Versions of the secrets that it was started with, by name.</summary>
    public ImmutableSortedDictionary<string, int>? Secrets { get; init; }

    /// <summary>Of the document that wanted it started.</summary>
    public long Refresh { get; init; }
}
