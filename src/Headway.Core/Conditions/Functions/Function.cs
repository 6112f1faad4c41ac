using Headway.Core.Conditions.Evaluation;

namespace Headway.Core.Conditions.Functions;

/// <summary>The result, or null when the function has no overload for these arguments.</summary>
internal delegate ConditionValue? FunctionBody(ConditionValue[] arguments, Budget budget);

/// <param name="Name">With its qualifier: math.abs. Operators are called `_+_`, `!_` and so on.</param>
/// <param name="IsMember">It is called on a value, which is the first argument.</param>
internal sealed record Function(string Name, bool IsMember, FunctionBody Body)
{
    public static Function Global(string name, FunctionBody body) => new(name, false, body);

    public static Function Member(string name, FunctionBody body) => new(name, true, body);

    /// <summary>In the short form of most bodies, which spend nothing of their own.</summary>
    public static Function Global(string name, Func<ConditionValue[], ConditionValue?> body) =>
        new(name, false, (arguments, _) => body(arguments));

    public static Function Member(string name, Func<ConditionValue[], ConditionValue?> body) =>
        new(name, true, (arguments, _) => body(arguments));
}
