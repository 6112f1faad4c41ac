using System.Collections.Immutable;
using Headway.Server.Journal;
using Headway.Server.Rollouts;

namespace Headway.Server.Telemetry;

/// <summary>
/// Observability coverage (M10): the share of lanes whose own release can be seen. A lane is covered when metrics,
/// traces and logs have come with its release id within the last hour. That users' requests are counted by the gateway
/// is told beside it and is not enough: it shows that something fails, not where.
/// </summary>
public sealed class TelemetryCoverage(
    Ledger ledger, TelemetryPresence presence, RecentTraffic traffic, TimeProvider time)
{
    private static readonly TimeSpan Lately = TimeSpan.FromHours(1);

    public CoverageView Of()
    {
        ImmutableArray<LaneCoverage> lanes =
        [
            .. from service in ledger.Services
               from environment in service.Environments
               let current = ledger.Lane(service.Name, environment.Name).Current
               where current is not null
               select Lane(service.Name, environment.Name, current),
        ];
        return new(lanes.IsEmpty ? null : (double)lanes.Count(lane => lane.IsCovered) / lanes.Length, lanes);
    }

    /// <summary>Of a release that is out there.</summary>
    public LaneCoverage Lane(string service, string environment, string release)
    {
        var since = time.GetUtcNow() - Lately;
        var heard = presence.Of(service, release, environment) is { } any && any.NewestAt >= since ? any : null;
        var counted = traffic.Of($"{service}/{environment}").At is { } at && at >= since;
        return new(service, environment, release, heard?.Points > 0, heard?.Spans > 0, heard?.Logs > 0, counted);
    }
}

/// <param name="Share">0 to 1; null while nothing is out.</param>
public sealed record CoverageView(double? Share, ImmutableArray<LaneCoverage> Lanes);

/// <param name="Release">The release that the lane's users have.</param>
/// <param name="Requests">Requests of users are counted by the gateway.</param>
public sealed record LaneCoverage(
    string Service, string Environment, string Release, bool Metrics, bool Traces, bool Logs, bool Requests)
{
    public bool IsCovered => Metrics && Traces && Logs;
}
