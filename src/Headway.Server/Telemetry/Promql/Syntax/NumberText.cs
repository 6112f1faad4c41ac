using System.Globalization;

namespace Headway.Server.Telemetry.Promql.Syntax;

/// <summary>Numbers as Go reads them: decimal, with an exponent, hexadecimal, octal, `Inf` and `NaN`.</summary>
internal static class NumberText
{
    /// <summary>How many characters of a number stand at a place, whether they make one or not.</summary>
    public static int Length(string text, int at)
    {
        var i = at;
        char Look(int ahead = 0) => i + ahead < text.Length ? text[i + ahead] : '\0';
        if (Look() == '0' && Look(1) is 'x' or 'X')
        {
            i += 2;
            while (char.IsAsciiHexDigit(Look())) i++;
            return i - at;
        }
        while (char.IsAsciiDigit(Look())) i++;
        if (Look() == '.') i++;
        while (char.IsAsciiDigit(Look())) i++;
        if (Look() is 'e' or 'E')
        {
            i += Look(1) is '+' or '-' ? 2 : 1;
            while (char.IsAsciiDigit(Look())) i++;
        }
        return i - at;
    }

    /// <summary>A literal of a query: whole numbers may be hexadecimal, or octal with a 0 in front.</summary>
    public static double? Literal(string text)
    {
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            return long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, null, out var hex) ? hex : null;
        if (text.Length > 1 && text[0] == '0' && text.AsSpan().IndexOfAnyExceptInRange('0', '7') < 0 && text.Length < 20)
            return Convert.ToInt64(text, 8);
        return Float(text);
    }

    /// <summary>A label value, a parameter or a boundary such as `+Inf`; null when it is no number.</summary>
    public static double? Float(string text)
    {
        var sign = text.StartsWith('-') ? -1 : 1;
        var rest = text.AsSpan(text.StartsWith('-') || text.StartsWith('+') ? 1 : 0);
        if (rest.Equals("inf", StringComparison.OrdinalIgnoreCase)
            || rest.Equals("infinity", StringComparison.OrdinalIgnoreCase)) return sign * double.PositiveInfinity;
        if (rest.Equals("nan", StringComparison.OrdinalIgnoreCase)) return double.NaN;
        if (rest.IsEmpty || !(char.IsAsciiDigit(rest[0]) || rest[0] == '.')) return null;
        const NumberStyles plain = NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return double.TryParse(rest, plain, CultureInfo.InvariantCulture, out var value) && !double.IsInfinity(value)
            ? sign * value : null;
    }
}
