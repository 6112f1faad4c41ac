using System.Collections.Immutable;
using Headway.Core.Conditions;
using Headway.Core.Evidence;
using Headway.Core.Judging.Signals;

namespace Headway.Server.Specs.Signals;

/// <summary>How a signal is judged: `worse` and `tolerance`, `limit`, `bad when`, or by its counts.</summary>
internal static class TestShape
{
    private static readonly Field<Worse> WorseField = new(
        "worse", "The direction that hurts: `higher` (default), `lower` or `either`.",
        Shapes.Word("higher", "lower", "either").Select(word => word switch
        {
            "lower" => Worse.Lower,
            "either" => Worse.Either,
            _ => Worse.Higher,
        }), Worse.Higher);

    private static readonly Field<double> Tolerance = new(
        "tolerance", "A difference from stable's typical value that nobody minds (25% when not written).",
        Quantity.Percent(0, 10), 0.25);

    private static readonly Field<double?> AtMost = new(
        "atMost", "The candidate's value may not be above this, whatever stable does.",
        Shapes.Number(0, 1e18).Select(number => (double?)number), null);

    private static readonly Field<double?> AtLeast = new(
        "atLeast", "The candidate's value may not be below this, whatever stable does.",
        Shapes.Number(0, 1e18).Select(number => (double?)number), null);

    private static readonly Field<string?> BadWhen = new(
        "badWhen", "A condition in CEL over `stable` and `candidate` that holds when the candidate is bad.",
        Shapes.Text("a condition such as `candidate.median > 2.0 * stable.median`").Select(text => (string?)text), null);

    /// <summary>Written beside counters, which need nothing more.</summary>
    public static readonly ImmutableArray<Field> Fields = [WorseField, Tolerance, AtMost, AtLeast, BadWhen];

    private static void CheckCondition(MapValues values, string text)
    {
        var (read, wrong) = Condition.Parse(text);
        var errors = wrong is not null ? [wrong] : read!.Check([ConditionSides.Stable, ConditionSides.Candidate]);
        var tried = errors.IsEmpty ? read!.Evaluate(ConditionSides.Example) : null;
        if (tried?.Error is { } failed) errors = [failed];
        foreach (var error in errors)
            values.ProblemAt(values.NodeOf(BadWhen)!.At,
                $"the condition is wrong at its character {error.Offset + 1}: {error.Says.TrimEnd('.')}", Expected());
        if (tried is { Error: null, Value: not ConditionValue.Bool })
            values.ProblemAt(values.NodeOf(BadWhen)!.At, "the condition is neither true nor false", Expected());

        static string Expected() => "a condition in CEL such as `candidate.median > 2.0 * stable.median` over "
            + $"{string.Join(", ", ConditionSides.Fields.Select(field => $"`{field}`"))}, all of them doubles";
    }

    /// <param name="counted">The source gives counts of bad ones and of all.</param>
    public static SignalTest Of(MapValues values, bool counted)
    {
        if (values.Get(BadWhen) is { } condition)
        {
            CheckCondition(values, condition);
            foreach (var other in (Field[])[AtMost, AtLeast, WorseField, Tolerance])
                if (values.Has(other))
                    values.Problem(other, $"`{other.Name}` means nothing beside `badWhen`", "one of them");
            return new SignalTest.Condition(condition);
        }
        if (values.Get(AtLeast) > values.Get(AtMost))
            values.Problem(AtLeast, "`atLeast` is above `atMost`, so no value is right", "a smaller number");
        if (values.Has(AtMost) || values.Has(AtLeast))
            return new SignalTest.Limit(values.Get(AtLeast), values.Get(AtMost));
        return counted ? new SignalTest.Counts() : new SignalTest.Gauge(values.Get(WorseField), values.Get(Tolerance));
    }
}
