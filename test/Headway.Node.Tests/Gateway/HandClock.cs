namespace Headway.Node.Tests.Gateway;

/// <summary>Time that a test moves by hand; the wall clock can be set apart from the monotonic one.</summary>
public sealed class HandClock : TimeProvider
{
    private DateTimeOffset wall = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private long monotonic = 1_000_000_000;

    public override long TimestampFrequency => 10_000_000;
    public override long GetTimestamp() => monotonic;
    public override DateTimeOffset GetUtcNow() => wall;

    public void Pass(TimeSpan span)
    {
        monotonic += span.Ticks;
        wall += span;
    }

    public void Pass(double seconds) => Pass(TimeSpan.FromSeconds(seconds));

    /// <summary>Somebody sets the wall clock.</summary>
    public void SetWall(TimeSpan by) => wall += by;
}
