using Headway.Server.Telemetry.Promql.Evaluation;
using Headway.Server.Telemetry.Promql.Labels;

namespace Headway.Server.Telemetry.Promql.Aggregations;

/// <summary>Which rows are taken together.</summary>
/// <param name="Keys">Labels of each group, in the order of first appearance.</param>
/// <param name="OfRow">The group of each row.</param>
internal readonly record struct Groups(List<LabelSet> Keys, int[] OfRow)
{
    public static Groups Of(List<Row> rows, string[] labels, bool without)
    {
        string[] names = without ? [.. labels, LabelSet.Name] : labels;
        var (keys, ofRow, places) = (new List<LabelSet>(), new int[rows.Count], new Dictionary<LabelSet, int>());
        for (var i = 0; i < rows.Count; i++)
        {
            var key = names.Length == 0 ? LabelSet.Empty
                : without ? rows[i].Labels.Drop(names) : rows[i].Labels.Keep(names);
            if (!places.TryGetValue(key, out ofRow[i]))
            {
                places[key] = ofRow[i] = keys.Count;
                keys.Add(key);
            }
        }
        return new(keys, ofRow);
    }

    public double[][] Nothing(int count)
    {
        var values = new double[Keys.Count][];
        for (var i = 0; i < values.Length; i++) values[i] = Row.Nothing(count);
        return values;
    }

    public List<Row> Rows(double[][] values)
    {
        var rows = new List<Row>(Keys.Count);
        for (var i = 0; i < values.Length; i++) rows.Add(new(Keys[i], values[i]));
        return rows;
    }

    /// <summary>The indices of the rows of each group.</summary>
    public List<int>[] Members()
    {
        var members = new List<int>[Keys.Count];
        for (var i = 0; i < members.Length; i++) members[i] = [];
        for (var i = 0; i < OfRow.Length; i++) members[OfRow[i]].Add(i);
        return members;
    }
}
