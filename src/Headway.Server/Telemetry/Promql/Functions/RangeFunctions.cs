using Headway.Server.Telemetry.Promql.Evaluation;
using Headway.Server.Telemetry.Promql.Syntax;

namespace Headway.Server.Telemetry.Promql.Functions;

/// <summary>Functions of a range vector, by name.</summary>
internal static class RangeFunctions
{
    private static readonly Dictionary<string, WindowFunction> ByName = new()
    {
        ["rate"] = (in w, _, _) => Slope.Extrapolated(w, isCounter: true, isRate: true),
        ["increase"] = (in w, _, _) => Slope.Extrapolated(w, isCounter: true, isRate: false),
        ["delta"] = (in w, _, _) => Slope.Extrapolated(w, isCounter: false, isRate: false),
        ["irate"] = (in w, _, _) => Slope.Instant(w, isRate: true),
        ["idelta"] = (in w, _, _) => Slope.Instant(w, isRate: false),
        ["deriv"] = (in w, _, _) => Regression.Slope(w),
        ["predict_linear"] = (in w, seconds, _) => Regression.Predicted(w, seconds),
        ["holt_winters"] = Smoothing.Of,
        ["double_exponential_smoothing"] = Smoothing.Of,
        ["changes"] = (in w, _, _) => OverTime.Changes(w),
        ["resets"] = (in w, _, _) => OverTime.Resets(w),
        ["avg_over_time"] = (in w, _, _) => OverTime.Average(w.Values),
        ["sum_over_time"] = (in w, _, _) => OverTime.Sum(w.Values),
        ["min_over_time"] = (in w, _, _) => OverTime.Least(w.Values),
        ["max_over_time"] = (in w, _, _) => OverTime.Most(w.Values),
        ["count_over_time"] = (in w, _, _) => w.Values.Length,
        ["last_over_time"] = (in w, _, _) => w.Values[^1],
        ["present_over_time"] = OverTime.Present,
        ["stddev_over_time"] = (in w, _, _) => Math.Sqrt(OverTime.Variance(w.Values)),
        ["stdvar_over_time"] = (in w, _, _) => OverTime.Variance(w.Values),
        ["quantile_over_time"] = (in w, quantile, _) => OverTime.Quantile(w.Values, quantile),
    };

    public static Value.Rows Of(Evaluator evaluator, Expression.Call e, int range, Expression[] parameters, Grid grid)
    {
        double[]? Parameter(int index) =>
            index < parameters.Length ? evaluator.Scalars(parameters[index], grid) : null;
        var rows = Ranges.Apply(
            evaluator, e.Arguments[range], grid, ByName[e.Function.Name], Parameter(0), Parameter(1));
        // The last value is still what the metric's name says; everything else is not.
        if (e.Function.Name == "last_over_time") return new(rows);
        var labels = new HashSet<Labels.LabelSet>(rows.Count);
        for (var i = 0; i < rows.Count; i++)
        {
            rows[i] = rows[i] with { Labels = rows[i].Labels.WithoutName() };
            if (!labels.Add(rows[i].Labels)) throw QueryFailedException.Execution(Distinct.SameLabels);
        }
        return new(rows);
    }
}
