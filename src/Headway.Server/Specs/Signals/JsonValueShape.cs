using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Headway.Server.Specs.Signals;

/// <summary>Any JSON, written in YAML: unquoted numbers, `true`, `false` and `null` are what they look like.</summary>
internal static class JsonValueShape
{
    private static readonly JsonSerializerOptions Plain =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>As JSON text.</summary>
    public static readonly Shape<string> Any = new(
        () => new JsonObject(),
        (node, problems) => Found.It(Of(node, problems)?.ToJsonString(Plain) ?? "null"));

    private static JsonNode? Of(SpecNode node, ProblemList problems)
    {
        switch (node)
        {
            case SpecNode.Map map:
                var made = new JsonObject();
                foreach (var entry in map.Entries)
                    if (!made.TryAdd(entry.Key.Text, Of(entry.Value, problems)))
                        problems.Add(entry.Key.At, $"`{SpecNode.Shorten(entry.Key.Text)}` is written twice", "each key once");
                return made;
            case SpecNode.List list:
                return new JsonArray([.. list.Items.Select(item => Of(item, problems))]);
            case SpecNode.Scalar { IsNull: true }:
                return null;
            case SpecNode.Scalar { Quoted: false, Text: "true" or "false" } scalar:
                return scalar.Text == "true";
            case SpecNode.Scalar { Quoted: false } scalar when IsNumber(scalar.Text):
                return JsonNode.Parse(scalar.Text);
            default:
                return ((SpecNode.Scalar)node).Text;
        }
    }

    /// <summary>As JSON writes numbers; `007` and `1_000` are text.</summary>
    private static bool IsNumber(string text)
    {
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            || !double.IsFinite(number)) return false;
        try
        {
            return JsonNode.Parse(text) is JsonValue;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
