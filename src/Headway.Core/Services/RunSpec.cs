namespace Headway.Core.Services;

/// <summary>How a release is run: the `run:` section of headway.yaml.</summary>
/// <param name="Command">Relative to the root of the artifact. Gets PORT and the HEADWAY_* variables.</param>
/// <param name="Health">Path of the readiness check; a 2xx answer means ready.</param>
/// <param name="Liveness">Path of the liveness check, or null: then only the process itself is watched.</param>
public sealed record RunSpec(
    string Command,
    string Health = "/",
    string? Liveness = null,
    int MinInstances = 1,
    int MaxInstances = 1,
    long? MemoryBytes = null,
    double? CpuCores = null,
    double? ScaleAtCpu = null,
    double? ScaleAtRequestsPerSecond = null,
    TimeSpan? StartWithin = null,
    TimeSpan? StopWithin = null)
{
    public TimeSpan StartLimit => StartWithin ?? TimeSpan.FromSeconds(60);
    public TimeSpan StopLimit => StopWithin ?? TimeSpan.FromSeconds(10);

    /// <summary>What instances are given from the store: references, never values.</summary>
    public System.Collections.Immutable.ImmutableArray<Secrets.SecretUse> Secrets { get; init; } = [];

    /// <summary>Environment variables from the environment's configuration; never secrets.</summary>
    public System.Collections.Immutable.ImmutableSortedDictionary<string, string> Variables { get; init; } =
        System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty;
}
