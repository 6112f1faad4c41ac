using Headway.Core.Conditions;

namespace Headway.Core.Tests.Conditions;

/// <summary>Short ways to evaluate.</summary>
internal static class Evaluations
{
    public static ConditionResult Evaluate(
        string expression, string input = "{}", ConditionLimits? limits = null,
        JsonNumbers numbers = JsonNumbers.AsWritten)
    {
        var (value, wrong) = ConditionJson.Read(input, numbers);
        if (value is null) throw new ArgumentException(wrong, nameof(input));
        return Evaluate(expression, ConditionJson.Variables(value), limits);
    }

    public static ConditionResult Evaluate(
        string expression, IReadOnlyDictionary<string, ConditionValue> bindings, ConditionLimits? limits = null)
    {
        var reading = Condition.Parse(expression);
        return reading.Condition is { } condition ? condition.Evaluate(bindings, limits)
            : throw new FormatException($"{reading.Error}");
    }

    /// <summary>The value in the language's notation, or the error behind a mark.</summary>
    public static string Notation(string expression, string input = "{}")
    {
        var result = Evaluate(expression, input);
        return result.Value?.ToNotation() ?? $"! {result.Error!.Says}";
    }

    public static ConditionError SyntaxError(string expression) => Condition.Parse(expression).Error
        ?? throw new ArgumentException($"{expression} has no error.", nameof(expression));
}
