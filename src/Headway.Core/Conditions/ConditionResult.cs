namespace Headway.Core.Conditions;

/// <summary>The value of an expression, or why it has none: exactly one of the two.</summary>
public sealed record ConditionResult
{
    private ConditionResult(ConditionValue? value, ConditionError? error) => (Value, Error) = (value, error);

    public ConditionValue? Value { get; }

    public ConditionError? Error { get; }

    /// <summary>The expression is a condition and it holds.</summary>
    public bool Holds => Value is ConditionValue.Bool { Is: true };

    internal static ConditionResult Of(ConditionValue value) => new(value, null);

    internal static ConditionResult Of(ConditionError error) => new(null, error);
}

/// <summary>A condition that was read, or why it could not be: exactly one of the two.</summary>
public sealed record ConditionReading(Condition? Condition, ConditionError? Error);
