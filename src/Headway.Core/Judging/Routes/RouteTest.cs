using Headway.Core.Evidence;

namespace Headway.Core.Judging.Routes;

/// <summary>The comparison of one route: a client at risk asks for it in a second, and fails there or does not.</summary>
/// <param name="weight">Its part of the evidence of all routes.</param>
/// <param name="past">What stable's past says of it.</param>
internal sealed class RouteTest(string route, double weight, RouteCounts? past)
{
    private readonly FailProcess fail = new(MixtureDesign.Errors);
    private readonly StableRate rate = new(new(), past?.ClientFailures ?? 0, past?.Clients ?? 0);
    private DateTimeOffset newest;

    public string Route => route;

    public double Weight => weight;

    public Trials All { get; private set; }

    public double LogE => fail.GatedLogE(MetricTest.LeastEvents);

    public void Apply(in Trials batch, DateTimeOffset second)
    {
        var wakes = second > newest;
        if (wakes) newest = second;
        fail.Apply(batch, rate.Value, wakes);
        rate.Observe(batch);
        All += batch;
    }
}
