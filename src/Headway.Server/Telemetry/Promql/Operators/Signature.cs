using Headway.Server.Telemetry.Promql.Evaluation;
using Headway.Server.Telemetry.Promql.Labels;
using Headway.Server.Telemetry.Promql.Syntax;

namespace Headway.Server.Telemetry.Promql.Operators;

/// <summary>The labels by which series of two sides find each other.</summary>
internal readonly struct Signature(Matching matching)
{
    private readonly string[] _labels = matching.On ? [.. matching.Labels] : [.. matching.Labels, LabelSet.Name];
    private readonly bool _on = matching.On;

    public LabelSet Of(LabelSet labels) => _on ? labels.Keep(_labels) : labels.Drop(_labels);

    /// <summary>Rows by signature, in the order in which they stand.</summary>
    public Dictionary<LabelSet, List<Row>> Groups(List<Row> rows)
    {
        var groups = new Dictionary<LabelSet, List<Row>>(rows.Count);
        foreach (var row in rows)
        {
            var key = Of(row.Labels);
            if (groups.TryGetValue(key, out var group)) group.Add(row);
            else groups.Add(key, [row]);
        }
        return groups;
    }
}
