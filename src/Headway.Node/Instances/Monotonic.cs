namespace Headway.Node.Instances;

/// <summary>Time for limits and intervals: it never jumps, whatever happens to the clock on the wall.</summary>
internal static class Monotonic
{
    public static TimeSpan Now => TimeSpan.FromMilliseconds(Environment.TickCount64);
}
