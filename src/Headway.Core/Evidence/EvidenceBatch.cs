using System.Collections.Immutable;

namespace Headway.Core.Evidence;

/// <summary>
/// What one gateway saw of the requests of one lane that started in one second under one route version. Batches are
/// identified by (node, boot, sequence): duplicates are dropped, and counts are never pooled over nodes or versions.
/// A batch is closed `Delay` after its second ends, so that slow requests are judged as they were felt.
/// </summary>
/// <param name="Node">Name of the node.</param>
/// <param name="Boot">Identity of the gateway process that counted.</param>
/// <param name="Sequence">1, 2, 3 ... within the boot; a missing number is a gap.</param>
/// <param name="Lane">`service/environment`.</param>
/// <param name="RouteVersion">Version of the route in force when the requests started.</param>
/// <param name="Second">Start of the second, UTC.</param>
/// <param name="Stable">What users of stable felt.</param>
/// <param name="Candidate">What users of the candidate felt; null when no candidate was exposed.</param>
public sealed record EvidenceBatch(
    string Node, string Boot, long Sequence, string Lane, long RouteVersion, DateTimeOffset Second,
    SideCounts Stable, SideCounts? Candidate);

/// <summary>One release's side of a batch. A client is a stable hash of user, API key, or address and agent.</summary>
/// <param name="Release">Release id.</param>
/// <param name="Requests">Requests that started in the second (first attempts; retries are not counted).</param>
/// <param name="Failures">5xx, 408, 429, reset, time-out, truncated body, failing gRPC status, or none within the delay.</param>
/// <param name="Refused">Other 4xx.</param>
/// <param name="Cancelled">Given up by the client.</param>
/// <param name="Clients">Trials of the error test: clients at risk that made a request in the second.</param>
/// <param name="ClientFailures">Clients at risk with at least one failure in the second.</param>
/// <param name="ClientsRefused">Clients at risk with at least one other 4xx, and no failure, in the second.</param>
/// <param name="ClientSpells">Clients whose third failure in a row, the first time in this rollout, fell in the second.</param>
/// <param name="Latency">Successes on warm instances, one (the first) a client and second.</param>
/// <param name="Unfinished">Latency trials that were unfinished after the delay, cancelled or timed out: slow for sure.</param>
/// <param name="Instances">The error trials again, by instance that served them.</param>
/// <param name="Routes">Requests, failures and trials by route, the busiest first, the rest together as `*`.</param>
public sealed record SideCounts(
    string Release,
    int Requests, int Failures, int Refused, int Cancelled,
    int Clients, int ClientFailures, int ClientsRefused, int ClientSpells,
    LatencyCounts Latency, int Unfinished,
    ImmutableArray<InstanceCounts> Instances,
    ImmutableArray<RouteCounts> Routes)
{
    /// <summary>
    /// Trials of the spell test: clients that made a request in the second and had no spell in this rollout before it,
    /// at risk of a first failure or not. 0 when it is not counted: the judge then takes the requests.
    /// </summary>
    public int SpellClients { get; init; }

    /// <summary>
    /// Trials of the test of other 4xx: clients with a request in the second that are at risk of being refused, by the
    /// rule of failures (not refused in this rollout, or a minute and 20 successes ago). Only their refusals belong in
    /// <see cref="ClientsRefused"/>. 0 when it is not counted: the judge then leaves refusals out.
    /// </summary>
    public int RefusalClients { get; init; }

    public static SideCounts None(string release) =>
        new(release, 0, 0, 0, 0, 0, 0, 0, 0, LatencyCounts.Empty, 0, [], []);
}

public sealed record InstanceCounts(string Instance, int Clients, int ClientFailures);

/// <param name="Route">Method and path with identities taken out: `POST /orders/{id}`; `*` for the rest.</param>
public sealed record RouteCounts(string Route, int Requests, int Failures)
{
    /// <summary>
    /// Trials of the test of the route: clients at risk that asked for it in the second and had not failed before in
    /// that second. 0 when they are not counted.
    /// </summary>
    public int Clients { get; init; }

    /// <summary>Those of them whose first failure of the second fell on this route.</summary>
    public int ClientFailures { get; init; }
}
