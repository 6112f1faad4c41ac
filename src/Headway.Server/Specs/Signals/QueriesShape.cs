using System.Collections.Immutable;
using Headway.Core;
using Headway.Core.Evidence;
using Headway.Core.Evidence.Queries;

namespace Headway.Server.Specs.Signals;

/// <summary>`bad` and `total`, or `gauge`: what is asked of a source that has a language of its own.</summary>
internal static class QueriesShape
{
    public static readonly Field<string?> Bad = new(
        "bad", "Counter of what went wrong, together with `total`.",
        Shapes.Text("a query such as `payment_failed_total{release_id=\"$release\"}`").Select(t => (string?)t), null);

    public static readonly Field<string?> Total = new(
        "total", "Counter of everything, the bad ones among it.",
        Shapes.Text("a query such as `payments_total{release_id=\"$release\"}`").Select(t => (string?)t), null);

    public static readonly Field<string?> Gauge = new(
        "gauge", "A value that is compared as it is, one a series.",
        Shapes.Text("a query such as `queue_depth{release_id=\"$release\"}`").Select(t => (string?)t), null);

    private static readonly Field<string?> Stable = new(
        "stable", "What `$side` stands for when stable is asked about.", Word("shop-v1"), null);

    private static readonly Field<string?> Candidate = new(
        "candidate", "What `$side` stands for when the candidate is asked about.", Word("shop-v2"), null);

    /// <summary>Where a deployment tells its two releases apart by fixed names.</summary>
    public static readonly Field<SideWords?> Sides = new(
        "sides", "What `$side` stands for; `stable` and `candidate` when not written.",
        MapShape.Of("`sides`", [Stable, Candidate], values =>
        {
            var (stable, candidate) = (values.Get(Stable), values.Get(Candidate));
            if (stable is null || candidate is null)
                values.ProblemAt(values.At, "`sides` needs both words", "`{ stable: shop-v1, candidate: shop-v2 }`");
            else if (stable == candidate)
                values.Problem(Candidate, $"both sides are called `{stable}`, so they cannot be told apart");
            return (SideWords?)new SideWords(stable ?? "", candidate ?? "");
        }), null);

    public static readonly ImmutableArray<Field> Fields = [Bad, Total, Gauge, Sides];

    /// <summary>Reads them and reports what makes them useless as evidence.</summary>
    /// <param name="whyRefused">Of a text, its key, and whether it is a counter.</param>
    public static SignalQueries Of(
        MapValues values, Field<string?> value, Func<string, string, bool, QueryProblem?> whyRefused)
    {
        var queries = new SignalQueries(values.Get(Bad), values.Get(Total), values.Get(value))
        {
            Sides = values.Get(Sides),
        };
        Complete(values, value);
        Check(Bad, queries.Bad, isCounter: true);
        Check(Total, queries.Total, isCounter: true);
        Check(value, queries.Gauge, isCounter: false);
        return queries;

        void Check(Field field, string? text, bool isCounter)
        {
            if (text is not null && whyRefused(text, field.Name, isCounter) is { } problem)
                values.ProblemAt(values.NodeOf(field)!.At, problem.Says, problem.Expected, Nearest(problem));
        }
    }

    public static string? Nearest(QueryProblem problem) => problem.Wrong is { } wrong
        && NearestWord.To(wrong, Placeholders.Known) is { } near ? $"${near}" : null;

    private static void Complete(MapValues values, Field value)
    {
        var counted = values.Has(Bad) || values.Has(Total);
        if (counted && values.Has(value))
            values.Problem(value, $"a signal has either `bad` and `total`, or `{value.Name}`");
        else if (values.Has(Bad) != values.Has(Total))
            values.Problem(values.Has(Bad) ? Bad : Total,
                values.Has(Bad) ? "`bad` alone says nothing: ten of how many?" : "`total` alone says nothing",
                "`bad: ...` and `total: ...`");
        else if (!counted && !values.Has(value))
            values.ProblemAt(values.At, "nothing is asked of the source", $"`bad` and `total`, or `{value.Name}`");
    }

    private static Shape<string?> Word(string example)
    {
        var text = Shapes.Value;
        return new(text.Schema, (node, problems) =>
        {
            var read = text.Read(node, problems);
            if (!read.Ok || Placeholders.Harmless.IsMatch(read.Value)) return new(read.Ok, read.Value);
            problems.Add(node.At, $"{node.Kind} cannot name a side",
                $"letters, digits and `_.:/@-` such as `{example}`");
            return default;
        });
    }
}
