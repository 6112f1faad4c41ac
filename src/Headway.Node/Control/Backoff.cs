namespace Headway.Node.Control;

/// <summary>
/// Waiting times that double, with full jitter between half and the whole, so that a thousand nodes do not come back
/// to a restarted server in the same moment.
/// </summary>
internal sealed class Backoff(TimeSpan first, TimeSpan last)
{
    private int _failures;

    public TimeSpan Next()
    {
        var whole = Math.Min(last.TotalMilliseconds, first.TotalMilliseconds * Math.Pow(2, Math.Min(_failures++, 20)));
        return TimeSpan.FromMilliseconds(whole * (0.5 + Random.Shared.NextDouble() / 2));
    }

    public void Reset() => _failures = 0;
}
