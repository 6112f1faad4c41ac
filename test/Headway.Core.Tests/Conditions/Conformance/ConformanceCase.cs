using Headway.Core.Conditions;

namespace Headway.Core.Tests.Conditions.Conformance;

/// <summary>One test of the language's own suite (cel.expr.conformance.test.SimpleTest).</summary>
internal sealed record ConformanceCase(string Name, Proto Test)
{
    /// <summary>Messages that a user would define; this language has those of google.protobuf only.</summary>
    private static readonly string[] ForeignMessages =
        ["TestAllTypes", "NestedTestAllTypes", "TestRequired", "GlobalEnum", "proto2_ext", "google.protobuf.FieldMask"];

    public static IEnumerable<ConformanceCase> Of(Proto file) =>
        from section in file.Messages("section")
        from test in section.Messages("test")
        select new ConformanceCase($"{file.Text("name")}/{section.Text("name")}/{test.Text("name")}", test);

    public string Expression => Test.Text("expr");

    /// <summary>Why it cannot be run, or null.</summary>
    public string? Skip =>
        ForeignMessages.FirstOrDefault(name => Mentions(Test, name)) is { } foreign
            ? $"it is about the message {foreign}"
        : Test.Is("check_only") ? "it is about types that are found without evaluating"
        : null;

    /// <summary>Null when the outcome is that of the suite.</summary>
    public string? Mismatch()
    {
        var options = new ConditionOptions(Test.Text("container"), !Test.Is("disable_macros"));
        var reading = Condition.Parse(Expression, options);
        var bindings = Test.Messages("bindings").ToDictionary(
            binding => binding.Text("key"), binding => ProtoValue.Of(binding.Message("value")!.Message("value")!));
        var result = reading.Condition?.Evaluate(bindings);
        var error = reading.Error ?? result!.Error;
        if (Test.Message("eval_error") is not null || Test.Message("any_eval_errors") is not null)
            return error is not null ? null : $"gave {result!.Value}, and an error was expected";
        if (error is not null) return $"failed: {error}";
        var expected = Test.Message("value") ?? Test.Message("typed_result")?.Message("result");
        var wanted = expected is null ? ConditionValue.Bool.True : ProtoValue.Of(expected);
        return Alike(wanted, result!.Value!) ? null : $"gave {result.Value}, and {wanted} was expected";
    }

    /// <summary>Stricter than the language's `==`: the types are the same too, and NaN is NaN.</summary>
    private static bool Alike(ConditionValue wanted, ConditionValue got) => (wanted, got) switch
    {
        (ConditionValue.Double { Number: double.NaN }, ConditionValue.Double { Number: double.NaN }) => true,
        (ConditionValue.List(var a), ConditionValue.List(var b)) =>
            a.Length == b.Length && a.Zip(b).All(pair => Alike(pair.First, pair.Second)),
        (ConditionValue.Map(var a), ConditionValue.Map(var b)) => a.Count == b.Count && Enumerable.Range(0, a.Count)
            .All(i => b.Find(a.Keys[i]) is { } other && Alike(a.Values[i], other)),
        _ => wanted.TypeName == got.TypeName && wanted.SameAs(got),
    };

    private static bool Mentions(Proto message, string name) => message.Fields.Any(field =>
        field.Name.Contains(name, StringComparison.Ordinal)
        || field.Name is "expr" or "container" && field.Scalar!.Text.Contains(name, StringComparison.Ordinal)
        || field.Message is { } inner && Mentions(inner, name));
}
