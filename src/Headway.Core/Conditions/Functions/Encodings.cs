using Headway.Core.Conditions.Evaluation;
using static Headway.Core.Conditions.ConditionValue;

namespace Headway.Core.Conditions.Functions;

internal static class Encodings
{
    public static readonly Function[] All =
    [
        Function.Global("base64.encode", (a, budget) =>
        {
            if (a is not [Bytes(var octets)]) return null;
            budget.Make(3L * octets.Length);
            return new Text(Convert.ToBase64String(octets.AsSpan()));
        }),
        Function.Global("base64.decode", (a, budget) =>
        {
            if (a is not [Text(var text)]) return null;
            budget.Make(text.Length);
            return Decoded(text);
        }),
    ];

    /// <summary>With or without the `=` at its end.</summary>
    private static ConditionValue Decoded(string text)
    {
        var padded = text.Length % 4 == 0 ? text : text.PadRight((text.Length + 3) / 4 * 4, '=');
        var octets = new byte[padded.Length / 4 * 3];
        return !text.Any(char.IsWhiteSpace) && Convert.TryFromBase64String(padded, octets, out var length)
            ? new Bytes([.. octets.AsSpan(0, length)]) : new Failed("The text is not base64.");
    }
}
