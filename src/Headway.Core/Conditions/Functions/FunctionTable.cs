using Headway.Core.Conditions.Evaluation;

namespace Headway.Core.Conditions.Functions;

/// <summary>Every function and operator of the language. Nothing else can be called.</summary>
internal static class FunctionTable
{
    private static readonly Dictionary<(string Name, bool IsMember), FunctionBody> All =
        new[]
        {
            Operators.All, Comparisons.All, Conversions.All, Sizes.All, Strings.All, StringPlaces.All, Moments.All,
            Mathematics.All, Bits.All, Optionals.All, Encodings.All, NetworkFunctions.All,
        }.SelectMany(group => group).ToDictionary(f => (f.Name, f.IsMember), f => f.Body);

    public static bool HasGlobal(string name) => All.ContainsKey((name, false));

    public static ConditionValue Call(string name, bool isMember, ConditionValue[] arguments, Budget budget) =>
        All.TryGetValue((name, isMember), out var body)
            ? body(Read(arguments, budget), budget)
                ?? new ConditionValue.Failed($"no such overload: {Shown(name, isMember, arguments)}")
            : Missing(name, isMember)!;

    /// <summary>Null when there is such a function.</summary>
    public static ConditionValue.Failed? Missing(string name, bool isMember) => All.ContainsKey((name, isMember)) ? null
        : new(Unbound(name, isMember))
        {
            Word = (name, () => All.Keys.Where(known => known.IsMember == isMember).Select(known => known.Name)),
        };

    /// <summary>Whatever a function does with a text, it reads it at least once.</summary>
    private static ConditionValue[] Read(ConditionValue[] arguments, Budget budget)
    {
        foreach (var argument in arguments)
            budget.Read(argument switch
            {
                ConditionValue.Text(var text) => text.Length,
                ConditionValue.Bytes(var octets) => octets.Length,
                _ => 0,
            });
        return arguments;
    }

    private static string Unbound(string name, bool isMember) =>
        $"unbound function: there is no {(isMember ? $"value.{name}(...)" : $"{name}(...)")}"
        + (All.ContainsKey((name, !isMember)) ? $"; write {(isMember ? $"{name}(...)" : $"value.{name}(...)")}" : "");

    private static string Shown(string name, bool isMember, ConditionValue[] arguments)
    {
        var types = arguments.Select(argument => argument.TypeName).ToArray();
        if (name == "@in") return $"{types[0]} in {types[1]}";
        if (!name.Contains('_')) return isMember
            ? $"{types[0]}.{name}({string.Join(", ", types[1..])})" : $"{name}({string.Join(", ", types)})";
        var symbol = name.Trim('_');
        if (types.Length == 1) return $"{symbol}{types[0]}";
        var hint = types.Contains("double") && (types.Contains("int") || types.Contains("uint"))
            ? "; numbers of two types are not mixed: write double(x), or 3.0 instead of 3" : "";
        return $"{types[0]} {symbol} {types[1]}{hint}";
    }
}
