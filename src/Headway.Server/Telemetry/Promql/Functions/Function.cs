using System.Collections.Immutable;
using Headway.Server.Telemetry.Promql.Syntax;

namespace Headway.Server.Telemetry.Promql.Functions;

/// <summary>What a function takes and gives.</summary>
/// <param name="Optional">How many of the last kind of argument may be left out or added; -1 for any number.</param>
public sealed record Function(string Name, ImmutableArray<ResultType> Takes, int Optional, ResultType Returns)
{
    private static readonly Dictionary<string, Function> ByName = All().ToDictionary(f => f.Name);

    public static IEnumerable<string> Names => ByName.Keys.Order(StringComparer.Ordinal);

    public static Function? Find(string name) => ByName.GetValueOrDefault(name);

    private static IEnumerable<Function> All()
    {
        const ResultType scalar = ResultType.Scalar, vector = ResultType.Vector, matrix = ResultType.Matrix, text = ResultType.Text;
        string[] perSample =
        [
            "abs", "absent", "acos", "acosh", "asin", "asinh", "atan", "atanh", "ceil", "cos", "cosh", "deg", "exp", "floor",
            "histogram_count", "histogram_sum", "ln", "log10", "log2", "rad", "sgn", "sin", "sinh", "sort", "sort_desc",
            "sqrt", "tan", "tanh", "timestamp",
        ];
        string[] perRange =
        [
            "absent_over_time", "avg_over_time", "changes", "count_over_time", "delta", "deriv", "idelta", "increase",
            "irate", "last_over_time", "max_over_time", "min_over_time", "present_over_time", "rate", "resets",
            "stddev_over_time", "stdvar_over_time", "sum_over_time",
        ];
        string[] perTime =
        [
            "day_of_month", "day_of_week", "day_of_year", "days_in_month", "hour", "minute", "month", "year",
        ];
        foreach (var name in perSample) yield return new(name, [vector], 0, vector);
        foreach (var name in perRange) yield return new(name, [matrix], 0, vector);
        foreach (var name in perTime) yield return new(name, [vector], 1, vector);
        yield return new("clamp", [vector, scalar, scalar], 0, vector);
        yield return new("clamp_max", [vector, scalar], 0, vector);
        yield return new("clamp_min", [vector, scalar], 0, vector);
        yield return new("histogram_fraction", [scalar, scalar, vector], 0, vector);
        yield return new("histogram_quantile", [scalar, vector], 0, vector);
        yield return new("holt_winters", [matrix, scalar, scalar], 0, vector);
        yield return new("double_exponential_smoothing", [matrix, scalar, scalar], 0, vector);
        yield return new("label_join", [vector, text, text, text], -1, vector);
        yield return new("label_replace", [vector, text, text, text, text], 0, vector);
        yield return new("pi", [], 0, scalar);
        yield return new("predict_linear", [matrix, scalar], 0, vector);
        yield return new("quantile_over_time", [scalar, matrix], 0, vector);
        yield return new("round", [vector, scalar], 1, vector);
        yield return new("scalar", [vector], 0, scalar);
        yield return new("time", [], 0, scalar);
        yield return new("vector", [scalar], 0, vector);
    }
}
