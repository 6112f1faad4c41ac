using System.Collections.Immutable;

namespace Headway.Core.Services;

/// <summary>
/// Points in time by the five fields of cron. Where both days are restricted, either one is enough, as in cron itself.
/// </summary>
public sealed class CronTime
{
    /// <summary>29 February on a given weekday comes again after at most 40 years.</summary>
    private const int DaysAhead = 366 * 41;

    private static readonly ImmutableArray<string> Months =
        ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
    private static readonly ImmutableArray<string> Weekdays = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

    private readonly ImmutableArray<int> minutes, hours, days, months, weekdays;
    private readonly bool anyDay, anyWeekday;

    private CronTime(ImmutableArray<ImmutableArray<int>> fields, bool anyDay, bool anyWeekday)
    {
        (minutes, hours, days, months) = (fields[0], fields[1], fields[2], fields[3]);
        weekdays = [.. fields[4].Select(day => day % 7).Distinct().Order()];
        (this.anyDay, this.anyWeekday) = (anyDay, anyWeekday);
    }

    /// <summary>Null when it cannot be understood.</summary>
    public static CronTime? Parse(string text)
    {
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (parts.Length != 5) return null;
        var fields = new[]
        {
            CronField.Parse(parts[0], 0, 59, []), CronField.Parse(parts[1], 0, 23, []),
            CronField.Parse(parts[2], 1, 31, []), CronField.Parse(parts[3], 1, 12, Months),
            CronField.Parse(parts[4], 0, 7, Weekdays),
        };
        return Array.TrueForAll(fields, field => field is not null)
            ? new([.. fields.Select(field => field!.Value)], parts[2].StartsWith('*'), parts[4].StartsWith('*')) : null;
    }

    /// <summary>
    /// The first time after. What falls into the hour that a clock change leaves out comes right after it, and in the
    /// hour that comes twice the first one counts. Null for a day that never is, such as 30 February.
    /// </summary>
    public DateTimeOffset? Next(DateTimeOffset after, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(after, zone).Date;
        for (var ahead = 0; ahead < DaysAhead; ahead++)
        {
            var day = local.AddDays(ahead);
            if (!Takes(day)) continue;
            var best = Times(day, zone).Where(time => time > after).Select(time => (DateTimeOffset?)time).Min();
            if (best is not null) return best;
        }
        return null;
    }

    private bool Takes(DateTime day)
    {
        if (!months.Contains(day.Month)) return false;
        var (byDay, byWeekday) = (days.Contains(day.Day), weekdays.Contains((int)day.DayOfWeek));
        return anyDay || anyWeekday ? byDay && byWeekday : byDay || byWeekday;
    }

    private IEnumerable<DateTimeOffset> Times(DateTime day, TimeZoneInfo zone) =>
        from hour in hours
        from minute in minutes
        select Real(day.AddHours(hour).AddMinutes(minute), zone);

    private static DateTimeOffset Real(DateTime local, TimeZoneInfo zone)
    {
        if (zone.IsAmbiguousTime(local)) return new(local, zone.GetAmbiguousTimeOffsets(local).Max());
        while (zone.IsInvalidTime(local)) local = local.AddMinutes(1);
        return new(local, zone.GetUtcOffset(local));
    }
}

/// <summary>One field: `*`, `5`, `1-5`, `*/15`, `1-30/2`, `MON,WED`.</summary>
internal static class CronField
{
    public static ImmutableArray<int>? Parse(string text, int least, int most, ImmutableArray<string> names)
    {
        var values = new SortedSet<int>();
        foreach (var part in text.Split(','))
        {
            if (part.Split('/') is not ([_] or [_, _]) || Range(part.Split('/')[0], least, most, names) is not { } range)
                return null;
            var step = 1;
            if (part.Split('/') is [_, var written] && (Number(written) is not { } by || (step = by) is < 1 or > 60)) return null;
            for (var value = range.From; value <= range.To; value += step) values.Add(value);
        }
        return [.. values];
    }

    private static (int From, int To)? Range(string text, int least, int most, ImmutableArray<string> names)
    {
        if (text == "*") return (least, most);
        var ends = text.Split('-').Select(end => Value(end, least, names)).ToArray();
        return ends switch
        {
            [{ } one] when one >= least && one <= most => (one, one),
            [{ } from, { } to] when from >= least && to <= most && from <= to => (from, to),
            _ => null,
        };
    }

    private static int? Value(string text, int least, ImmutableArray<string> names) =>
        names.IndexOf(text.ToUpperInvariant()) is >= 0 and var at ? at + least : Number(text);

    private static int? Number(string text) =>
        text.Length is 1 or 2 && text.All(char.IsAsciiDigit) ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture)
            : null;
}
