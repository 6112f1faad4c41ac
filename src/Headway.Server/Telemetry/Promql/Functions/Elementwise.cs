using Headway.Server.Telemetry.Promql.Evaluation;

namespace Headway.Server.Telemetry.Promql.Functions;

/// <summary>Functions of one value at a time. Their results lose the metric's name.</summary>
internal static class Elementwise
{
    private static readonly Dictionary<string, Func<double, double>> ByName = new()
    {
        ["abs"] = Math.Abs, ["ceil"] = Math.Ceiling, ["floor"] = Math.Floor, ["exp"] = Math.Exp, ["sqrt"] = Math.Sqrt,
        ["ln"] = Math.Log, ["log2"] = Math.Log2, ["log10"] = Math.Log10,
        ["sin"] = Math.Sin, ["cos"] = Math.Cos, ["tan"] = Math.Tan,
        ["asin"] = Math.Asin, ["acos"] = Math.Acos, ["atan"] = Math.Atan,
        ["sinh"] = Math.Sinh, ["cosh"] = Math.Cosh, ["tanh"] = Math.Tanh,
        ["asinh"] = Math.Asinh, ["acosh"] = Math.Acosh, ["atanh"] = Math.Atanh,
        ["deg"] = value => value * 180 / Math.PI, ["rad"] = value => value * Math.PI / 180,
        ["sgn"] = value => value < 0 ? -1 : value > 0 ? 1 : value,
    };

    public static Func<double, double> Find(string name) => ByName[name];

    public static List<Row> Of(List<Row> rows, Func<double, double> function)
    {
        for (var i = 0; i < rows.Count; i++)
            rows[i] = new(rows[i].Labels.WithoutName(), Array.ConvertAll(
                rows[i].Values, value => Row.IsAbsent(value) ? value : function(value)));
        return Distinct.Of(rows);
    }

    public static List<Row> With(List<Row> rows, double[] numbers, Func<double, double, double> function)
    {
        for (var i = 0; i < rows.Count; i++)
        {
            var values = GC.AllocateUninitializedArray<double>(numbers.Length);
            for (var at = 0; at < values.Length; at++)
                values[at] = rows[i].Values[at] is var value && Row.IsAbsent(value) ? value : function(value, numbers[at]);
            rows[i] = new(rows[i].Labels.WithoutName(), values);
        }
        return Distinct.Of(rows);
    }

    public static List<Row> Clamp(List<Row> rows, double[] least, double[] most)
    {
        for (var i = 0; i < rows.Count; i++)
        {
            var values = GC.AllocateUninitializedArray<double>(least.Length);
            for (var at = 0; at < values.Length; at++)
                values[at] = Row.IsAbsent(rows[i].Values[at]) || most[at] < least[at] ? Row.Absent
                    : Most(least[at], Least(most[at], rows[i].Values[at]));
            rows[i] = new(rows[i].Labels.WithoutName(), values);
        }
        return Distinct.Of(rows);
    }

    /// <summary>Like Go: an infinity that wins anyway wins over what is no number, too.</summary>
    public static double Least(double a, double b) =>
        double.IsNegativeInfinity(a) || double.IsNegativeInfinity(b) ? double.NegativeInfinity : Math.Min(a, b);

    public static double Most(double a, double b) =>
        double.IsPositiveInfinity(a) || double.IsPositiveInfinity(b) ? double.PositiveInfinity : Math.Max(a, b);

    /// <summary>Ties go up. The nearest is inverted first, which makes fewer errors of rounding.</summary>
    public static double Round(double value, double nearest)
    {
        var inverse = 1 / nearest;
        return Math.Floor(value * inverse + 0.5) / inverse;
    }
}
