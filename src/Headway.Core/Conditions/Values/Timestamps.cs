using System.Globalization;
using System.Text.RegularExpressions;

namespace Headway.Core.Conditions.Values;

/// <summary>Moments as text of RFC 3339, and their range: the years 1 to 9999.</summary>
internal static partial class Timestamps
{
    private const long First = -62_135_596_800;
    private const long Last = 253_402_300_799;

    public static ConditionValue Of(Int128 nanoseconds)
    {
        var seconds = nanoseconds / Durations.Second;
        var rest = (int)(nanoseconds % Durations.Second);
        if (rest < 0) (seconds, rest) = (seconds - 1, rest + (int)Durations.Second);
        return seconds >= First && seconds <= Last ? new ConditionValue.Timestamp((long)seconds, rest)
            : new ConditionValue.Failed("range error: a timestamp lies in the years 1 to 9999");
    }

    public static Int128 Nanoseconds(ConditionValue.Timestamp moment) =>
        (Int128)moment.Seconds * Durations.Second + moment.Nanoseconds;

    public static ConditionValue Parse(string text)
    {
        var match = text.Length <= 64 ? Rfc3339().Match(text) : Match.Empty;
        if (!match.Success) return Wrong(text);
        int Number(string name) => int.Parse(match.Groups[name].Value, CultureInfo.InvariantCulture);
        var (year, month, day) = (Number("year"), Number("month"), Number("day"));
        var (hour, minute, second) = (Number("hour"), Number("minute"), Number("second"));
        if (month is < 1 or > 12 || day < 1 || day > CivilTime.DaysOf(year, month)) return Wrong(text);
        if (hour > 23 || minute > 59 || second > 59) return Wrong(text);
        var fraction = match.Groups["fraction"].Value.PadRight(9, '0')[..9];
        var seconds = CivilTime.Days(year, month, day) * 86400 + hour * 3600 + minute * 60 + second;
        if (match.Groups["sign"].Success)
        {
            if (Number("zoneHour") > 23 || Number("zoneMinute") > 59) return Wrong(text);
            var offset = Number("zoneHour") * 3600 + Number("zoneMinute") * 60;
            seconds -= match.Groups["sign"].Value == "-" ? -offset : offset;
        }
        return Of((Int128)seconds * Durations.Second + int.Parse(fraction, CultureInfo.InvariantCulture));
    }

    public static string Text(ConditionValue.Timestamp moment)
    {
        var time = CivilTime.Of(moment.Seconds);
        var fraction = moment.Nanoseconds.ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0');
        return $"{time.Year:D4}-{time.Month:D2}-{time.Day:D2}T{time.Hour:D2}:{time.Minute:D2}:{time.Second:D2}"
            + $"{(fraction.Length > 0 ? "." : "")}{fraction}Z";
    }

    private static ConditionValue.Failed Wrong(string text) =>
        new($"'{Notation.Short(text)}' is not a timestamp: write for example 2026-02-03T04:05:06Z");

    [GeneratedRegex("""
        ^(?<year>[0-9]{4})-(?<month>[0-9]{2})-(?<day>[0-9]{2})
        T(?<hour>[0-9]{2}):(?<minute>[0-9]{2}):(?<second>[0-9]{2})(\.(?<fraction>[0-9]{1,20}))?
        (Z|(?<sign>[+-])(?<zoneHour>[0-9]{2}):(?<zoneMinute>[0-9]{2}))\z
        """, RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Rfc3339();
}
