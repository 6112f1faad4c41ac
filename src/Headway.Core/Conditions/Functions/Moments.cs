using Headway.Core.Conditions.Values;
using static Headway.Core.Conditions.ConditionValue;

namespace Headway.Core.Conditions.Functions;

/// <summary>Parts of timestamps, on the clock of UTC or of a zone, and durations in whole units.</summary>
internal static class Moments
{
    public static readonly Function[] All =
    [
        Part("getFullYear", time => time.Year),
        Part("getMonth", time => time.Month - 1),
        Part("getDate", time => time.Day),
        Part("getDayOfMonth", time => time.Day - 1),
        Part("getDayOfWeek", time => time.DayOfWeek),
        Part("getDayOfYear", time => time.DayOfYear),
        PartOrWhole("getHours", time => time.Hour, 3600 * Durations.Second),
        PartOrWhole("getMinutes", time => time.Minute, 60 * Durations.Second),
        PartOrWhole("getSeconds", time => time.Second, Durations.Second),
        Function.Member("getMilliseconds", a => a switch
        {
            // Of a duration too it is the part below a second; the specification says so.
            [Duration(var length)] => new Int(length / 1_000_000 % 1000),
            [Timestamp moment] => new Int(moment.Nanoseconds / 1_000_000),
            [Timestamp moment, Text(var zone)] => TimeZones.OffsetAt(moment, zone, out _) is { } wrong
                ? wrong : new Int(moment.Nanoseconds / 1_000_000),
            _ => null,
        }),
    ];

    private static Function Part(string name, Func<CivilTime, long> part) =>
        Function.Member(name, a => Of(a, part));

    private static Function PartOrWhole(string name, Func<CivilTime, long> part, long unit) =>
        Function.Member(name, a => a is [Duration(var length)] ? new Int(length / unit) : Of(a, part));

    private static ConditionValue? Of(ConditionValue[] a, Func<CivilTime, long> part)
    {
        switch (a)
        {
            case [Timestamp moment]:
                return new Int(part(CivilTime.Of(moment.Seconds)));
            case [Timestamp moment, Text(var zone)]:
                return TimeZones.OffsetAt(moment, zone, out var seconds)
                    ?? (ConditionValue)new Int(part(CivilTime.Of(moment.Seconds + seconds)));
            default:
                return null;
        }
    }
}
