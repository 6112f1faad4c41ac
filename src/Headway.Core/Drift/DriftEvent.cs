using System.Collections.Immutable;

namespace Headway.Core.Drift;

/// <summary>What runs is not what was released, or is again. The stream is `drift/SERVICE/ENVIRONMENT`.</summary>
public abstract record DriftEvent
{
    private DriftEvent() { }

    /// <param name="Differences">`NODE: changed app/main.js`; the first few.</param>
    public sealed record Found(string Release, ImmutableArray<string> Differences) : DriftEvent;

    /// <summary>What was released is put back: files anew, instances replaced one by one.</summary>
    public sealed record HealBegun(string Release, string Why) : DriftEvent;

    public sealed record Ended(string Release) : DriftEvent;
}
