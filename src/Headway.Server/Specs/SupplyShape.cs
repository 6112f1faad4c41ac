using Headway.Core.SupplyChain;

namespace Headway.Server.Specs;

/// <summary>`supply:` of headway.yaml.</summary>
internal static class SupplyShape
{
    private static readonly Field<string> Builds = new(
        "builds", "`here`: only what Headway built is released; `elsewhere`: another CI hands releases over and commits start "
            + "no jobs; without it both are taken.",
        Shapes.Word("here", "elsewhere", "anywhere"), "anywhere");

    private static readonly Field<string> Provenance = new(
        "provenance", "`required`: what was built elsewhere needs provenance, signed by a key that the server trusts.",
        Shapes.Word("required", "optional"), "optional");

    public static readonly Shape<SupplyRules> Shape = MapShape.Of(
        "supply", [Builds, Provenance],
        values => new SupplyRules(
            values.Get(Builds) switch
            {
                "here" => BuildsWhere.Here, "elsewhere" => BuildsWhere.Elsewhere, _ => BuildsWhere.Anywhere,
            },
            values.Get(Provenance) == "required"));
}
