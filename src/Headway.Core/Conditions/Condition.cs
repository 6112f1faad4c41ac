using System.Collections.Immutable;
using Headway.Core.Conditions.Evaluation;
using Headway.Core.Conditions.Syntax;

namespace Headway.Core.Conditions;

/// <summary>
/// An expression of the Common Expression Language (github.com/google/cel-spec), read once and evaluated as often as
/// wanted, from as many threads as wanted: it never changes. Evaluating has no effects and always ends; it knows
/// nothing but its bindings, so a condition about the time gets the time as a variable.
/// </summary>
public sealed class Condition
{
    /// <summary>That a check names; who has more corrects these first.</summary>
    private const int MostErrors = 20;

    private readonly Expression _root;

    private Condition(string text, Expression root) => (Text, _root) = (text, root);

    public string Text { get; }

    public static ConditionReading Parse(string text, ConditionOptions? options = null)
    {
        try
        {
            if (text.Length > ConditionLimits.Length)
                throw new SyntaxException(ConditionErrorKind.Limit, 0,
                    $"The expression has {text.Length} characters; {ConditionLimits.Length} are allowed.");
            return new(new(text, Parser.Parse(text, options ?? ConditionOptions.Default)), null);
        }
        catch (SyntaxException wrong)
        {
            return new(null, ConditionError.At(wrong.Kind, wrong.Message, text, wrong.At));
        }
    }

    /// <summary>
    /// What is wrong whatever the values are, for whoever writes the condition down: variables, functions and messages
    /// that do not exist, and malformed literals of times and regular expressions. Empty when nothing is.
    /// </summary>
    /// <param name="variables">Names of all variables that there will be.</param>
    /// <param name="fields">Paths of all fields that they have, such as `release.signed`; null: not known.</param>
    public ImmutableArray<ConditionError> Check(IEnumerable<string> variables, IReadOnlySet<string>? fields = null) =>
        [.. NameCheck.Of(_root, variables.ToHashSet(StringComparer.Ordinal), fields).Take(MostErrors).Select(wrong =>
            ConditionError.At(ConditionErrorKind.Evaluation, wrong.Sentence, Text, wrong.At))];

    /// <param name="bindings">Variables by name; a name may have dots in it.</param>
    /// <param name="limits">What it may cost.</param>
    public ConditionResult Evaluate(
        IReadOnlyDictionary<string, ConditionValue> bindings, ConditionLimits? limits = null)
    {
        var budget = new Budget(limits ?? ConditionLimits.Default);
        try
        {
            var value = new Evaluator(bindings, budget).Evaluate(_root, Scope.Empty);
            return value is ConditionValue.Failed failed
                ? ConditionResult.Of(ConditionError.At(ConditionErrorKind.Evaluation, failed.Sentence, Text, failed.At))
                : ConditionResult.Of(value);
        }
        catch (BudgetException spent)
        {
            return ConditionResult.Of(ConditionError.At(ConditionErrorKind.Limit, spent.Message, Text, budget.At));
        }
    }
}
