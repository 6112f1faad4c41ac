using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Headway.Core.Scans.Formats;

/// <summary>Looks into JSON that nobody vouches for: what is not there or of another kind is null or empty.</summary>
internal static class Json
{
    private const int LongestText = 500;

    public static JsonElement? At(this JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var found)
            && found.ValueKind is not JsonValueKind.Null ? found : null;

    public static JsonElement? At(this JsonElement? element, string name) => element?.At(name);

    public static string? Text(this JsonElement? element) => element is { ValueKind: JsonValueKind.String } text
        ? Plain(text.GetString()!) : null;

    public static string? Text(this JsonElement element, string name) => element.At(name).Text();

    public static string? Text(this JsonElement? element, string name) => element.At(name).Text();

    public static double? Number(this JsonElement? element, string name) => element.At(name) switch
    {
        { ValueKind: JsonValueKind.Number } number when number.TryGetDouble(out var value) => value,
        { ValueKind: JsonValueKind.String } text when double.TryParse(
            text.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) => value,
        _ => null,
    };

    public static int? Line(this JsonElement? element, string name) =>
        element.Number(name) is >= 1 and <= int.MaxValue and var line ? (int)line : null;

    public static IEnumerable<JsonElement> Each(this JsonElement? element, string name) => element.At(name) switch
    {
        { ValueKind: JsonValueKind.Array } list => list.EnumerateArray(),
        _ => [],
    };

    public static IEnumerable<JsonElement> Each(this JsonElement element, string name) => ((JsonElement?)element).Each(name);

    public static IEnumerable<JsonProperty> Entries(this JsonElement? element, string name) => element.At(name) switch
    {
        { ValueKind: JsonValueKind.Object } map => map.EnumerateObject(),
        _ => [],
    };

    public static ImmutableArray<string> Texts(this JsonElement? element, string name) =>
        [.. element.Each(name).Select(each => ((JsonElement?)each).Text()).OfType<string>().Take(50)];

    /// <summary>One line, bounded, and nothing in it that a terminal would obey.</summary>
    public static string Plain(string text)
    {
        var cut = text.Length > LongestText ? text[..LongestText] : text;
        return string.Concat(cut.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? ' ' : c)).Trim();
    }
}
