using Headway.Server.Telemetry.Promql.Evaluation;
using Headway.Server.Telemetry.Promql.Labels;
using Headway.Server.Telemetry.Promql.Syntax;
using Headway.Server.Telemetry.Series;

namespace Headway.Server.Telemetry.Promql.Functions;

/// <summary>`absent` and `absent_over_time`: 1 where nothing is there.</summary>
internal static class Absence
{
    public static List<Row> Of(List<Row> rows, Expression argument, int count)
    {
        var values = Evaluator.Constant(1, count);
        foreach (var row in rows)
            for (var i = 0; i < count; i++)
                if (!Row.IsAbsent(row.Values[i])) values[i] = Row.Absent;
        var absent = new Row(Labels(argument.Bare), values);
        return absent.IsEmpty ? [] : [absent];
    }

    /// <summary>What the selector says about the series that is missing: labels that must have one value.</summary>
    private static LabelSet Labels(Expression argument)
    {
        var selector = argument as Expression.Selector ?? (argument as Expression.Range)?.Of;
        var (labels, seen) = (LabelSet.Empty, new HashSet<string>());
        foreach (var matcher in selector?.Matchers ?? [])
        {
            if (matcher.Name == LabelSet.Name) continue;
            var fits = matcher.Kind == MatchKind.Equal && seen.Add(matcher.Name);
            labels = labels.With(matcher.Name, fits ? matcher.Value : "");
        }
        return labels;
    }
}
