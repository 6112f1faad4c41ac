using System.Collections.Immutable;
using System.Text.Json;

namespace Headway.Core.Pacts;

/// <summary>One matcher of a rule.</summary>
/// <param name="Kind">`type`, `regex`, `integer` and so on, as Pact names them.</param>
public sealed record Matcher(string Kind)
{
    public string? Pattern { get; init; }
    public int? Min { get; init; }
    public int? Max { get; init; }

    /// <summary>Text to include, the format of a date, a class of statuses.</summary>
    public string? Value { get; init; }

    public ImmutableArray<int> Statuses { get; init; } = [];

    /// <summary>Rules for keys or values (`eachKey`, `eachValue`).</summary>
    public ImmutableArray<Matcher> Each { get; init; } = [];
}

/// <param name="Path">What the rule is about, as steps; `*` stands for any.</param>
/// <param name="Any">One matcher is enough (`combine: OR`).</param>
public sealed record MatchingRule(RulePath Path, ImmutableArray<Matcher> Matchers, bool Any);

/// <param name="IsOwn">The rule is about this very place, and not about something around it.</param>
public sealed record RuleFound(MatchingRule Rule, bool IsOwn);

/// <summary>The matching rules of an answer, by what they are about.</summary>
public sealed record MatchingRules(
    ImmutableArray<MatchingRule> Body, ImmutableDictionary<string, MatchingRule> Headers, MatchingRule? Status)
{
    public static readonly MatchingRules None = new([], ImmutableDictionary<string, MatchingRule>.Empty, null);

    /// <summary>
    /// The rule for a place in the body: of those whose path leads to it or to something around it, the most specific. A
    /// name counts 2, a star 1, and the product decides; of equals the longer path.
    /// </summary>
    public RuleFound? Of(ImmutableArray<string> place)
    {
        MatchingRule? best = null;
        var (weight, length) = (0L, -1);
        foreach (var rule in Body)
            if (rule.Path.WeightFor(place) is > 0 and var heavy
                && (heavy > weight || (heavy == weight && rule.Path.Steps.Length > length)))
                (best, weight, length) = (rule, heavy, rule.Path.Steps.Length);
        return best is null ? null : new(best, best.Path.Steps.Length == place.Length);
    }

    /// <summary>Whether a rule speaks of every element of a list (`$.list[*]`).</summary>
    public bool SpeaksOfElements(ImmutableArray<string> place) => Body.Any(rule => rule.Path.Steps.Length > place.Length
        && rule.Path.Steps[place.Length] == "*" && rule.Path.IsIndex(place.Length)
        && rule.Path.Begins(place));
}

/// <summary>A path of a rule: `$.items[*].price`, `$['a name'][0]`.</summary>
public sealed record RulePath(ImmutableArray<string> Steps, ImmutableArray<bool> Indexes)
{
    /// <summary>Null when the text is no path.</summary>
    public static RulePath? Parse(string text)
    {
        var (steps, indexes) = (ImmutableArray.CreateBuilder<string>(), ImmutableArray.CreateBuilder<bool>());
        if (text.Length == 0 || text[0] != '$') return null;
        for (var at = 1; at < text.Length;)
        {
            int end;
            if (text[at] == '.')
            {
                end = text.AsSpan(at + 1).IndexOfAny('.', '[') is var next && next < 0 ? text.Length : at + 1 + next;
                steps.Add(text[(at + 1)..end]);
                indexes.Add(false);
            }
            else if (text[at] == '[' && at + 1 < text.Length && text[at + 1] is '\'' or '"')
            {
                var close = text.IndexOf($"{text[at + 1]}]", at + 2, StringComparison.Ordinal);
                if (close < 0) return null;
                steps.Add(text[(at + 2)..close]);
                indexes.Add(false);
                end = close + 2;
            }
            else if (text[at] == '[' && text.IndexOf(']', at) is > 0 and var close)
            {
                steps.Add(text[(at + 1)..close]);
                indexes.Add(true);
                end = close + 1;
            }
            else
            {
                return null;
            }
            at = end;
        }
        return new(steps.ToImmutable(), indexes.ToImmutable());
    }

    public bool IsIndex(int step) => Indexes[step];

    /// <summary>0 when the path does not lead to the place or to something around it.</summary>
    public long WeightFor(ImmutableArray<string> place)
    {
        if (Steps.Length > place.Length) return 0;
        var weight = 2L;
        for (var at = 0; at < Steps.Length; at++)
        {
            if (Steps[at] == place[at]) weight *= 2;
            else if (Steps[at] != "*") return 0;
            if (weight > long.MaxValue / 4) return weight;
        }
        return weight;
    }

    public bool Begins(ImmutableArray<string> place)
    {
        for (var at = 0; at < place.Length; at++)
            if (Steps[at] != "*" && Steps[at] != place[at]) return false;
        return true;
    }
}
