namespace Headway.Cli.Demo;

/// <summary>What customers felt of one release, counted where they are.</summary>
internal sealed class ReleaseTraffic
{
    private readonly Lock _lock = new();

    public long Requests { get; private set; }
    public long Failures { get; private set; }
    public DateTimeOffset? First { get; private set; }
    public DateTimeOffset? Last { get; private set; }
    public DateTimeOffset? FirstFailure { get; private set; }

    public void Count(bool failed)
    {
        var now = DateTimeOffset.UtcNow;
        lock (_lock)
        {
            Requests++;
            First ??= now;
            Last = now;
            if (!failed) return;
            Failures++;
            FirstFailure ??= now;
        }
    }
}
