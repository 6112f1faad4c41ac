namespace Headway.Server.Telemetry.Limits;

/// <summary>So many a second, and never more than two seconds' worth at once.</summary>
internal sealed class RateGate(int perSecond)
{
    private double _room = 2.0 * perSecond;
    private DateTimeOffset _at;

    public bool Pass(DateTimeOffset now, int count = 1)
    {
        // When the clock went back, the time begins anew; otherwise nothing would pass until it has caught up.
        if (now > _at) _room = Math.Min(2.0 * perSecond, _room + (now - _at).TotalSeconds * perSecond);
        _at = now;
        if (_room < count) return false;
        _room -= count;
        return true;
    }
}
