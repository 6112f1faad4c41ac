using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Headway.Core.Strategies;

/// <summary>The short form that users write under an environment.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Canary), "canary")]
[JsonDerivedType(typeof(BlueGreen), "blueGreen")]
[JsonDerivedType(typeof(Rolling), "rolling")]
public abstract record StrategySpec
{
    private StrategySpec() { }

    public sealed record Canary(ImmutableArray<ShareStep> Steps) : StrategySpec;

    /// <summary>A second full set, checked off traffic, one cut-over, the old set kept for `KeepOld`.</summary>
    public sealed record BlueGreen(TimeSpan KeepOld) : StrategySpec;

    /// <summary>So many instances at a time; capacity never falls below the floor.</summary>
    public sealed record Rolling(int Batch) : StrategySpec;
}

/// <summary>`5%`, `5% for 30m`, `5% for 1000 requests`, `5% until approved`.</summary>
/// <param name="Share">0 to 1.</param>
public sealed record ShareStep(double Share, TimeSpan? For = null, int? Requests = null, bool UntilApproved = false);
