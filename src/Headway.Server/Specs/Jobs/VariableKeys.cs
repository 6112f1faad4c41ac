using System.Collections.Immutable;
using Headway.Core.Pipelines;

namespace Headway.Server.Specs.Jobs;

/// <summary>Environment variables of a job, and the matrix that sets some of them.</summary>
internal static class VariableKeys
{
    private static readonly Field<ImmutableSortedDictionary<string, string>> Variables = new(
        "env", "Environment variables of the command.", VariablesShape.Shape, VariablesShape.None);

    private static readonly Field<ImmutableArray<MatrixCell>> Matrix = new(
        "matrix", "The job is run once for each combination: `{ postgres: [15, 16], os: [debian, alpine] }`; each value "
            + "is an environment variable, and `exclude` leaves combinations out.",
        MatrixShape.Shape, []);

    public static readonly ImmutableArray<JobKey> Keys =
    [
        JobKey.Of(Variables, (job, variables) => job with { Variables = variables }),
        JobKey.Of(Matrix, (job, _) => job, Check),
    ];

    /// <summary>The cells of a job as it was written, in their order; none for a job without a matrix.</summary>
    public static ImmutableArray<MatrixCell> CellsOf(SpecNode job, ProblemList problems) =>
        job is SpecNode.Map map && map.Entries.FirstOrDefault(entry => Matrix.Is(entry.Key.Text)) is { } written
            && MatrixShape.Shape.Read(written.Value, problems) is { Ok: true } read ? read.Value : [];

    private static void Check(MapValues values, ImmutableArray<MatrixCell> cells)
    {
        foreach (var axis in cells.SelectMany(cell => cell.Values).Select(value => value.Axis).Distinct())
            if (values.Get(Variables).ContainsKey(axis))
                values.Problem(Matrix, $"`{axis}` is an axis of `matrix` and a variable of `env`", "another name for one");
    }
}
