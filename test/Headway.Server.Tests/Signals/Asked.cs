using System.Collections.Immutable;
using Headway.Core.Evidence;
using Headway.Core.Pipelines;
using Headway.Core.Releases;
using Headway.Core.Services;
using Headway.Server.Connections;
using Headway.Server.Host;
using Headway.Server.Secrets.Keys;
using Headway.Server.Telemetry.Promql;
using Headway.Server.Signals;
using Microsoft.Extensions.Logging.Abstractions;

namespace Headway.Server.Tests.Signals;

/// <summary>Questions about two releases of a shop.</summary>
internal static class Asked
{
    public const string Stable = "shop-1-aaaaaaa", Candidate = "shop-2-bbbbbbb";

    public static SignalQuestion Of(SignalSource source, DateTimeOffset at) => new(
        "shop/production", new("payments", source, new SignalTest.Counts()), Release(Stable, 1), Release(Candidate, 2),
        at) { Rollout = "shop-production-2", Began = at.AddMinutes(-5) };

    public static SignalSource Prometheus(string server, string? bad, string? total, string? gauge = null) =>
        new SignalSource.Prometheus(server, new(bad, total, gauge));

    /// <summary>Headway's own telemetry, where there is none.</summary>
    public static readonly Engine NothingKept = new((_, _, _) => [], new());

    public static KnownConnections Connections(string folder) =>
        new(new ServerOptions { DataFolder = folder }, new(KeyChoice.Open(null, folder)), NullLogger<KnownConnections>.Instance);

    private static Release Release(string id, int number) => new(
        id, "shop", number, new(new(number == 1 ? 'a' : 'b', 40), "Change", "someone", DateTimeOffset.UnixEpoch),
        $"sha256:{number}", null, new("shop", ImmutableArray<JobSpec>.Empty, new("./run"), ObjectivesSpec.None, []),
        DateTimeOffset.UnixEpoch);
}
