using Headway.Server.Telemetry.Promql.Evaluation;
using Headway.Server.Telemetry.Promql.Labels;
using Headway.Server.Telemetry.Promql.Syntax;

namespace Headway.Server.Telemetry.Promql.Operators;

/// <summary>An operator between two vectors: each series of the one side with its partner of the other.</summary>
internal sealed class VectorMatching(Expression.Binary e, Operator op, Budget budget)
{
    private const string ManyToOne =
        "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)";

    private const string NotUnique = "multiple matches for labels: grouping labels must ensure unique matches";

    private readonly bool _swapped = e.Matching.Cardinality == Cardinality.OneToMany;
    private readonly string[] _labels = [.. e.Matching.Labels];

    public List<Row> Of(List<Row> left, List<Row> right)
    {
        if (left.Count == 0 || right.Count == 0) return [];
        var (many, one) = _swapped ? (right, left) : (left, right);
        var signature = new Signature(e.Matching);
        var ones = signature.Groups(one);
        if (ones.Count < one.Count) CheckOnes(ones, many);
        var results = new List<Row>(many.Count);
        foreach (var (key, group) in signature.Groups(many))
            if (ones.TryGetValue(key, out var partners)) Group(group, partners, results);
        return Distinct.Of(results);
    }

    private void Group(List<Row> many, List<Row> ones, List<Row> results)
    {
        var single = e.Matching.Cardinality == Cardinality.OneToOne;
        var taken = single && many.Count > 1 ? new bool[many[0].Values.Length] : null;
        var made = new List<Row>(many.Count);
        foreach (var row in many)
        {
            foreach (var partner in ones)
            {
                budget.Take(row.Values.Length);
                var values = Combined(row.Values, partner.Values, taken);
                if (values is not null) made.Add(new(ResultLabels(row.Labels, partner.Labels), values));
            }
        }
        results.AddRange(single ? made : Distinct.Of(made, NotUnique));
    }

    /// <summary>Null when there is no time at which both are there and belong in the result.</summary>
    private double[]? Combined(double[] many, double[] one, bool[]? taken)
    {
        var values = GC.AllocateUninitializedArray<double>(many.Length);
        var any = false;
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Row.Absent;
            if (Row.IsAbsent(many[i]) || Row.IsAbsent(one[i])) continue;
            var (left, right) = _swapped ? (one[i], many[i]) : (many[i], one[i]);
            if (!Arithmetic.IsComparison(op)) values[i] = Arithmetic.Of(op, left, right);
            else if (e.Bool) values[i] = Arithmetic.Holds(op, left, right) ? 1 : 0;
            else if (Arithmetic.Holds(op, left, right)) values[i] = left;
            else continue;
            any = true;
            if (taken is null) continue;
            if (taken[i]) throw QueryFailedException.Execution(ManyToOne);
            taken[i] = true;
        }
        return any ? values : null;
    }

    private LabelSet ResultLabels(LabelSet many, LabelSet one)
    {
        var labels = Arithmetic.DropsName(op) || e.Bool ? many.WithoutName() : many;
        if (e.Matching.Cardinality == Cardinality.OneToOne)
            labels = e.Matching.On ? labels.Keep(_labels) : labels.Drop(_labels);
        foreach (var include in e.Matching.Include) labels = labels.With(include, one.Get(include));
        return e.Bool ? labels.WithoutName() : labels;
    }

    /// <summary>At no time may the one side have two series of a signature; when the other side is empty nobody looks.</summary>
    private void CheckOnes(Dictionary<LabelSet, List<Row>> ones, List<Row> many)
    {
        var looked = new bool[many[0].Values.Length];
        foreach (var row in many)
            for (var i = 0; i < looked.Length; i++) looked[i] |= !Row.IsAbsent(row.Values[i]);
        foreach (var (key, group) in ones)
        {
            for (var i = 0; i < looked.Length && group.Count > 1; i++)
            {
                if (!looked[i]) continue;
                var there = group.Where(row => !Row.IsAbsent(row.Values[i])).Take(2).ToArray();
                if (there.Length < 2) continue;
                throw QueryFailedException.Execution($"found duplicate series for the match group {key} on the "
                    + $"{(_swapped ? "left" : "right")} hand-side of the operation: [{there[1].Labels}, {there[0].Labels}]"
                    + ";many-to-many matching not allowed: matching labels must be unique on one side");
            }
        }
    }
}
