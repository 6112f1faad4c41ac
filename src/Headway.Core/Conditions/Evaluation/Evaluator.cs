using System.Collections.Immutable;
using Headway.Core.Conditions.Functions;
using Headway.Core.Conditions.Syntax;

namespace Headway.Core.Conditions.Evaluation;

/// <summary>
/// One evaluation. Errors are values on the way, since `&amp;&amp;` and `||` absorb them; what goes beyond the budget
/// is an exception, since nothing may absorb it.
/// </summary>
internal sealed partial class Evaluator(IReadOnlyDictionary<string, ConditionValue> bindings, Budget budget)
{
    private ImmutableArray<Expression> _slots = [];

    public ConditionValue Evaluate(Expression expression, Scope scope)
    {
        budget.At = expression.At;
        budget.Step();
        budget.Enter();
        var value = Visit(expression, scope);
        budget.Leave();
        return value is ConditionValue.Failed { At: < 0 } failed ? failed with { At = expression.At } : value;
    }

    private ConditionValue Visit(Expression expression, Scope scope) => expression switch
    {
        Expression.Literal literal => literal.Value,
        Expression.Name name => Resolve(name, scope),
        Expression.Bracketed(var inner) => Resolve(inner, scope),
        Expression.Call call => Call(call, scope),
        Expression.Logic logic => Logic(logic, scope),
        Expression.Conditional conditional => Choose(conditional, scope),
        Expression.Select select => On(select.Operand, scope, operand => select.IsOptional
            ? Access.OptionalField(operand, select.Field) : Access.Field(operand, select.Field)),
        Expression.Has has => On(has.Operand, scope, operand => Access.Has(operand, has.Field)),
        Expression.Index index => Index(index, scope),
        Expression.ListOf list => List(list, scope),
        Expression.MapOf map => Map(map, scope),
        Expression.Message message => Message(message, scope),
        Expression.Comprehension comprehension => Loop(comprehension, scope),
        Expression.Bind bind => Evaluate(bind.Body, scope.With(bind.Variable, Evaluate(bind.Value, scope))),
        Expression.OptionalMap map => OptionalMap(map, scope),
        Expression.Block block => Block(block, scope),
        Expression.Slot slot => slot.Number < _slots.Length ? Evaluate(_slots[slot.Number], scope)
            : new ConditionValue.Failed($"There is no slot {slot.Number} around this."),
        _ => throw new InvalidOperationException($"Unknown expression {expression.GetType().Name}."),
    };

    private ConditionValue On(Expression operand, Scope scope, Func<ConditionValue, ConditionValue> then) =>
        Evaluate(operand, scope) is var value && value is ConditionValue.Failed ? value : then(value);

    private ConditionValue Call(Expression.Call call, Scope scope)
    {
        var values = new List<ConditionValue>(call.Arguments.Length + 1);
        if (call.Target is { } target) values.Add(Evaluate(target, scope));
        foreach (var argument in call.Arguments)
        {
            if (values is [.., ConditionValue.Failed]) break;
            values.Add(Evaluate(argument, scope));
        }
        if (values is [.., ConditionValue.Failed wrong]) return wrong;
        budget.At = call.At;
        if (call.Pattern is { } pattern && values is [ConditionValue.Text(var text), _])
            return Patterns.Match(pattern, text, budget);
        return FunctionTable.Call(call.Function, call.Target is not null, [.. values], budget);
    }

    /// <summary>One term may decide whatever the others are; otherwise the first error is the result.</summary>
    private ConditionValue Logic(Expression.Logic logic, Scope scope)
    {
        ConditionValue? wrong = null;
        foreach (var term in logic.Terms)
        {
            var value = Evaluate(term, scope);
            if (value is ConditionValue.Bool flag)
            {
                if (flag.Is != logic.IsAnd) return flag;
            }
            else wrong ??= value as ConditionValue.Failed ?? NoOverload(logic, value, term);
        }
        return wrong ?? ConditionValue.Bool.Of(logic.IsAnd);
    }

    private static ConditionValue.Failed NoOverload(
        Expression.Logic logic, ConditionValue value, Expression term) => new(
        $"no such overload: `{(logic.IsAnd ? "&&" : "||")}` is for bool, not for {value.TypeName}", term.At);

    private ConditionValue Choose(Expression.Conditional conditional, Scope scope) =>
        On(conditional.Test, scope, test => test is ConditionValue.Bool(var holds)
            ? Evaluate(holds ? conditional.Then : conditional.Else, scope)
            : new ConditionValue.Failed($"no such overload: `? :` is for bool, not for {test.TypeName}"));

    private ConditionValue Index(Expression.Index index, Scope scope) => On(index.Operand, scope, operand =>
        On(index.Key, scope, key =>
        {
            if (key is ConditionValue.Text(var text)) budget.Read(text.Length);
            return index.IsOptional ? Access.OptionalItem(operand, key) : Access.Item(operand, key);
        }));

    private ConditionValue OptionalMap(Expression.OptionalMap map, Scope scope) => On(map.Operand, scope, operand =>
    {
        if (operand is not ConditionValue.Optional optional)
            return new ConditionValue.Failed($"no such overload: {operand.TypeName} is not an optional");
        if (optional.Held is not { } held) return optional;
        var value = Evaluate(map.Body, scope.With(map.Variable, held));
        return value is ConditionValue.Failed ? value
            : !map.IsFlat ? new ConditionValue.Optional(value)
            : value as ConditionValue.Optional
                ?? (ConditionValue)new ConditionValue.Failed($"no such overload: optFlatMap() made {value.TypeName}");
    });

    private ConditionValue Block(Expression.Block block, Scope scope)
    {
        var outer = _slots;
        _slots = block.Slots;
        var value = Evaluate(block.Body, scope);
        _slots = outer;
        return value;
    }
}
