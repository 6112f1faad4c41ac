using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Headway.Core;
using Headway.Core.Pipelines;

namespace Headway.Server.Specs.Jobs;

/// <summary>`matrix:`, read into the cells that are left. The name of the job is not known here.</summary>
internal static class MatrixShape
{
    private const int AxisLimit = 5, ValueLimit = 20, CellLimit = 50, ExcludeLimit = 50, LongestValue = 200;
    private const string Exclude = "exclude";
    private const string AxisSays = "letters, digits and `_`, not beginning with a digit";

    private static readonly Shape<ImmutableArray<string>> Values = Shapes.List("an axis", ValueLimit, Shapes.Value);

    private static readonly Shape<ImmutableArray<ImmutableArray<Named<string>>>> Excludes = Shapes.List(
        Exclude, ExcludeLimit, NamedShape.Of("`exclude`", NamedShape.Variable, AxisSays, AxisLimit, Shapes.Value));

    public static readonly Shape<ImmutableArray<MatrixCell>> Shape = new(Schema, Read);

    private static JsonObject Schema() => new()
    {
        ["type"] = "object",
        ["minProperties"] = 1,
        ["additionalProperties"] = false,
        ["properties"] = new JsonObject { [Exclude] = Excludes.Schema() },
        ["patternProperties"] = new JsonObject { [NamedShape.Variable.ToString()] = new JsonObject
        {
            ["anyOf"] = new JsonArray(Values.Schema(), Excludes.Schema()),
        } },
    };

    private static Found<ImmutableArray<MatrixCell>> Read(SpecNode node, ProblemList problems)
    {
        if (node is not SpecNode.Map map)
        {
            problems.Add(node.At, $"a matrix cannot be {node.Kind}",
                "axes with their values, such as `{ postgres: [15, 16] }`");
            return default;
        }
        var before = problems.Count;
        var written = map.Entries.Where(entry => entry.Key.Text != Exclude).ToImmutableArray();
        var axes = NamedShape.Of("`matrix`", NamedShape.Variable, AxisSays, AxisLimit, Values)
            .Read(new SpecNode.Map(map.At, written), problems);
        if (!axes.Ok || problems.Count > before) return default;
        if (axes.Value.IsEmpty) problems.Add(map.At, "the matrix has no axis", "at least one, such as `postgres: [15, 16]`");
        foreach (var axis in axes.Value) CheckAxis(axis, problems);
        var size = axes.Value.Aggregate(1L, (product, axis) => product * axis.Value.Length);
        // Before anything is multiplied out.
        if (size > CellLimit * 10) problems.Add(map.At, $"the matrix has {size} cells", $"at most {CellLimit}");
        if (problems.Count > before) return default;
        var left = Excluded(map, axes.Value, CellsOf(axes.Value), problems);
        if (left.Length > CellLimit) problems.Add(map.At, $"the matrix has {left.Length} cells", $"at most {CellLimit}");
        return problems.Count == before ? Found.It(left) : default;
    }

    private static void CheckAxis(Named<ImmutableArray<string>> axis, ProblemList problems)
    {
        if (axis.Name is "PORT" || axis.Name.StartsWith("HEADWAY_", StringComparison.Ordinal))
            problems.Add(axis.Key.At, $"`{axis.Name}` is set by Headway", "another name");
        if (axis.Value.IsEmpty)
            problems.Add(axis.Written.At, $"the axis `{axis.Name}` has no value", "at least one, such as `[15]`");
        if (axis.Value.FirstOrDefault(value => value.Length > LongestValue) is { } large)
            problems.Add(axis.Written.At, $"`{SpecNode.Shorten(large)}` is too long for a value",
                $"at most {LongestValue} characters");
        foreach (var twice in axis.Value.GroupBy(value => new MatrixValue(axis.Name, value).Label)
            .Where(group => group.Count() > 1))
            problems.Add(axis.Written.At, $"two values of `{axis.Name}` would both be called `{twice.Key}`",
                "values that differ in letters, digits, `.`, `_`, `-` or `+`");
    }

    private static ImmutableArray<MatrixCell> CellsOf(ImmutableArray<Named<ImmutableArray<string>>> axes)
    {
        ImmutableArray<ImmutableArray<MatrixValue>> cells = [[]];
        foreach (var axis in axes)
            cells = [.. cells.SelectMany(cell => axis.Value.Select(value => cell.Add(new(axis.Name, value))))];
        return [.. cells.Select(cell => new MatrixCell("", cell))];
    }

    private static ImmutableArray<MatrixCell> Excluded(
        SpecNode.Map map, ImmutableArray<Named<ImmutableArray<string>>> axes, ImmutableArray<MatrixCell> cells,
        ProblemList problems)
    {
        if (map.Entries.FirstOrDefault(entry => entry.Key.Text == Exclude) is not { } written) return cells;
        var excludes = Excludes.Read(written.Value, problems);
        if (!excludes.Ok) return cells;
        foreach (var value in excludes.Value.SelectMany(each => each)) CheckExclude(value, axes, problems);
        var left = cells.Where(cell => !excludes.Value.Any(each => IsIn(each, cell))).ToImmutableArray();
        if (left.IsEmpty)
            problems.Add(written.Key.At, "`exclude` leaves no cell of the matrix", "at least one that is not excluded");
        return left;
    }

    private static void CheckExclude(
        Named<string> value, ImmutableArray<Named<ImmutableArray<string>>> axes, ProblemList problems)
    {
        if (axes.FirstOrDefault(axis => axis.Name == value.Name) is not { } axis)
            problems.Add(value.Key.At, $"`{value.Name}` is no axis of the matrix",
                string.Join(", ", axes.Select(each => $"`{each.Name}`")),
                NearestWord.To(value.Name, axes.Select(each => each.Name)));
        else if (!axis.Value.Contains(value.Value))
            problems.Add(value.Written.At, $"`{SpecNode.Shorten(value.Value)}` is no value of `{axis.Name}`",
                string.Join(", ", axis.Value.Select(each => $"`{SpecNode.Shorten(each)}`")),
                NearestWord.To(value.Value, axis.Value));
    }

    private static bool IsIn(ImmutableArray<Named<string>> exclude, MatrixCell cell) => !exclude.IsEmpty
        && exclude.All(each => cell.Values.Any(value => value.Axis == each.Name && value.Value == each.Value));
}
