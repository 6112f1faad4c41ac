using System.Collections.Concurrent;
using Headway.Server.Artifacts;
using Headway.Server.Registry.Index;

namespace Headway.Server.Registry;

/// <summary>What the parts of the registry stand on.</summary>
public sealed record RegistryWorld(
    RegistryIndex Index, BlobStore Files, RegistryRecord Record, KnownRules Rules, TimeProvider Time)
{
    private readonly ConcurrentDictionary<string, SemaphoreSlim> turns = new(StringComparer.Ordinal);

    public RegistryLimits Limits { get; init; } = new();

    internal long Now => Moments.Of(Time.GetUtcNow());

    /// <summary>
    /// Of one repository's manifests and tags only one thing is changed at a time: what a push has checked still holds
    /// when it is kept.
    /// </summary>
    public async Task<IDisposable> TurnAsync(string repository, CancellationToken stop)
    {
        var turn = turns.GetOrAdd(repository, _ => new(1, 1));
        await turn.WaitAsync(stop);
        return new Turn(turn);
    }

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
