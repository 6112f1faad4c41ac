using System.Collections.Immutable;
using System.Text.Json;

namespace Headway.Core.Pacts;

/// <summary>Headers, query and body, each as the versions of Pact write it.</summary>
internal static class PactParts
{
    public static ImmutableArray<PactHeader> Headers(JsonElement part)
    {
        if (!part.TryGetProperty("headers", out var headers) || headers.ValueKind is not JsonValueKind.Object) return [];
        return
        [
            .. headers.EnumerateObject().Take(200).Select(header => new PactHeader(header.Name,
                header.Value.ValueKind is JsonValueKind.Array
                    ? string.Join(", ", header.Value.EnumerateArray().Select(Plain)) : Plain(header.Value))),
        ];
    }

    /// <summary>A string in v2, a list of values for each name since v3.</summary>
    public static string Query(JsonElement request)
    {
        if (!request.TryGetProperty("query", out var query)) return "";
        if (query.ValueKind is JsonValueKind.String) return query.GetString()!.TrimStart('?');
        if (query.ValueKind is not JsonValueKind.Object) return "";
        var pairs = query.EnumerateObject().SelectMany(entry => entry.Value.ValueKind is JsonValueKind.Array
            ? entry.Value.EnumerateArray().Select(value => (entry.Name, Plain(value)))
            : [(entry.Name, Plain(entry.Value))]);
        return string.Join('&', pairs.Select(pair =>
            $"{Uri.EscapeDataString(pair.Name)}={Uri.EscapeDataString(pair.Item2)}"));
    }

    public static PactBody Body(JsonElement part, ImmutableArray<PactHeader> headers)
    {
        if (!part.TryGetProperty("body", out var body)) return new PactBody.Any();
        if (body.ValueKind is JsonValueKind.Null) return new PactBody.Empty();
        var type = headers.FirstOrDefault(header =>
            header.Name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase))?.Value;
        // Since v4 a body is an object that says what its content is.
        if (body.ValueKind is JsonValueKind.Object && body.TryGetProperty("content", out var content)
            && body.EnumerateObject().All(entry => entry.Name is "content" or "contentType" or "encoded" or "contentTypeHint"))
            return Content(content, PactReader.Text(body, "contentType") ?? type, body);
        return Content(body, type, null);
    }

    private static PactBody Content(JsonElement content, string? type, JsonElement? whole)
    {
        var encoded = whole is { } v4 && v4.TryGetProperty("encoded", out var how)
            && how.ValueKind is JsonValueKind.True or JsonValueKind.String;
        if (content.ValueKind is JsonValueKind.Null) return new PactBody.Empty();
        if (content.ValueKind is not JsonValueKind.String) return new PactBody.Json(content);
        var text = content.GetString()!;
        if (encoded) return Decoded(text, type ?? "application/octet-stream");
        if (type is not null && !IsJson(type)) return text.Length == 0 ? new PactBody.Empty() : new PactBody.Text(text, type);
        if (type is null) return new PactBody.Text(text, "text/plain");
        return ParsedOr(text, content);
    }

    /// <summary>A string in a JSON body is either the JSON itself, written as text, or a string.</summary>
    private static PactBody.Json ParsedOr(string text, JsonElement content)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 64 });
            return new(document.RootElement.Clone());
        }
        catch (JsonException)
        {
            return new(content);
        }
    }

    private static PactBody.Binary Decoded(string text, string type)
    {
        var bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, bytes, out var length))
            throw new PactUnreadableException("its body says that it is base64, and it is not");
        return new([.. bytes.AsSpan(0, length)], type);
    }

    public static bool IsJson(string contentType)
    {
        var media = contentType.Split(';')[0].Trim();
        return media.EndsWith("/json", StringComparison.OrdinalIgnoreCase)
            || media.EndsWith("+json", StringComparison.OrdinalIgnoreCase);
    }

    private static string Plain(JsonElement value) =>
        value.ValueKind is JsonValueKind.String ? value.GetString()! : value.GetRawText();
}
