using System.Text;
using System.Text.Json;

namespace Headway.Core.Evidence.Answers;

/// <summary>Text of JSON values, also of those that are not quite Unicode: an answer may hold anything.</summary>
internal static class JsonText
{
    public static string Of(JsonElement value)
    {
        try
        {
            return value.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: what was written is compared instead of what it means.
            return value.GetRawText();
        }
    }

    public static string NameOf(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            return "\uFFFD";
        }
    }

    /// <summary>The same text for values that are the same but for the order of keys.</summary>
    public static string Canonical(JsonElement value)
    {
        var text = new StringBuilder();
        Write(value, text);
        return text.ToString();
    }

    private static void Write(JsonElement value, StringBuilder text)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                text.Append('{');
                foreach (var member in value.EnumerateObject().OrderBy(NameOf, StringComparer.Ordinal))
                {
                    text.Append(NameOf(member)).Append(':');
                    Write(member.Value, text);
                    text.Append(',');
                }
                text.Append('}');
                break;
            case JsonValueKind.Array:
                text.Append('[');
                foreach (var item in value.EnumerateArray())
                {
                    Write(item, text);
                    text.Append(',');
                }
                text.Append(']');
                break;
            case JsonValueKind.String:
                text.Append('"').Append(Of(value));
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }
    }
}
