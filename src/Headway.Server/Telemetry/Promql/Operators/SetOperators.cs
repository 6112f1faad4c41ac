using Headway.Server.Telemetry.Promql.Evaluation;
using Headway.Server.Telemetry.Promql.Syntax;

namespace Headway.Server.Telemetry.Promql.Operators;

/// <summary>`and`, `or` and `unless`: which series are there, whatever their values.</summary>
internal static class SetOperators
{
    public static List<Row> Of(Expression.Binary e, List<Row> left, List<Row> right)
    {
        var signature = new Signature(e.Matching);
        return e.Operator switch
        {
            "and" => Filtered(left, right, signature, wanted: true),
            "unless" => Filtered(left, right, signature, wanted: false),
            _ => Distinct.Of([.. left, .. Filtered(right, left, signature, wanted: false)]),
        };
    }

    /// <summary>The values of rows at times where the other side has one of the same signature, or has none.</summary>
    private static List<Row> Filtered(List<Row> rows, List<Row> others, Signature signature, bool wanted)
    {
        var groups = signature.Groups(others);
        var kept = new List<Row>(rows.Count);
        foreach (var row in rows)
        {
            if (!groups.TryGetValue(signature.Of(row.Labels), out var group))
            {
                if (!wanted) kept.Add(row);
                continue;
            }
            var values = (double[])row.Values.Clone();
            for (var i = 0; i < values.Length; i++)
                if (IsThere(group, i) != wanted) values[i] = Row.Absent;
            kept.Add(row with { Values = values });
        }
        return kept;
    }

    private static bool IsThere(List<Row> group, int at)
    {
        foreach (var row in group)
            if (!Row.IsAbsent(row.Values[at])) return true;
        return false;
    }
}
