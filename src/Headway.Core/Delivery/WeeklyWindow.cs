using System.Collections.Immutable;
using System.Globalization;

namespace Headway.Core.Delivery;

/// <summary>
/// Hours of some weekdays, in the local time of a zone: `Mon-Fri 09:00-16:00 Europe/Berlin`. One that ends at or before its
/// beginning ends on the next day. Local time decides: where a clock change repeats an hour, both are in; where it leaves one
/// out, the window is shorter.
/// </summary>
public sealed record WeeklyWindow(ImmutableArray<DayOfWeek> Days, TimeOnly From, TimeOnly Until, string Zone)
{
    private static readonly ImmutableArray<string> Names = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(1);
    private const int MinutesAhead = 8 * 24 * 60;

    /// <summary>Null when it cannot be understood.</summary>
    public static WeeklyWindow? Parse(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length is < 2 or > 3 || words[1].Split('-') is not [var from, var until]) return null;
        var zone = words.Length == 3 ? words[2] : "UTC";
        return DaysOf(words[0]) is { IsEmpty: false } days && Time(from) is { } begins && Time(until) is { } ends
            && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _) ? new(days, begins, ends, zone) : null;
    }

    public bool Holds(DateTimeOffset at)
    {
        var local = TimeZoneInfo.ConvertTime(at, TimeZoneInfo.FindSystemTimeZoneById(Zone));
        var (day, time) = (local.DayOfWeek, TimeOnly.FromTimeSpan(local.TimeOfDay));
        if (From < Until) return Days.Contains(day) && time >= From && time < Until;
        return (Days.Contains(day) && time >= From) || (Days.Contains(Before(day)) && time < Until);
    }

    /// <summary>The first minute from then on in which it is open; null when it is not within eight days.</summary>
    public DateTimeOffset? Opens(DateTimeOffset after)
    {
        if (Holds(after)) return after;
        var minute = new DateTimeOffset(after.UtcTicks - (after.UtcTicks % Step.Ticks), TimeSpan.Zero);
        for (var ahead = 1; ahead <= MinutesAhead; ahead++)
            if (Holds(minute.AddMinutes(ahead))) return minute.AddMinutes(ahead);
        return null;
    }

    public override string ToString() => $"{Shown()} {From:HH\\:mm}-{Until:HH\\:mm} {Zone}";

    private string Shown() => string.Join(',', Days.Select(day => Names[(int)day]));

    private static DayOfWeek Before(DayOfWeek day) => (DayOfWeek)(((int)day + 6) % 7);

    private static TimeOnly? Time(string text) => text == "24:00" ? TimeOnly.MinValue
        : TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;

    private static ImmutableArray<DayOfWeek> DaysOf(string text)
    {
        if (text is "daily" or "*") return [.. Enum.GetValues<DayOfWeek>()];
        var days = ImmutableArray.CreateBuilder<DayOfWeek>();
        foreach (var part in text.Split(','))
        {
            var ends = part.Split('-');
            if (ends.Length > 2 || Day(ends[0]) is not { } first || Day(ends[^1]) is not { } last) return [];
            for (var day = first; ; day = (day + 1) % 7)
            {
                days.Add((DayOfWeek)day);
                if (day == last) break;
            }
        }
        return [.. days.Distinct()];
    }

    private static int? Day(string text) => Names.IndexOf(text, 0, Names.Length, StringComparer.OrdinalIgnoreCase) is >= 0 and var at ? at : null;
}
