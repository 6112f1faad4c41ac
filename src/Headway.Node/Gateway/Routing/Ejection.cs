namespace Headway.Node.Gateway.Routing;

/// <summary>
/// Whether an instance is left out for a while because it fails far more than its peers. Three connections refused in
/// a row, or at least half of twenty requests failed and five times the peers' rate; 10 s the first time, doubling up
/// to five minutes. The last instance is never left out: whoever chooses sees to that.
/// </summary>
internal sealed class Ejection
{
    public const int ConnectFailures = 3, FewRequests = 20;
    private const double Decay = 0.9;
    private static readonly TimeSpan First = TimeSpan.FromSeconds(10), Longest = TimeSpan.FromMinutes(5);
    private readonly Lock gate = new();
    private int refusedInRow;
    private int times;
    private double requests, failures;
    private long until;

    public bool IsOut(long now) => now < Volatile.Read(ref until);

    public double Requests => requests;
    public double Failures => failures;
    public bool RefusesConnections => Volatile.Read(ref refusedInRow) >= ConnectFailures;

    public void Count(bool failed)
    {
        if (!failed && refusedInRow != 0) Volatile.Write(ref refusedInRow, 0);
        lock (gate)
        {
            requests++;
            if (failed) failures++;
        }
    }

    public void CountRefusedConnection() => Interlocked.Increment(ref refusedInRow);

    /// <summary>Once a second: the past fades, with a half-life of about seven seconds.</summary>
    public void Fade()
    {
        lock (gate) (requests, failures) = (requests * Decay, failures * Decay);
    }

    public bool FailsFarAbove(double peersRate) =>
        requests >= FewRequests && failures >= requests / 2 && failures > 5 * peersRate * requests;

    /// <summary>Leaves it out from now; afterwards it starts with a clean sheet.</summary>
    public TimeSpan Begin(long now, long frequency)
    {
        var span = TimeSpan.FromTicks(Math.Min(Longest.Ticks, First.Ticks << Math.Min(times, 10)));
        times++;
        lock (gate) (requests, failures) = (0, 0);
        Volatile.Write(ref refusedInRow, 0);
        Volatile.Write(ref until, now + (long)(span.TotalSeconds * frequency));
        return span;
    }
}
