using Headway.Core.Nodes;

namespace Headway.Node.Instances;

/// <summary>What all instances of a node have in common.</summary>
internal sealed record InstanceRoom(InstanceOptions Options, ControlGroups Groups, RunUser? User, string Root)
{
    /// <summary>
    /// Where instances that are started now send their telemetry, as seen from here; null for nowhere.
    /// </summary>
    public TelemetryAt? Telemetry { get; set; }

    public RunSecrets Secrets { get; init; } = RunSecrets.Nobody;

    public HttpClient Http { get; } = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
    })
    { Timeout = Timeout.InfiniteTimeSpan };

    public HashSet<int> Ports { get; } = [];

    public RunFiles FilesOf(string id) => new(Path.Combine(Root, id));

    /// <summary>Control groups of different kinds of runs never share a name.</summary>
    public RunGroup GroupOf(string id) => new(Groups, id);
}
