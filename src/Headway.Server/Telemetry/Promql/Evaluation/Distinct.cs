using Headway.Server.Telemetry.Promql.Labels;

namespace Headway.Server.Telemetry.Promql.Evaluation;

/// <summary>
/// Taking labels away can make series equal. They become one when never two of them have a value at the same time, and
/// are an error otherwise.
/// </summary>
internal static class Distinct
{
    public const string SameLabels = "vector cannot contain metrics with the same labelset";

    public static List<Row> Of(List<Row> rows, string error = SameLabels)
    {
        if (rows.Count < 2) return rows;
        var places = new Dictionary<LabelSet, int>(rows.Count);
        var kept = 0;
        for (var i = 0; i < rows.Count; i++)
        {
            var row = rows[i];
            if (places.TryGetValue(row.Labels, out var place))
            {
                rows[place] = rows[place] with { Values = Joined(rows[place].Values, row.Values, error) };
                continue;
            }
            places.Add(row.Labels, kept);
            rows[kept++] = row;
        }
        rows.RemoveRange(kept, rows.Count - kept);
        return rows;
    }

    private static double[] Joined(double[] first, double[] second, string error)
    {
        var joined = (double[])first.Clone();
        for (var i = 0; i < joined.Length; i++)
        {
            if (Row.IsAbsent(second[i])) continue;
            if (!Row.IsAbsent(joined[i])) throw QueryFailedException.Execution(error);
            joined[i] = second[i];
        }
        return joined;
    }
}
