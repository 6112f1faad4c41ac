namespace Headway.Node.Gateway;

/// <summary>Everything that a gateway process is told when it starts. What changes later is in <see cref="GatewayState"/>.</summary>
/// <param name="Node">Name of the node, written into every batch of evidence.</param>
/// <param name="DataFolder">Holds the last state, the evidence not yet sent and the access log.</param>
/// <param name="AdminSocket">Path of the Unix socket of the admin API; it must be the gateway's own.</param>
/// <param name="HandoverSocket">
/// Path of the Unix socket on which the listening sockets arrive; null makes the gateway bind the ports itself.
/// </param>
public sealed record GatewayOptions(string Node, string DataFolder, string AdminSocket, string? HandoverSocket)
{
    /// <summary>Header that names the user; decides which side a client is on.</summary>
    public string UserHeader { get; init; } = "x-user-id";

    /// <summary>Cookie that names the user when the header is missing; null for none.</summary>
    public string? UserCookie { get; init; }

    /// <summary>Believe the last `X-Forwarded-For` entry, because a proxy of one's own stands in front.</summary>
    public bool TrustForwarded { get; init; }

    /// <summary>Lets `x-headway-release: candidate` (or stable, or a release) choose the side; never counted.</summary>
    public bool AllowOverride { get; init; } = true;

    /// <summary>Tells the client which release answered, in `x-headway-release`.</summary>
    public bool NameRelease { get; init; } = true;

    /// <summary>Space for the access log (two files of half of it each); 0 turns it off.</summary>
    public long AccessLogBytes { get; init; }

    /// <summary>Space for evidence of this process that nobody has fetched; the oldest is dropped beyond it.</summary>
    public long EvidenceBytes { get; init; } = 64 << 20;

    /// <summary>Clients remembered per lane; the one not seen for longest is forgotten beyond it.</summary>
    public int ClientsPerLane { get; init; } = 100_000;

    /// <summary>An instance that does not accept within this time is tried as dead.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>An answer that makes no progress for this long has failed.</summary>
    public TimeSpan ActivityTimeout { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>A WebSocket that is silent for this long is closed.</summary>
    public TimeSpan UpgradeIdle { get; init; } = TimeSpan.FromMinutes(60);

    /// <summary>Request line and headers must be complete within this time.</summary>
    public TimeSpan HeadersTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>An idle connection of a client is closed after this time.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(130);

    public int MaxHeaderBytes { get; init; } = 32 << 10;

    /// <summary>Bytes a second that an upload or download must reach after 5 seconds.</summary>
    public double MinBodyBytesPerSecond { get; init; } = 240;

    public long MaxBodyBytes { get; init; } = 1L << 30;

    public int MaxConnections { get; init; } = 20_000;

    /// <summary>How long a draining gateway still answers with `Connection: close` before it stops.</summary>
    public TimeSpan DrainWait { get; init; } = TimeSpan.FromMilliseconds(1500);

    /// <summary>How long a draining gateway waits for open requests and WebSockets.</summary>
    public TimeSpan DrainLimit { get; init; } = TimeSpan.FromMinutes(5);
}
