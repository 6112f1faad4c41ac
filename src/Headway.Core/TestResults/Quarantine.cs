using System.Collections.Immutable;
using System.Globalization;

namespace Headway.Core.TestResults;

/// <summary>
/// A test that runs and is shown but does not fail its job, since somebody has taken it over until a day.
/// </summary>
/// <param name="Until">The last day on which it holds.</param>
public sealed record Quarantine(string Test, string Owner, DateOnly Until, string Why)
{
    /// <summary>A longer one is no quarantine but a deleted test.</summary>
    public const int LongestDays = 60;
    public const int MostOfService = 200;

    /// <summary>Who put it there, and when; null where it stands in headway.yaml.</summary>
    public string? By { get; init; }

    public bool HoldsOn(DateOnly day) => day <= Until && Until.DayNumber - day.DayNumber <= LongestDays;

    public string UntilText => Until.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>What speaks against it, a whole sentence; null when it may be placed.</summary>
    public string? Refused(DateOnly today) =>
        string.IsNullOrWhiteSpace(Test) || Test.Length > TestCase.LongestName ? "Name the test, as `headway tests` shows it."
        : string.IsNullOrWhiteSpace(Owner) ? "A quarantine needs an owner: who repairs the test?"
        : string.IsNullOrWhiteSpace(Why) ? "A quarantine needs a reason."
        : Until < today ? $"{UntilText} is over: a quarantine ends on a day to come."
        : Until.DayNumber - today.DayNumber > LongestDays
            ? $"{UntilText} is more than {LongestDays} days ahead: the longest quarantine ends on "
                + $"{today.AddDays(LongestDays).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}."
        : null;
}

/// <summary>Every quarantine of a service: those of headway.yaml and those that people placed.</summary>
public sealed record QuarantineList(ImmutableArray<Quarantine> All, DateOnly Today)
{
    public Quarantine? Holding(string test) => All.FirstOrDefault(each => each.Test == test && each.HoldsOn(Today));

    /// <summary>Said when the test fails again: its time is over, or too far ahead to count.</summary>
    public string? NoLongerHolding(string test)
    {
        if (Holding(test) is not null || All.LastOrDefault(each => each.Test == test) is not { } over) return null;
        return over.Until < Today
            ? $"The quarantine of {test} (owner {over.Owner}) ended on {over.UntilText}."
            : $"The quarantine of {test} does not count: {over.UntilText} is more than {Quarantine.LongestDays} days ahead.";
    }
}
