using Headway.Server.Telemetry.Promql.Evaluation;

namespace Headway.Server.Telemetry.Promql.Functions;

/// <summary>Order of the answer of an instant query; a range query is in order of labels whatever is asked.</summary>
internal static class Sorting
{
    /// <summary>What is no number comes last either way.</summary>
    public static List<Row> Of(List<Row> rows, bool descending) => rows.Count == 0 || rows[0].Values.Length > 1 ? rows
        : [.. rows.OrderBy(row => double.IsNaN(row.Values[0]) ? 1 : 0)
            .ThenBy(row => descending ? -row.Values[0] : row.Values[0])];
}
