namespace Headway.Core.Services;

/// <summary>Whether a schedule starts a run now.</summary>
public static class ScheduleTurn
{
    /// <summary>A time that was missed by more than this, because nothing ran or a clock jumped, is left out.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(5);

    /// <param name="known">When the schedule became known; times before it were never meant.</param>
    /// <param name="last">When it last started a run, or null.</param>
    /// <returns>
    /// At most one run, however many times were missed. A clock that jumped back waits for what comes after the last
    /// run; one that jumped ahead starts one run if a time lies within the grace before now.
    /// </returns>
    public static bool IsDue(
        CronTime cron, TimeZoneInfo zone, DateTimeOffset known, DateTimeOffset? last, DateTimeOffset now)
    {
        var from = now - Grace;
        if (known > from) from = known;
        if (last > from) from = last.Value;
        return cron.Next(from, zone) is { } next && next <= now;
    }
}
