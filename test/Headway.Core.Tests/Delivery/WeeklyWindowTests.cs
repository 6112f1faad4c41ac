using System.Globalization;
using Headway.Core.Delivery;
using Xunit;

namespace Headway.Core.Tests.Delivery;

public sealed class WeeklyWindowTests
{
    [Theory]
    // Monday to Friday in Berlin, winter and summer.
    [InlineData("Mon-Fri 09:00-16:00 Europe/Berlin", "2026-11-23T08:00Z", true)]
    [InlineData("Mon-Fri 09:00-16:00 Europe/Berlin", "2026-11-23T07:59Z", false)]
    [InlineData("Mon-Fri 09:00-16:00 Europe/Berlin", "2026-07-06T07:00Z", true)]
    [InlineData("Mon-Fri 09:00-16:00 Europe/Berlin", "2026-11-23T15:00Z", false)]
    [InlineData("Mon-Fri 09:00-16:00 Europe/Berlin", "2026-11-22T10:00Z", false)]
    // Over midnight: the night belongs to the day on which it begins.
    [InlineData("Fri 22:00-04:00", "2026-11-28T03:59Z", true)]
    [InlineData("Fri 22:00-04:00", "2026-11-28T04:00Z", false)]
    [InlineData("Fri 22:00-04:00", "2026-11-27T03:00Z", false)]
    [InlineData("Sat-Mon 00:00-24:00", "2026-11-29T12:00Z", true)]
    [InlineData("Sat-Mon 00:00-24:00", "2026-11-24T12:00Z", false)]
    // The hour that comes twice is in the window both times; of the one that is left out nothing is.
    [InlineData("daily 02:00-03:00 Europe/Berlin", "2026-10-25T00:30Z", true)]
    [InlineData("daily 02:00-03:00 Europe/Berlin", "2026-10-25T01:30Z", true)]
    [InlineData("daily 02:00-03:00 Europe/Berlin", "2026-03-29T00:59Z", false)]
    [InlineData("daily 02:00-03:00 Europe/Berlin", "2026-03-29T01:00Z", false)]
    public void It_is_open_by_the_clock_on_the_wall(string window, string at, bool isOpen) =>
        Assert.Equal(isOpen, WeeklyWindow.Parse(window)!.Holds(Time(at)));

    [Theory]
    [InlineData("Mon-Fri 09:00-16:00 Europe/Berlin", "2026-11-27T16:30Z", "2026-11-30T08:00Z")]
    [InlineData("daily 02:00-03:00 Europe/Berlin", "2026-03-28T12:00Z", "2026-03-30T00:00Z")]
    [InlineData("Mon 09:00-10:00", "2026-11-23T09:30Z", "2026-11-23T09:30Z")]
    public void It_says_when_it_opens(string window, string after, string opens) =>
        Assert.Equal(Time(opens), WeeklyWindow.Parse(window)!.Opens(Time(after)));

    [Fact]
    public void When_it_opens_it_is_open_and_was_not_before_at_any_time_of_the_year()
    {
        var window = WeeklyWindow.Parse("Tue,Sun 01:30-02:30 America/New_York")!;
        for (var at = Time("2026-01-01T00:13Z"); at < Time("2027-01-01T00:00Z"); at = at.AddHours(7))
        {
            var opens = window.Opens(at)!.Value;
            Assert.True(window.Holds(opens) && (opens == at || !window.Holds(opens.AddMinutes(-1))), $"{at:o}");
        }
    }

    [Theory]
    [InlineData("09:00-16:00")]
    [InlineData("Mon-Fri")]
    [InlineData("Mon-Fri 9-16")]
    [InlineData("Mom-Fri 09:00-16:00")]
    [InlineData("Mon 25:00-26:00")]
    [InlineData("Mon 09:00-16:00 Europe/Atlantis")]
    [InlineData("")]
    public void What_is_no_window_is_none(string text) => Assert.Null(WeeklyWindow.Parse(text));

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
