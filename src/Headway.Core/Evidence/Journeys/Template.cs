using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Headway.Core.Evidence.Journeys;

/// <summary>Text with `{name}` in it, where a name stands for a value that was extracted (kept as JSON text).</summary>
public static partial class Template
{
    public const string NameSays = "letters, digits and `_`, beginning with a letter";

    private static readonly JsonSerializerOptions Plain =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [GeneratedRegex(@"\{([A-Za-z][A-Za-z0-9_]{0,39})\}", RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder { get; }

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_]{0,39}$", RegexOptions.CultureInvariant)]
    public static partial Regex Name { get; }

    public static IEnumerable<string> NamesIn(string text) =>
        Placeholder.Matches(text).Select(match => match.Groups[1].Value).Distinct();

    /// <summary>A name that is not known stays as it is written.</summary>
    /// <param name="encode">Makes a value safe for the place where it is put.</param>
    public static string Fill(string text, IReadOnlyDictionary<string, string> values, Func<string, string> encode) =>
        Placeholder.Replace(text, match => values.TryGetValue(match.Groups[1].Value, out var value)
            ? encode(TextOf(value)) : match.Value);

    /// <summary>A text that is nothing but a placeholder becomes the value itself: a number stays a number.</summary>
    public static string FillJson(string json, IReadOnlyDictionary<string, string> values) =>
        (Filled(JsonNode.Parse(json), values)?.ToJsonString(Plain)) ?? "null";

    private static JsonNode? Filled(JsonNode? node, IReadOnlyDictionary<string, string> values)
    {
        switch (node)
        {
            case JsonObject map:
                return new JsonObject(map.Select(pair => KeyValuePair.Create(pair.Key, Filled(pair.Value, values))));
            case JsonArray list:
                return new JsonArray([.. list.Select(item => Filled(item, values))]);
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                var text = value.GetValue<string>();
                return Placeholder.Match(text) is { Success: true } match && match.Length == text.Length
                    && values.TryGetValue(match.Groups[1].Value, out var whole)
                    ? JsonNode.Parse(whole) : JsonValue.Create(Fill(text, values, plain => plain));
            default:
                return node?.DeepClone();
        }
    }

    /// <summary>Of a string what it says, of anything else its JSON.</summary>
    private static string TextOf(string json) =>
        json.StartsWith('"') ? JsonSerializer.Deserialize<string>(json)! : json;
}
