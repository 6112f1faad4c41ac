using Headway.Server.Telemetry.Promql.Evaluation;

namespace Headway.Server.Telemetry.Promql.Operators;

/// <summary>Operators with a number on at least one side.</summary>
internal static class WithScalars
{
    public static double[] Both(Operator op, double[] left, double[] right)
    {
        var values = new double[left.Length];
        for (var i = 0; i < values.Length; i++)
            values[i] = !Arithmetic.IsComparison(op) ? Arithmetic.Of(op, left[i], right[i])
                : Arithmetic.Holds(op, left[i], right[i]) ? 1 : 0;
        return values;
    }

    public static List<Row> Right(Operator op, bool isBool, List<Row> rows, double[] right) =>
        Each(op, isBool, rows, (value, i) => (value, right[i]));

    public static List<Row> Left(Operator op, bool isBool, double[] left, List<Row> rows) =>
        Each(op, isBool, rows, (value, i) => (left[i], value));

    private static List<Row> Each(
        Operator op, bool isBool, List<Row> rows, Func<double, int, (double Left, double Right)> sides)
    {
        var drops = isBool || Arithmetic.DropsName(op);
        var results = new List<Row>(rows.Count);
        foreach (var (labels, values) in rows)
        {
            var made = GC.AllocateUninitializedArray<double>(values.Length);
            for (var i = 0; i < made.Length; i++)
            {
                if (Row.IsAbsent(values[i]))
                {
                    made[i] = values[i];
                    continue;
                }
                var (left, right) = sides(values[i], i);
                if (!Arithmetic.IsComparison(op)) made[i] = Arithmetic.Of(op, left, right);
                else if (isBool) made[i] = Arithmetic.Holds(op, left, right) ? 1 : 0;
                // A comparison filters: it keeps the value of the series, whichever side that stands on.
                else made[i] = Arithmetic.Holds(op, left, right) ? values[i] : Row.Absent;
            }
            results.Add(new(drops ? labels.WithoutName() : labels, made));
        }
        return drops ? Distinct.Of(results) : results;
    }
}
