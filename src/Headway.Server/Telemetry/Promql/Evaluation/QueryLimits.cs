namespace Headway.Server.Telemetry.Promql.Evaluation;

/// <summary>What one query may take.</summary>
public sealed record QueryLimits
{
    /// <summary>Samples that are loaded and values that are computed.</summary>
    public long Samples { get; init; } = 50_000_000;

    /// <summary>Series that one selector finds.</summary>
    public int SelectedSeries { get; init; } = 200_000;

    /// <summary>Series of the answer.</summary>
    public int Series { get; init; } = 50_000;

    /// <summary>Times of a range query.</summary>
    public int Steps { get; init; } = 11_000;

    /// <summary>Times within one subquery.</summary>
    public int SubquerySteps { get; init; } = 1_000_000;

    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Queries that are answered at once; further ones wait for their turn.</summary>
    public int AtOnce { get; init; } = 4;

    /// <summary>How far back the newest sample of a series may lie.</summary>
    public TimeSpan LookBack { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The step of a subquery that names none.</summary>
    public TimeSpan SubqueryStep { get; init; } = TimeSpan.FromMinutes(1);
}
