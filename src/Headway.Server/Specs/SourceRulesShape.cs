using Headway.Core.Services;

namespace Headway.Server.Specs;

/// <summary>The `source:` section.</summary>
internal static class SourceRulesShape
{
    private static readonly Field<bool> Protected = new(
        "protected", "`required`: the host of the repository must say that the branch is protected.",
        Required(), false);

    private static readonly Field<int> Reviews = new(
        "reviews", "How many people other than the author must have approved the merge request that brought a commit.",
        Shapes.Whole(0, 10), 0);

    private static readonly Field<bool> Signed = new(
        "signedCommits", "`required`: a commit must be signed by a key that the server knows.", Required(), false);

    public static readonly Shape<SourceRules> Shape = MapShape.Of(
        "`source`", [Protected, Reviews, Signed],
        values => new SourceRules(values.Get(Protected), values.Get(Reviews), values.Get(Signed)));

    private static Shape<bool> Required() => Shapes.Word("required", "any").Select(word => word == "required");
}
