using System.Collections.Immutable;

namespace Headway.Core.Drift;

/// <summary>A fold of a lane's drift.</summary>
/// <param name="Differences">What is found now; empty when all is as it was released.</param>
/// <param name="Healed">When it was put back, the newest last.</param>
public sealed record DriftState(string? Release, ImmutableArray<string> Differences, DateTimeOffset? Since, ImmutableArray<DateTimeOffset> Healed, long Version)
{
    private const int Kept = 10;

    public static readonly DriftState None = new(null, [], null, [], 0);

    public DriftState Evolve(DriftEvent happened, DateTimeOffset at) => (happened switch
    {
        DriftEvent.Found e => this with { Release = e.Release, Differences = e.Differences, Since = Since ?? at },
        DriftEvent.HealBegun => this with { Healed = [.. Healed.Append(at).TakeLast(Kept)] },
        DriftEvent.Ended => this with { Differences = [], Since = null },
        _ => throw new InvalidOperationException($"No arm for {happened.GetType().Name}."),
    }) with { Version = Version + 1 };
}
