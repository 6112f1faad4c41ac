using Headway.Core.Services;
using Xunit;

namespace Headway.Core.Tests.Services;

public sealed class CronTimeTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Theory]
    [InlineData("0 3 * * *", "2026-01-01T02:59:59Z", "2026-01-01T03:00:00Z")]
    [InlineData("0 3 * * *", "2026-01-01T03:00:00Z", "2026-01-02T03:00:00Z")]
    [InlineData("*/15 8-9 * * MON-FRI", "2026-01-02T09:46:00Z", "2026-01-05T08:00:00Z")]
    [InlineData("30 0 1,15 * *", "2026-01-02T00:00:00Z", "2026-01-15T00:30:00Z")]
    [InlineData("0 0 13 * 5", "2026-02-13T00:00:00Z", "2026-02-20T00:00:00Z")]
    [InlineData("0 0 29 2 *", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00Z")]
    [InlineData("0 12 * JAN 7", "2026-01-30T00:00:00Z", "2027-01-03T12:00:00Z")]
    public void The_next_time_is_found(string cron, string after, string next) =>
        Assert.Equal(At(next), CronTime.Parse(cron)!.Next(At(after), TimeZoneInfo.Utc));

    [Theory]
    [InlineData("")]
    [InlineData("0 3 * *")]
    [InlineData("60 3 * * *")]
    [InlineData("0 24 * * *")]
    [InlineData("0 3 0 * *")]
    [InlineData("0 3 * 13 *")]
    [InlineData("0 3 * * 8")]
    [InlineData("*/0 * * * *")]
    [InlineData("5-1 * * * *")]
    [InlineData("1/2/3 * * * *")]
    [InlineData("0 3 * * XYZ")]
    [InlineData("-1 * * * *")]
    [InlineData("999999999999 * * * *")]
    public void What_cannot_be_understood_is_refused(string cron) => Assert.Null(CronTime.Parse(cron));

    [Fact]
    public void A_day_that_never_comes_has_no_next_time() =>
        Assert.Null(CronTime.Parse("0 0 30 2 *")!.Next(At("2026-01-01T00:00:00Z"), TimeZoneInfo.Utc));

    /// <summary>On 29 March 2026 the clocks of Berlin go from 02:00 to 03:00.</summary>
    [Fact]
    public void A_time_in_the_hour_that_is_left_out_comes_right_after_it() =>
        Assert.Equal(At("2026-03-29T01:00:00Z"), CronTime.Parse("30 2 * * *")!.Next(At("2026-03-28T12:00:00Z"), Berlin));

    /// <summary>On 25 October 2026 they go from 03:00 back to 02:00.</summary>
    [Fact]
    public void A_time_in_the_hour_that_comes_twice_counts_once()
    {
        var first = CronTime.Parse("30 2 * * *")!.Next(At("2026-10-24T12:00:00Z"), Berlin);
        Assert.Equal(At("2026-10-25T00:30:00Z"), first);
        Assert.Equal(At("2026-10-26T01:30:00Z"), CronTime.Parse("30 2 * * *")!.Next(first!.Value, Berlin));
    }

    [Theory]
    [InlineData("02:59:00", null, false)]
    [InlineData("03:00:01", null, true)]
    [InlineData("03:04:00", null, true)]
    [InlineData("03:06:00", null, false)]
    [InlineData("09:00:00", null, false)]
    [InlineData("03:00:05", "03:00:01", false)]
    [InlineData("02:30:00", "03:00:01", false)]
    public void Missed_times_are_left_out_and_each_counts_once(string now, string? last, bool due) =>
        Assert.Equal(due, ScheduleTurn.IsDue(CronTime.Parse("0 3 * * *")!, TimeZoneInfo.Utc, At("2026-01-01T00:00:00Z"),
            last is null ? null : At($"2026-01-05T{last}Z"), At($"2026-01-05T{now}Z")));

    [Fact]
    public void A_time_before_the_schedule_was_known_was_never_meant() =>
        Assert.False(ScheduleTurn.IsDue(CronTime.Parse("0 3 * * *")!, TimeZoneInfo.Utc,
            At("2026-01-05T03:00:30Z"), null, At("2026-01-05T03:01:00Z")));

    private static DateTimeOffset At(string text) =>
        DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
