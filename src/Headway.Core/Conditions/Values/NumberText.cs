using System.Globalization;

namespace Headway.Core.Conditions.Values;

/// <summary>The shortest text that reads as the same double: 0.1, 120, 1e+21.</summary>
internal static class NumberText
{
    public static string Of(double number)
    {
        if (double.IsNaN(number)) return "NaN";
        if (double.IsInfinity(number)) return number > 0 ? "Infinity" : "-Infinity";
        var text = number.ToString("R", CultureInfo.InvariantCulture);
        if (!text.Contains('E')) return text;

        // `R` writes an exponent from 1E+15 on; people read 1200000000000000 better, as far as it is exact.
        return Math.Abs(number) is >= 1 and < 1e21 ? number.ToString("F0", CultureInfo.InvariantCulture)
            : text.Replace('E', 'e');
    }
}
