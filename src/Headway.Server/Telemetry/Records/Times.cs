namespace Headway.Server.Telemetry.Records;

/// <summary>Nanoseconds since 1970, as OpenTelemetry counts them.</summary>
internal static class Times
{
    private const long NanosInTick = 100;

    public static DateTimeOffset At(long nanos) => DateTimeOffset.UnixEpoch.AddTicks(nanos / NanosInTick);

    public static long Nanos(DateTimeOffset at)
    {
        var ticks = (at - DateTimeOffset.UnixEpoch).Ticks;
        return ticks >= long.MaxValue / NanosInTick ? long.MaxValue : Math.Max(0, ticks) * NanosInTick;
    }
}
