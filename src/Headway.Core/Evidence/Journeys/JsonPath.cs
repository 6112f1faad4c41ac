using System.Collections.Immutable;
using System.Text.Json;

namespace Headway.Core.Evidence.Journeys;

/// <summary>
/// A place in a JSON document: `$`, then `.name`, `['name']` or `[0]` any number of times. The part of JSONPath that
/// names one value; filters and wildcards, which name many, are left out.
/// </summary>
public sealed class JsonPath
{
    private const int MostParts = 50;
    private readonly ImmutableArray<(string? Name, int Index)> parts;

    private JsonPath(ImmutableArray<(string? Name, int Index)> parts) => this.parts = parts;

    /// <summary>Null when it is none.</summary>
    public static JsonPath? Parse(string text)
    {
        if (!text.StartsWith('$')) return null;
        var parts = ImmutableArray.CreateBuilder<(string?, int)>();
        for (var at = 1; at < text.Length;)
        {
            if (parts.Count == MostParts || Next(text, ref at) is not { } part) return null;
            parts.Add(part);
        }
        return new(parts.ToImmutable());
    }

    /// <summary>The value there, or null when there is none.</summary>
    public JsonElement? In(JsonElement document)
    {
        foreach (var (name, index) in parts)
            if (name is not null && document.ValueKind == JsonValueKind.Object
                && document.TryGetProperty(name, out var inner)) document = inner;
            else if (name is null && document.ValueKind == JsonValueKind.Array && index < document.GetArrayLength())
                document = document[index];
            else return null;
        return document;
    }

    private static (string? Name, int Index)? Next(string text, ref int at)
    {
        if (text[at] == '.')
        {
            var end = text.AsSpan(at + 1).IndexOfAny('.', '[');
            var name = end < 0 ? text[(at + 1)..] : text.Substring(at + 1, end);
            at += 1 + name.Length;
            return name.Length == 0 || name.AsSpan().IndexOfAny('*', ' ', ']') >= 0 ? null : (name, 0);
        }
        if (text[at] != '[') return null;
        var quote = at + 1 < text.Length && text[at + 1] is '\'' or '"' ? text[at + 1] : '\0';
        var close = quote == '\0' ? text.IndexOf(']', at) : text.IndexOf($"{quote}]", at + 2, StringComparison.Ordinal);
        if (close < 0) return null;
        var inner = quote == '\0' ? text[(at + 1)..close] : text[(at + 2)..close];
        at = close + (quote == '\0' ? 1 : 2);
        if (quote != '\0') return (inner, 0);
        return inner.Length is > 0 and <= 6 && inner.All(char.IsAsciiDigit) ? (null, int.Parse(inner)) : null;
    }
}
