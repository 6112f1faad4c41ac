using System.Globalization;

namespace Headway.Server.Telemetry.Promql.Http;

/// <summary>Numbers as Go writes them, with as few digits as bring the same number back.</summary>
public static class GoFloat
{
    /// <summary>Samples of answers: with an exponent below 1e-6 and from 1e21 on.</summary>
    public static string Sample(double value) =>
        Math.Abs(value) is var size && size > 0 && double.IsFinite(value) && (size < 1e-6 || size >= 1e21)
            ? Scientific(value) : Plain(value);

    /// <summary>Never with an exponent.</summary>
    public static string Plain(double value)
    {
        if (double.IsNaN(value)) return "NaN";
        if (double.IsInfinity(value)) return value > 0 ? "+Inf" : "-Inf";
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        var e = text.IndexOf('E');
        if (e < 0) return text;
        var sign = text[0] == '-' ? "-" : "";
        var digits = text.AsSpan(sign.Length, e - sign.Length).ToString().Replace(".", "", StringComparison.Ordinal);
        var power = int.Parse(text.AsSpan(e + 1), CultureInfo.InvariantCulture);
        return power < 0
            ? $"{sign}0.{new string('0', -power - 1)}{digits}"
            : sign + digits.PadRight(power + 1, '0');
    }

    /// <summary>As in messages: with an exponent for large and small numbers.</summary>
    public static string Short(double value) =>
        Math.Abs(value) is var size && size > 0 && double.IsFinite(value) && (size < 1e-4 || size >= 1e6)
            ? Scientific(value) : Plain(value);

    private static string Scientific(double value)
    {
        // Seventeen digits are enough for any number; the first format that brings it back has the fewest.
        var text = "";
        for (var digits = 0; digits < 17 && (text.Length == 0 || double.Parse(text, CultureInfo.InvariantCulture) != value); digits++)
            text = value.ToString($"E{digits}", CultureInfo.InvariantCulture);
        var e = text.IndexOf('E');
        var power = int.Parse(text.AsSpan(e + 1), CultureInfo.InvariantCulture);
        return $"{text[..e]}e{(power < 0 ? '-' : '+')}{Math.Abs(power):00}";
    }
}
