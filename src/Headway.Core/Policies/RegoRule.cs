using System.Collections.Immutable;
using System.Text.Json;

namespace Headway.Core.Policies;

/// <summary>A rule that is written in Rego and asked of an Open Policy Agent.</summary>
/// <param name="Connection">By its name, the agent's address and credentials.</param>
/// <param name="Path">Of the rule, such as `headway/deny`: the document `data.headway.deny`.</param>
public sealed record RegoRule(string Connection, string Path)
{
    /// <summary>
    /// What an answer of the Data API says (https://www.openpolicyagent.org/docs/rest-api): `true` passes; so do an empty set of
    /// messages, and an object with `allow: true` and no `deny`. Without `result` the rule is undefined.
    /// </summary>
    /// <returns>Null when it is no answer to such a question.</returns>
    public static (bool? Holds, string Says) Read(JsonElement answer)
    {
        if (answer.ValueKind is not JsonValueKind.Object || !answer.TryGetProperty("result", out var result))
            return (null, "the rule is undefined there for this input");
        return result.ValueKind switch
        {
            JsonValueKind.True => (true, ""),
            JsonValueKind.False => (false, ""),
            JsonValueKind.Array => Denied(result),
            JsonValueKind.Object when result.TryGetProperty("deny", out var deny) && deny.ValueKind is JsonValueKind.Array
                && Denied(deny) is { Holds: false } denied => denied,
            JsonValueKind.Object when result.TryGetProperty("allow", out var allow) && allow.ValueKind is JsonValueKind.True or JsonValueKind.False =>
                (allow.GetBoolean(), ""),
            _ => (null, $"it answered {result.ValueKind.ToString().ToLowerInvariant()}, and not true, false, messages, or `allow` and `deny`"),
        };
    }

    private static (bool? Holds, string Says) Denied(JsonElement messages)
    {
        ImmutableArray<string> says = [.. messages.EnumerateArray().Select(each => each.ValueKind is JsonValueKind.String ? each.GetString()!
            : each.ValueKind is JsonValueKind.Object && each.TryGetProperty("msg", out var said) ? said.ToString() : each.GetRawText())];
        return says.IsEmpty ? (true, "") : (false, string.Join("; ", says.Order(StringComparer.Ordinal)));
    }
}
