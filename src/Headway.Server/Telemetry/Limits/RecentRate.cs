namespace Headway.Server.Telemetry.Limits;

/// <summary>A rate that remembers about ten seconds.</summary>
public sealed class RecentRate
{
    private const double Memory = 10;
    private double _sum;
    private DateTimeOffset _at;

    public void Add(int count, DateTimeOffset now)
    {
        _sum = Faded(now) + count;
        _at = now;
    }

    public double PerSecond(DateTimeOffset now) => Faded(now) / Memory;

    private double Faded(DateTimeOffset now) => now <= _at ? _sum : _sum * Math.Exp(-(now - _at).TotalSeconds / Memory);
}
