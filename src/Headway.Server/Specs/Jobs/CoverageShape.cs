using Headway.Core.TestResults;

namespace Headway.Server.Specs.Jobs;

/// <summary>`coverage:` of a job.</summary>
internal static class CoverageShape
{
    private static readonly Field<string> Reports = new(
        "reports", "Pattern of coverage reports (LCOV, Cobertura) that the job writes.",
        Shapes.Text("a pattern such as `\"**/lcov.info\"`"), "", Required: true);

    private static readonly Field<double?> Minimum = new(
        "minimum", "Share of lines that must be covered.", Share(), null);

    private static readonly Field<double?> Drop = new(
        "drop", "How much less may be covered than in the last run of the branch that passed.", Share(), null);

    private static readonly Field<double?> Changed = new(
        "changed", "Share of lines that must be covered in the files that a change touches.", Share(), null);

    public static readonly Field<CoverageSpec?> Field = new(
        "coverage", "What the job's tests must reach; without enough of it the job fails.",
        MapShape.Of("`coverage`", [Reports, Minimum, Drop, Changed], values => (CoverageSpec?)new CoverageSpec(
            values.Get(Reports), values.Get(Minimum), values.Get(Drop), values.Get(Changed))), null);

    private static Shape<double?> Share() => Quantity.Percent(0, 1).Select(share => (double?)share);
}
