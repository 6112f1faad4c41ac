using System.Globalization;
using System.Text.RegularExpressions;

namespace Headway.Core.Conditions.Values;

/// <summary>
/// Names of the time zone database, and offsets such as +02:00. The database is the one of this machine, the only
/// thing beside its bindings that an expression depends on.
/// </summary>
internal static partial class TimeZones
{
    private static readonly DateTime Epoch = DateTime.UnixEpoch;

    /// <summary>What is wrong with the zone, or null and the seconds that its clock is ahead of UTC.</summary>
    public static ConditionValue.Failed? OffsetAt(ConditionValue.Timestamp moment, string zone, out long seconds)
    {
        seconds = 0;
        if (zone.Length > 64) return Unknown(zone);
        if (Offset().Match(zone) is { Success: true } fixedOffset)
        {
            var hours = int.Parse(fixedOffset.Groups["hours"].Value, CultureInfo.InvariantCulture);
            var minutes = int.Parse(fixedOffset.Groups["minutes"].Value, CultureInfo.InvariantCulture);
            if (hours > 23 || minutes > 59) return Unknown(zone);
            seconds = (hours * 3600 + minutes * 60) * (zone[0] == '-' ? -1 : 1);
            return null;
        }
        if (zone is "" or "UTC") return null;
        if (!Name().IsMatch(zone) || !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found)) return Unknown(zone);
        seconds = (long)found.GetUtcOffset(Epoch.AddSeconds(moment.Seconds)).TotalSeconds;
        return null;
    }

    private static ConditionValue.Failed Unknown(string zone) =>
        new($"unknown time zone '{Notation.Short(zone)}': write for example Europe/Berlin or +02:00");

    [GeneratedRegex(@"^[+-]?(?<hours>[0-9]{1,2}):(?<minutes>[0-9]{2})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Offset();

    /// <summary>No dots: a name is never a path to elsewhere.</summary>
    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
