namespace Headway.Server.Telemetry.Promql.Syntax;

public enum AggregationKind
{
    Sum, Avg, Count, Min, Max, Group, Stddev, Stdvar, Topk, Bottomk, Quantile, CountValues,
}

public static class AggregationKinds
{
    public static readonly IReadOnlyDictionary<string, AggregationKind> ByWord = new Dictionary<string, AggregationKind>
    {
        ["sum"] = AggregationKind.Sum, ["avg"] = AggregationKind.Avg, ["count"] = AggregationKind.Count,
        ["min"] = AggregationKind.Min, ["max"] = AggregationKind.Max, ["group"] = AggregationKind.Group,
        ["stddev"] = AggregationKind.Stddev, ["stdvar"] = AggregationKind.Stdvar, ["topk"] = AggregationKind.Topk,
        ["bottomk"] = AggregationKind.Bottomk, ["quantile"] = AggregationKind.Quantile,
        ["count_values"] = AggregationKind.CountValues,
    };

    public static string Word(this AggregationKind kind) => ByWord.First(pair => pair.Value == kind).Key;

    public static bool TakesParameter(this AggregationKind kind) => kind >= AggregationKind.Topk;
}
