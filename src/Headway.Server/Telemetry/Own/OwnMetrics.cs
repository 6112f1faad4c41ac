using System.Collections.Immutable;
using Headway.Server.Journal;
using Headway.Server.Rollouts;
using Headway.Server.Status;
using Headway.Targets.Nodes;

namespace Headway.Server.Telemetry.Own;

/// <summary>Everything that Headway knows about itself as metrics, for `/metrics` and for its own store.</summary>
public sealed class OwnMetrics(
    LaneTurns turns, LaneWorld world, NodeBoard board, TrafficTotals traffic, TelemetryCoverage coverage)
{
    /// <summary>A name twice with the same labels (two nodes that report one instance) is told once.</summary>
    public ImmutableArray<MetricFamily> Collect() =>
    [
        new("headway_build_info", MetricKind.Gauge, "1, with the version that runs.",
            [new("", [("version", StatusEndpoints.Version)], 1)]),
        .. new RecordMetrics(world.Ledger).Families().Concat(new LaneMetrics(turns, world, board).Families())
            .Concat(traffic.Families()).Concat(Coverage())
            .Where(family => !family.Samples.IsEmpty).Select(Distinct),
    ];

    private IEnumerable<MetricFamily> Coverage()
    {
        var covered = new FamilyBuilder("headway_observability_covered", MetricKind.Gauge,
            "1 when that kind of telemetry has come from the lane's own release within the last hour.");
        foreach (var lane in coverage.Of().Lanes)
            foreach (var (kind, comes) in (ReadOnlySpan<(string, bool)>)[
                ("metrics", lane.Metrics), ("traces", lane.Traces), ("logs", lane.Logs)])
                covered.Add(comes ? 1 : 0,
                    ("service", lane.Service), ("environment", lane.Environment), ("kind", kind));
        return [covered.Family()];
    }

    private static MetricFamily Distinct(MetricFamily family) => family with
    {
        Samples = [.. family.Samples.DistinctBy(s => s.Suffix + string.Join('\0', s.Labels.Select(l => $"{l.Name}={l.Value}")))],
    };
}
