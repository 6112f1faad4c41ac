namespace Headway.Node.Gateway.Counting;

/// <summary>
/// Seconds counted on the monotonic clock, so that a step of the wall clock neither repeats nor loses a tick. The wall
/// clock only names them; after a step of more than five seconds (or a sleep of the machine) the names follow it.
/// </summary>
internal sealed class TickClock
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(5);
    private readonly TimeProvider time;
    private readonly long origin;
    private DateTimeOffset anchor;

    public TickClock(TimeProvider time)
    {
        this.time = time;
        var now = time.GetUtcNow();
        anchor = new DateTimeOffset(now.Ticks - now.Ticks % TimeSpan.TicksPerSecond, TimeSpan.Zero);
        var sinceSecond = (now - anchor).TotalSeconds;
        origin = time.GetTimestamp() - (long)(sinceSecond * time.TimestampFrequency);
    }

    public TimeProvider Time => time;

    public long Now => time.GetTimestamp();

    public int TickOf(long timestamp) => (int)((timestamp - origin) / time.TimestampFrequency);

    /// <summary>Timestamp at which a tick has ended.</summary>
    public long EndOf(int tick) => origin + (tick + 1L) * time.TimestampFrequency;

    public long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);

    public DateTimeOffset SecondOf(int tick) => anchor.AddSeconds(tick);

    /// <summary>Called now and then: lets the names follow the wall clock when it has been set.</summary>
    public void Follow()
    {
        var now = time.GetUtcNow();
        var second = new DateTimeOffset(now.Ticks - now.Ticks % TimeSpan.TicksPerSecond, TimeSpan.Zero);
        var named = SecondOf(TickOf(Now));
        if ((second - named).Duration() > Tolerance) anchor += second - named;
    }
}
