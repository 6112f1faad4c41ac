using System.Collections.Immutable;

namespace Headway.Core.TestResults;

/// <summary>A file or class of tests with what it took lately; null when it is new.</summary>
public sealed record TestUnit(string Name, double? Milliseconds);

/// <param name="Unit">File or class; null where the report does not say it.</param>
public readonly record struct TestPlace(string Test, string? Unit);

/// <summary>
/// Spreads tests over shards by what they took: the longest first, each to the shard with the least so far (LPT; at most 4/3 of
/// the best possible, Graham 1969). New ones count as the median. The same input gives the same shards on every runner.
/// </summary>
public static class ShardPlan
{
    public static ImmutableArray<ImmutableArray<string>> Of(ImmutableArray<TestUnit> units, int shards)
    {
        var known = units.Where(unit => unit.Milliseconds is not null).Select(unit => unit.Milliseconds!.Value).Order().ToList();
        var median = known.Count == 0 ? 1 : known[known.Count / 2];
        var loads = new double[shards];
        var lists = Enumerable.Range(0, shards).Select(_ => new List<string>()).ToArray();
        var longestFirst = units.Select(unit => (unit.Name, Took: unit.Milliseconds ?? median))
            .OrderByDescending(unit => unit.Took).ThenBy(unit => unit.Name, StringComparer.Ordinal);
        foreach (var (name, took) in longestFirst)
        {
            var least = 0;
            for (var shard = 1; shard < shards; shard++)
                // Where nothing has taken any time the number of tests is what is balanced.
                if ((loads[shard], lists[shard].Count).CompareTo((loads[least], lists[least].Count)) < 0) least = shard;
            loads[least] += took;
            lists[least].Add(name);
        }
        return [.. lists.Select(list => list.Order(StringComparer.Ordinal).ToImmutableArray())];
    }
}
