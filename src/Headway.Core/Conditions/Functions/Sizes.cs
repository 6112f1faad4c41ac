using static Headway.Core.Conditions.ConditionValue;

namespace Headway.Core.Conditions.Functions;

internal static class Sizes
{
    public static readonly Function[] All = [Function.Global("size", Size), Function.Member("size", Size)];

    private static Int? Size(ConditionValue[] a)
    {
        switch (a)
        {
            case [Text(var text)]:
                return new Int(Points.Count(text));
            case [Bytes(var octets)]:
                return new Int(octets.Length);
            case [List(var items)]:
                return new Int(items.Length);
            case [Map(var entries)]:
                return new Int(entries.Count);
            default:
                return null;
        }
    }
}
