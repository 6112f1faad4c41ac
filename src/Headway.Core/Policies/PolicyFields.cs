using System.Collections.Frozen;
using System.Text.Json;

namespace Headway.Core.Policies;

/// <summary>Which fields the input has, so that a policy with a misspelled one is refused when it is written.</summary>
public static class PolicyFields
{
    /// <summary>Null is written too: a condition may ask for it. It stands first, since what follows is made with it.</summary>
    public static readonly JsonSerializerOptions Json = new(Wire.Json) { DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.Never };

    /// <summary>Paths such as `release` and `release.signed`.</summary>
    public static readonly FrozenSet<string> All = Paths(JsonSerializer.SerializeToElement(PolicyInput.Sample, Json), "").ToFrozenSet(StringComparer.Ordinal);

    public static readonly FrozenSet<string> Variables = All.Where(path => !path.Contains('.', StringComparison.Ordinal)).ToFrozenSet(StringComparer.Ordinal);

    private static IEnumerable<string> Paths(JsonElement json, string prefix) => json.EnumerateObject().SelectMany(field =>
        field.Value.ValueKind is JsonValueKind.Object
            ? Paths(field.Value, $"{prefix}{field.Name}.").Prepend(prefix + field.Name) : [prefix + field.Name]);
}
