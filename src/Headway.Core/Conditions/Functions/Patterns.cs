using System.Text.RegularExpressions;
using Headway.Core.Conditions.Evaluation;
using Headway.Core.Conditions.Values;

namespace Headway.Core.Conditions.Functions;

/// <summary>
/// Regular expressions of RE2's syntax. They run in time linear in the text whatever they say, so there are no
/// back-references and no looking around.
/// </summary>
internal static class Patterns
{
    /// <summary>So many literals of an expression are made when it is read, more when they are needed.</summary>
    public const int MostMadeEarly = 50;

    /// <summary>Steps for making one that is not a literal of the expression.</summary>
    public const int CostOfReading = 5000;

    public static (Regex? Regex, string? Wrong) Compiled(string pattern)
    {
        if (pattern.Length > ConditionLimits.Pattern)
            return (null, $"The regular expression is longer than {ConditionLimits.Pattern} characters.");
        var (translated, wrong) = PatternSyntax.Translated(pattern);
        if (translated is null) return (null, Sentence(pattern, wrong!));
        try
        {
            return (new(translated, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant), null);
        }
        catch (Exception no) when (no is ArgumentException or NotSupportedException)
        {
            return (null, Sentence(pattern, no is NotSupportedException ? "it is too large" : "it is malformed"));
        }
    }

    public static ConditionValue Match(Regex regex, string text, Budget budget)
    {
        budget.Step(1 + (long)text.Length * regex.ToString().Length / 64);
        return ConditionValue.Bool.Of(regex.IsMatch(text));
    }

    private static string Sentence(string pattern, string wrong) =>
        $"'{Notation.Short(pattern)}' is not a regular expression: {wrong}";
}
