namespace Headway.Server.Telemetry.Promql.Functions;

/// <summary>Parts of a time, given in seconds since 1970, in UTC.</summary>
internal static class Calendar
{
    private static readonly double Earliest = DateTimeOffset.MinValue.ToUnixTimeSeconds();
    private static readonly double Latest = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    private static readonly Dictionary<string, Func<DateTimeOffset, double>> Parts = new()
    {
        ["minute"] = time => time.Minute, ["hour"] = time => time.Hour, ["month"] = time => time.Month,
        ["year"] = time => time.Year, ["day_of_month"] = time => time.Day, ["day_of_week"] = time => (int)time.DayOfWeek,
        ["day_of_year"] = time => time.DayOfYear, ["days_in_month"] = time => DateTime.DaysInMonth(time.Year, time.Month),
    };

    /// <summary>No number for times outside the years 1 to 9999.</summary>
    public static Func<double, double>? Find(string name) => !Parts.TryGetValue(name, out var part) ? null
        : seconds => seconds >= Earliest && seconds <= Latest
            ? part(DateTimeOffset.FromUnixTimeSeconds((long)seconds)) : double.NaN;
}
