using System.Text;

namespace Headway.Core.Conditions.Values;

/// <summary>Text in quotation marks, with escapes for what a reader could not tell apart otherwise.</summary>
internal static class Quotation
{
    public static string Of(string characters)
    {
        var text = new StringBuilder(characters.Length + 2).Append('"');
        foreach (var c in characters)
            text.Append(c switch
            {
                '\a' => "\\a",
                '\b' => "\\b",
                '\f' => "\\f",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '\v' => "\\v",
                '\\' => "\\\\",
                '"' => "\\\"",
                _ => c.ToString(),
            });
        return text.Append('"').ToString();
    }
}
