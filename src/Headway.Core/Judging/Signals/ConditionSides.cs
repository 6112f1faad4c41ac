using System.Collections.Immutable;
using Headway.Core.Conditions;
using Headway.Core.Conditions.Values;

namespace Headway.Core.Judging.Signals;

/// <summary>What a condition of a signal may look at: the same fields for both sides.</summary>
public static class ConditionSides
{
    public const string Stable = "stable", Candidate = "candidate";

    /// <summary>Of each side, all of them doubles.</summary>
    public static readonly ImmutableArray<string> Fields =
        ["last", "min", "max", "mean", "median", "p90", "count", "trials", "events", "rate"];

    /// <summary>To try a condition with before anything was seen.</summary>
    public static readonly IReadOnlyDictionary<string, ConditionValue> Example =
        Of(new(2, 1, 3, 2, 2, 3, 10, 100, 1, 0.01), new(3, 1, 4, 3, 3, 4, 12, 120, 2, 0.02));

    public static IReadOnlyDictionary<string, ConditionValue> Of(SideStatistics stable, SideStatistics candidate) =>
        new Dictionary<string, ConditionValue> { [Stable] = ValueOf(stable), [Candidate] = ValueOf(candidate) };

    /// <summary>Numbers are always doubles, so that `3.0 * stable.median` has a value on days when the median is whole.</summary>
    private static ConditionValue.Map ValueOf(SideStatistics side)
    {
        ReadOnlySpan<double> numbers =
        [
            side.Last, side.Min, side.Max, side.Mean, side.Median, side.P90, side.Count, side.Trials, side.Events, side.Rate,
        ];
        var fields = new MapEntries.Builder();
        for (var i = 0; i < numbers.Length; i++) fields.Add(Fields[i], new ConditionValue.Double(numbers[i]));
        return new ConditionValue.Map(fields.Build());
    }
}
