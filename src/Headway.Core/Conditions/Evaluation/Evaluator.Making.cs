using System.Collections.Immutable;
using Headway.Core.Conditions.Syntax;
using Headway.Core.Conditions.Values;

namespace Headway.Core.Conditions.Evaluation;

/// <summary>Lists, maps and messages that an expression writes out.</summary>
internal sealed partial class Evaluator
{
    private ConditionValue List(Expression.ListOf list, Scope scope)
    {
        budget.Make(16 + 8 * list.Elements.Length);
        var items = ImmutableArray.CreateBuilder<ConditionValue>(list.Elements.Length);
        foreach (var element in list.Elements)
        {
            var value = Evaluate(element.Value, scope);
            if (value is ConditionValue.Failed) return value;
            if (!element.IsOptional) items.Add(value);
            else if (value is not ConditionValue.Optional(var held)) return NotOptional(value, element.Value.At);
            else if (held is not null) items.Add(held);
        }
        return Budget.Made(new ConditionValue.List(items.DrainToImmutable()));
    }

    private ConditionValue Map(Expression.MapOf map, Scope scope)
    {
        var entries = new MapEntries.Builder();
        foreach (var entry in map.Entries)
        {
            var key = Evaluate(entry.Key, scope);
            if (key is ConditionValue.Failed) return key;
            var value = Evaluate(entry.Value, scope);
            if (value is ConditionValue.Failed) return value;
            if (entry.IsOptional)
            {
                if (value is not ConditionValue.Optional(var held)) return NotOptional(value, entry.Value.At);
                if (held is null) continue;
                value = held;
            }
            if (Add(entries, key, value) is { } wrong) return wrong with { At = entry.Key.At };
        }
        return Budget.Made(new ConditionValue.Map(entries.Build()));
    }

    private ConditionValue.Failed? Add(MapEntries.Builder entries, ConditionValue key, ConditionValue value)
    {
        budget.Make(48);
        if (key is ConditionValue.Text(var text)) budget.Read(text.Length);
        if (entries.TryAdd(key, value)) return null;
        return new(MapKey.CanBe(key) ? $"Failed with repeated key: {Notation.Short(key)}"
            : $"unsupported key type: {key.TypeName} (a key is bool, int, uint or string)");
    }

    private ConditionValue Message(Expression.Message message, Scope scope)
    {
        var type = message.Type.Candidates.Where(name => name.Used == message.Type.Parts.Length)
            .FirstOrDefault(name => Messages.Knows(name.Full))?.Full;
        if (type is null) return new ConditionValue.Failed($"unknown type: {message.Type.Text}");
        var fields = new Dictionary<string, ConditionValue>(StringComparer.Ordinal);
        foreach (var field in message.Fields)
        {
            var value = Evaluate(field.Value, scope);
            if (value is ConditionValue.Failed) return value;
            if (field.IsOptional)
            {
                if (value is not ConditionValue.Optional(var held)) return NotOptional(value, field.Value.At);
                if (held is null) continue;
                value = held;
            }
            if (!fields.TryAdd(field.Name, value))
                return new ConditionValue.Failed($"The field {field.Name} is set twice.", field.At);
        }
        return Budget.Made(Messages.Make(type, fields));
    }

    private static ConditionValue.Failed NotOptional(ConditionValue value, int at) =>
        new($"no such overload: behind `?` an optional is needed, not {value.TypeName}", at);
}
