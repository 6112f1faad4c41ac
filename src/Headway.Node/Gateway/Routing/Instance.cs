using Headway.Node.Gateway.Counting;

namespace Headway.Node.Gateway.Routing;

/// <summary>One instance of a release as the gateway knows it; lives on over changes of the state.</summary>
internal sealed class Instance
{
    private readonly long warmWhenUsedAt, warmAt;
    private int open;
    private long served;
    private long servedBefore;

    public Instance(InstanceEndpoint endpoint, TickClock clock)
    {
        (Id, Lane, Release) = (endpoint.Instance, endpoint.Lane, endpoint.Release);
        Address = endpoint.Address;
        Prefix = Address.Contains("://", StringComparison.Ordinal) ? Address : "http://" + Address;
        var age = clock.Time.GetUtcNow() - endpoint.StartedAt;
        var startedAt = clock.Now - clock.Ticks(age > TimeSpan.Zero ? age : TimeSpan.Zero);
        warmWhenUsedAt = startedAt + clock.Ticks(TimeSpan.FromSeconds(60));
        warmAt = startedAt + clock.Ticks(TimeSpan.FromSeconds(180));
    }

    public string Id { get; }
    public string Lane { get; }
    public string Release { get; }
    public string Address { get; }

    /// <summary>What the forwarder puts before the path.</summary>
    public string Prefix { get; }

    public Ejection Ejection { get; } = new();

    public int Open => Volatile.Read(ref open);

    public double RequestsPerSecond { get; private set; }

    /// <summary>
    /// Old and used enough for its latency to count (JUDGE 3b): 60 s and 500 requests, or 180 s.
    /// </summary>
    public bool IsWarm(long now) =>
        now >= warmAt || (now >= warmWhenUsedAt && Volatile.Read(ref served) >= 500);

    public void Enter() => Interlocked.Increment(ref open);

    public void Leave()
    {
        Interlocked.Decrement(ref open);
        Interlocked.Increment(ref served);
    }

    /// <summary>Once a second.</summary>
    public void Measure()
    {
        var now = Volatile.Read(ref served);
        RequestsPerSecond += (now - servedBefore - RequestsPerSecond) * 0.4;
        if (RequestsPerSecond < 0.01) RequestsPerSecond = 0;
        servedBefore = now;
    }
}
