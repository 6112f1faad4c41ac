using Headway.Core.Services;

namespace Headway.Server.Specs;

/// <summary>The `objectives:` section.</summary>
internal static class ObjectivesShape
{
    private static readonly Field<TimeSpan?> P50 = Percentile("p50", "Half of the requests are faster.");
    private static readonly Field<TimeSpan?> P90 = Percentile("p90", "90 of 100 requests are faster.");
    private static readonly Field<TimeSpan?> P99 = Percentile("p99", "99 of 100 requests are faster.");

    private static readonly Field<double?> Availability = new(
        "availability", "Share of requests that do not fail.",
        Quantity.Percent(0.5, 0.999999).Select(share => (double?)share), null);

    private static readonly Field<ObjectivesSpec> Latency = new(
        "latency", "How fast requests are answered.",
        MapShape.Of("latency", [P50, P90, P99], values =>
        {
            var limits = new[] { P50, P90, P99 }.Where(values.Has).ToList();
            foreach (var (lower, upper) in limits.Zip(limits.Skip(1)))
                if (values.Get(lower) > values.Get(upper))
                    values.Problem(upper, $"`{upper.Name}` is below `{lower.Name}`", "limits that rise");
            return new ObjectivesSpec(null, values.Get(P50), values.Get(P90), values.Get(P99));
        }),
        ObjectivesSpec.None);

    public static readonly Shape<ObjectivesSpec> Shape = MapShape.Of(
        "`objectives`", [Availability, Latency],
        values => values.Get(Latency) with { Availability = values.Get(Availability) });

    private static Field<TimeSpan?> Percentile(string name, string says) => new(
        name, says,
        Quantity.Duration(TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(10)).Select(time => (TimeSpan?)time),
            null);
}
