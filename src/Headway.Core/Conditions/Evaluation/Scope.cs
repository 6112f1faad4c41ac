namespace Headway.Core.Conditions.Evaluation;

/// <summary>Variables of the comprehensions around an expression, the innermost first.</summary>
internal sealed record Scope(string Name, ConditionValue Value, Scope? Outer)
{
    public static readonly Scope Empty = new("", ConditionValue.Null.Value, null);

    public Scope With(string name, ConditionValue value) => new(name, value, this);

    public ConditionValue? Find(string name)
    {
        for (var at = this; at is not null; at = at.Outer)
            if (at.Name == name) return at.Value;
        return null;
    }
}
