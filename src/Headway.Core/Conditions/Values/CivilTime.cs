namespace Headway.Core.Conditions.Values;

/// <summary>
/// Date and time of a clock on the wall. Made of seconds rather than of DateTime, since a time zone may move a moment
/// out of the years that DateTime knows.
/// </summary>
internal readonly record struct CivilTime(long Year, int Month, int Day, int Hour, int Minute, int Second)
{
    private const int DaysOf400Years = 146_097;

    /// <param name="seconds">Since 1970 on this clock.</param>
    public static CivilTime Of(long seconds)
    {
        var days = Math.DivRem(seconds, 86400, out var rest);
        if (rest < 0) (days, rest) = (days - 1, rest + 86400);

        // Years that begin on 1 March: the leap day is the last of its year. Day 0 is 0000-03-01.
        var era = Math.DivRem(days + 719_468, DaysOf400Years, out var day);
        if (day < 0) (era, day) = (era - 1, day + DaysOf400Years);
        var year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
        var dayOfYear = day - (365 * year + year / 4 - year / 100);
        var month = (5 * dayOfYear + 2) / 153;
        var dayOfMonth = (int)(dayOfYear - (153 * month + 2) / 5 + 1);
        var calendarMonth = (int)(month < 10 ? month + 3 : month - 9);
        return new(era * 400 + year + (calendarMonth <= 2 ? 1 : 0), calendarMonth, dayOfMonth,
            (int)(rest / 3600), (int)(rest / 60 % 60), (int)(rest % 60));
    }

    /// <summary>Days from 1970-01-01 to the date.</summary>
    public static long Days(long year, int month, int day)
    {
        year -= month <= 2 ? 1 : 0;
        var era = (year >= 0 ? year : year - 399) / 400;
        var yearOfEra = year - era * 400;
        var dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
        return era * DaysOf400Years + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468;
    }

    public static int DaysOf(int year, int month) => month switch
    {
        2 => year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28,
        4 or 6 or 9 or 11 => 30,
        _ => 31,
    };

    /// <summary>From 0.</summary>
    public int DayOfYear => (int)(Days(Year, Month, Day) - Days(Year, 1, 1));

    /// <summary>Sunday is 0; 1970-01-01 was a Thursday.</summary>
    public int DayOfWeek => (int)(((Days(Year, Month, Day) + 4) % 7 + 7) % 7);
}
