using System.Globalization;
using System.Text;
using Headway.Core.Conditions.Evaluation;
using Headway.Core.Conditions.Values;
using static Headway.Core.Conditions.ConditionValue;

namespace Headway.Core.Conditions.Functions;

/// <summary>Numbers as the clauses of format() write them; null when the clause is not for the value.</summary>
internal static class FormattedNumber
{
    public static string? Decimal(ConditionValue value) => value switch
    {
        Int(var number) => number.ToString(CultureInfo.InvariantCulture),
        UInt(var number) => number.ToString(CultureInfo.InvariantCulture),
        ConditionValue.Double(var number) when !double.IsFinite(number) => NumberText.Of(number),
        _ => null,
    };

    public static string? Fixed(ConditionValue value, int precision) => Real(value) is not { } number ? null
        : double.IsFinite(number) ? number.ToString($"F{precision}", CultureInfo.InvariantCulture)
        : NumberText.Of(number);

    public static string? Scientific(ConditionValue value, int precision)
    {
        if (Real(value) is not { } number) return null;
        if (!double.IsFinite(number)) return NumberText.Of(number);
        var text = number.ToString($"e{precision}", CultureInfo.InvariantCulture);
        // .NET writes three digits of the exponent, the language two where they are enough.
        var sign = text.LastIndexOfAny(['+', '-']);
        return text[..(sign + 1)] + text[(sign + 1)..].TrimStart('0').PadLeft(2, '0');
    }

    public static string? Binary(ConditionValue value) =>
        value is Bool(var flag) ? flag ? "1" : "0" : Based(value, 'b');

    public static string? Octal(ConditionValue value) => Based(value, 'o');

    public static string? Hexadecimal(ConditionValue value, Budget budget)
    {
        switch (value)
        {
            case Text(var text):
                budget.Make(8L * text.Length);
                return Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text));
            case Bytes(var octets):
                budget.Make(4L * octets.Length);
                return Convert.ToHexStringLower(octets.AsSpan());
            default:
                return Based(value, 'x');
        }
    }

    private static double? Real(ConditionValue value) => value switch
    {
        ConditionValue.Double(var number) => number,
        Int(var number) => number,
        UInt(var number) => number,
        _ => null,
    };

    private static string? Based(ConditionValue value, char form) => value switch
    {
        Int(var number) => (number < 0 ? "-" : "") + Digits((ulong)Math.Abs((decimal)number), form),
        UInt(var number) => Digits(number, form),
        _ => null,
    };

    private static string Digits(ulong number, char form) => form switch
    {
        'b' => number.ToString("b", CultureInfo.InvariantCulture),
        'x' => number.ToString("x", CultureInfo.InvariantCulture),
        _ => OctalDigits(number),
    };

    private static string OctalDigits(ulong number)
    {
        var digits = "";
        do digits = (char)('0' + (number & 7)) + digits;
        while ((number >>= 3) > 0);
        return digits;
    }
}
