namespace Headway.Core.Conditions.Syntax;

/// <summary>The text is not an expression; never leaves <see cref="Condition.Parse"/>.</summary>
internal sealed class SyntaxException(ConditionErrorKind kind, int at, string says) : Exception(says)
{
    public SyntaxException(int at, string says) : this(ConditionErrorKind.Syntax, at, says) { }

    public ConditionErrorKind Kind { get; } = kind;

    /// <summary>Index in the text.</summary>
    public int At { get; } = at;
}
