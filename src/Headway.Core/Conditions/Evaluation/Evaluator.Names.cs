using Headway.Core.Conditions.Syntax;
using Headway.Core.Conditions.Values;

namespace Headway.Core.Conditions.Evaluation;

/// <summary>What a name means: a variable of a comprehension, a binding, a type, or a field of one of them.</summary>
internal sealed partial class Evaluator
{
    private ConditionValue Resolve(Expression.Name name, Scope scope)
    {
        if (!name.IsAbsolute && scope.Find(name.Parts[0].Text) is { } local) return Fields(local, name, 1);
        foreach (var candidate in name.Candidates)
        {
            budget.Step();
            if (bindings.TryGetValue(candidate.Full, out var bound)) return Fields(bound, name, candidate.Used);
            if (TypeNames.Find(candidate.Full) is { } type) return Fields(type, name, candidate.Used);
        }
        return new ConditionValue.Failed($"undeclared reference to '{name.Parts[0].Text}' (unknown variable)")
        {
            Word = (name.Parts[0].Text, () => bindings.Keys),
        };
    }

    private ConditionValue Fields(ConditionValue value, Expression.Name name, int from)
    {
        for (var i = from; i < name.Parts.Length && value is not ConditionValue.Failed; i++)
        {
            budget.Step();
            value = Access.Field(value, name.Parts[i].Text);
            if (value is ConditionValue.Failed { At: < 0 } failed) value = failed with { At = name.Parts[i].At };
        }
        return value;
    }
}
