using System.Globalization;
using System.Text;
using Headway.Core.Conditions.Evaluation;
using Headway.Core.Conditions.Values;
using static Headway.Core.Conditions.ConditionValue;

namespace Headway.Core.Conditions.Functions;

/// <summary>int(), uint(), double(), string() and their like.</summary>
internal static class Conversions
{
    private const NumberStyles Signed = NumberStyles.AllowLeadingSign;
    private const double TwoTo63 = 9_223_372_036_854_775_808;

    public static readonly Function[] All =
    [
        Function.Global("dyn", a => a is [var value] ? value : null),
        Function.Global("type", a => a is [var value] ? new ConditionValue.Type(value.TypeName) : null),
        Function.Global("int", a => a switch
        {
            [Int] => a[0],
            [UInt(var number)] => number <= long.MaxValue ? new Int((long)number) : Range("int"),
            [ConditionValue.Double(var number)] =>
                number is > -TwoTo63 and < TwoTo63 ? new Int((long)number) : Range("int"),
            [Text(var text)] => long.TryParse(text, Signed, CultureInfo.InvariantCulture, out var number)
                ? new Int(number) : NoConversion(text, "int"),
            [Timestamp moment] => new Int(moment.Seconds),
            _ => null,
        }),
        Function.Global("uint", a => a switch
        {
            [UInt] => a[0],
            [Int(var number)] => number >= 0 ? new UInt((ulong)number) : Range("uint"),
            [ConditionValue.Double(var number)] =>
                number is >= 0 and < 2 * TwoTo63 ? new UInt((ulong)number) : Range("uint"),
            [Text(var text)] => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? new UInt(number) : NoConversion(text, "uint"),
            _ => null,
        }),
        Function.Global("double", a => a switch
        {
            [ConditionValue.Double] => a[0],
            [Int(var number)] => new ConditionValue.Double(number),
            [UInt(var number)] => new ConditionValue.Double(number),
            [Text(var text)] => OfText(text),
            _ => null,
        }),
        Function.Global("bool", a => a switch
        {
            [Bool] => a[0],
            [Text("1" or "t" or "true" or "TRUE" or "True")] => Bool.True,
            [Text("0" or "f" or "false" or "FALSE" or "False")] => Bool.False,
            [Text(var text)] => NoConversion(text, "bool"),
            _ => null,
        }),
        Function.Global("string", ToText),
        Function.Global("bytes", (a, budget) => a switch
        {
            [Bytes] => a[0],
            [Text(var text)] => ToBytes(text, budget),
            _ => null,
        }),
        Function.Global("timestamp", a => a switch
        {
            [Timestamp] => a[0],
            [Int(var seconds)] => Timestamps.Of((Int128)seconds * Durations.Second),
            [Text(var text)] => Timestamps.Parse(text),
            _ => null,
        }),
        Function.Global("duration", a => a switch
        {
            [Duration] => a[0],
            [Text(var text)] => Durations.Parse(text),
            _ => null,
        }),
    ];

    private static Failed Range(string type) => new($"range error: the number is beyond the range of {type}");

    private static Failed NoConversion(string text, string type) =>
        new($"Type conversion error: '{Notation.Short(text)}' is not {(type == "int" ? "an" : "a")} {type}");

    private static ConditionValue OfText(string text)
    {
        ConditionValue.Double? named = text.TrimStart('+').ToLowerInvariant() switch
        {
            "nan" => new(double.NaN),
            "inf" or "infinity" => new(double.PositiveInfinity),
            "-inf" or "-infinity" => new(double.NegativeInfinity),
            _ => null,
        };
        if (named is not null) return named;
        const NumberStyles style = Signed | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (!double.TryParse(text, style, CultureInfo.InvariantCulture, out var number))
            return NoConversion(text, "double");
        return double.IsFinite(number) ? new ConditionValue.Double(number) : Range("double");
    }

    private static ConditionValue? ToText(ConditionValue[] a, Budget budget)
    {
        switch (a)
        {
            case [Text]:
                return a[0];
            case [Bytes(var octets)]:
                budget.Make(2L * octets.Length);
                return Utf8.TryDecode(octets.AsSpan(), out var decoded) ? new Text(decoded)
                    : new Failed("invalid UTF-8 in bytes, cannot convert to string");
        }
        var text = a switch
        {
            [Bool(var flag)] => flag ? "true" : "false",
            [Int(var number)] => number.ToString(CultureInfo.InvariantCulture),
            [UInt(var number)] => number.ToString(CultureInfo.InvariantCulture),
            [ConditionValue.Double(var number)] => NumberText.Of(number),
            [Timestamp moment] => Timestamps.Text(moment),
            [Duration(var length)] => Durations.Text(length),
            [Address address] => Networks.Text(address),
            [Network network] => Networks.Text(network),
            _ => null,
        };
        return text is null ? null : new Text(text);
    }

    private static Bytes ToBytes(string text, Budget budget)
    {
        budget.Make(3L * text.Length);
        return new Bytes([.. Encoding.UTF8.GetBytes(text)]);
    }
}
