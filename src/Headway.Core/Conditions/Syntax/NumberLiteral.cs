using System.Globalization;

namespace Headway.Core.Conditions.Syntax;

/// <summary>Literals of int, uint and double, without their sign.</summary>
internal static class NumberLiteral
{
    public static (Token Token, int End) Read(string text, int at)
    {
        var isHex = text[at] == '0' && at + 1 < text.Length && text[at + 1] is 'x' or 'X';
        var end = isHex ? Hex(text, at) : Digits(text, at);
        var isDouble = !isHex && IsDouble(text, ref end);
        var isUnsigned = !isDouble && end < text.Length && text[end] is 'u' or 'U';
        var digits = text[(isHex ? at + 2 : at)..end];
        if (isUnsigned) end++;
        if (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'))
            throw new SyntaxException(at, $"`{text[at..(end + 1)]}` is not a number.");
        var value = isDouble ? Double(digits, at) : Whole(digits, isHex, isUnsigned, at);
        return (new(TokenKind.Literal, at, text[at..end], value), end);
    }

    private static int Hex(string text, int at)
    {
        var end = at + 2;
        while (end < text.Length && char.IsAsciiHexDigit(text[end])) end++;
        return end > at + 2 ? end : throw new SyntaxException(at, "`0x` needs hexadecimal digits behind it.");
    }

    private static int Digits(string text, int at)
    {
        while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
        return at;
    }

    /// <summary>A point with digits behind it, an exponent, or both.</summary>
    private static bool IsDouble(string text, ref int end)
    {
        var start = end;
        if (end + 1 < text.Length && text[end] == '.' && char.IsAsciiDigit(text[end + 1])) end = Digits(text, end + 1);
        if (end < text.Length && text[end] is 'e' or 'E')
        {
            var digits = end + 1 < text.Length && text[end + 1] is '+' or '-' ? end + 2 : end + 1;
            if (Digits(text, digits) > digits) end = Digits(text, digits);
        }
        return end > start;
    }

    private static ConditionValue.Double Double(string digits, int at)
    {
        var value = double.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture);
        return double.IsFinite(value) ? new(value)
            : throw new SyntaxException(at, $"{digits} is beyond the range of double.");
    }

    private static ConditionValue? Whole(string digits, bool isHex, bool isUnsigned, int at)
    {
        var style = isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None;
        if (ulong.TryParse(digits, style, CultureInfo.InvariantCulture, out var value))
        {
            if (isUnsigned) return new ConditionValue.UInt(value);
            if (value <= long.MaxValue) return new ConditionValue.Int((long)value);
            if (value == 1UL << 63) return null;
        }
        throw new SyntaxException(at, $"The number is beyond the range of {(isUnsigned ? "uint" : "int")}.");
    }
}
