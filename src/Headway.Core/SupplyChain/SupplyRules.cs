using System.Text.Json.Serialization;

namespace Headway.Core.SupplyChain;

/// <summary>What a service asks of where its releases come from: the `supply:` section of headway.yaml.</summary>
/// <param name="ProvenanceRequired">
/// An artifact that was built elsewhere needs provenance, signed by a key that the server trusts. What Headway builds has
/// its own always.
/// </param>
public sealed record SupplyRules(BuildsWhere Builds = BuildsWhere.Anywhere, bool ProvenanceRequired = false)
{
    public static readonly SupplyRules None = new();
}

[JsonConverter(typeof(JsonStringEnumConverter<BuildsWhere>))]
public enum BuildsWhere
{
    /// <summary>By Headway, or elsewhere and handed over.</summary>
    Anywhere,

    /// <summary>By Headway only: nothing that was built elsewhere is taken.</summary>
    Here,

    /// <summary>Elsewhere only: commits start no jobs.</summary>
    Elsewhere,
}
