using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Headway.Core.Evidence.Journeys;

namespace Headway.Core.Evidence;

/// <summary>Where a signal comes from. Every source tells stable and candidate apart, or it is refused.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Prometheus), "prometheus")]
[JsonDerivedType(typeof(Instances), "instances")]
[JsonDerivedType(typeof(Telemetry), "telemetry")]
[JsonDerivedType(typeof(Dependency), "dependency")]
[JsonDerivedType(typeof(Logs), "logs")]
[JsonDerivedType(typeof(Probe), "probe")]
[JsonDerivedType(typeof(Journey), "journey")]
[JsonDerivedType(typeof(Command), "command")]
[JsonDerivedType(typeof(Load), "load")]
[JsonDerivedType(typeof(Datadog), "datadog")]
[JsonDerivedType(typeof(NewRelic), "newRelic")]
[JsonDerivedType(typeof(CloudWatch), "cloudWatch")]
[JsonDerivedType(typeof(Json), "json")]
[JsonDerivedType(typeof(Shadow), "shadow")]
public abstract record SignalSource
{
    private SignalSource() { }

    /// <summary>It gives bad ones out of all instead of values.</summary>
    [JsonIgnore]
    public bool IsCounted => Asks?.Bad is not null || this is Probe or Journey or Load or Shadow or Dependency or Logs;

    /// <summary>Nodes ask both releases for the same, whatever requests users make of either.</summary>
    [JsonIgnore]
    public bool AsksAlike => this is Probe or Journey or Command or Load;

    /// <summary>What is asked of a source that has a language of its own; null for one that has none.</summary>
    [JsonIgnore]
    public SignalQueries? Asks => this switch
    {
        Prometheus prometheus => prometheus.Queries,
        Datadog datadog => datadog.Queries,
        NewRelic newRelic => newRelic.Queries,
        CloudWatch cloudWatch => cloudWatch.Queries,
        Json json => json.Paths,
        _ => null,
    };

    /// <summary>Looking more often shows nothing new: these stores are filled by the minute.</summary>
    [JsonIgnore]
    public TimeSpan LeastEvery => this is Datadog or NewRelic or CloudWatch
        ? TimeSpan.FromMinutes(1) : TimeSpan.FromSeconds(1);

    /// <summary>A server that speaks Prometheus' HTTP API.</summary>
    /// <param name="Server">Its address, or the name of a connection that the server was given.</param>
    public sealed record Prometheus(string Server, SignalQueries Queries) : SignalSource;

    /// <param name="Server">Name of a connection.</param>
    public sealed record Datadog(string Server, SignalQueries Queries) : SignalSource;

    /// <param name="Server">Name of a connection.</param>
    public sealed record NewRelic(string Server, SignalQueries Queries) : SignalSource;

    /// <param name="Server">Name of a connection.</param>
    public sealed record CloudWatch(string Server, SignalQueries Queries) : SignalSource;

    /// <summary>Numbers in a JSON document.</summary>
    /// <param name="Address">With placeholders: `https://...`, or the name of a connection and what follows its URL.</param>
    /// <param name="Paths">Where the numbers stand: `data.result.0.count`.</param>
    public sealed record Json(string Address, SignalQueries Paths) : SignalSource;

    /// <summary>What nodes measure of the instances that they run: one value an instance.</summary>
    public sealed record Instances(InstanceMeasure Measure) : SignalSource;

    /// <summary>
    /// Whether the release's own metrics, traces and logs arrive with its release id: a release that went blind is not
    /// promoted.
    /// </summary>
    /// <param name="IsRequired">Also when stable sends none; otherwise only what stable sends is asked of the candidate.</param>
    public sealed record Telemetry(bool IsRequired) : SignalSource;

    /// <summary>Calls of both releases to something that they depend on, by their client spans.</summary>
    /// <param name="Name">As `headway telemetry` shows it: a host, a database system, a service.</param>
    public sealed record Dependency(string Name) : SignalSource;

    /// <summary>Log records of severity error and above whose template no earlier release has written.</summary>
    public sealed record Logs : SignalSource;

    /// <summary>Nodes ask instances of both releases for one answer again and again.</summary>
    /// <param name="Path">Asked for by GET; null when it is talked TCP to.</param>
    public sealed record Probe(string? Path, TcpTalk? Tcp, TimeSpan Within) : SignalSource;

    /// <summary>Nodes do what a user does, with instances of both releases.</summary>
    public sealed record Journey(ImmutableArray<JourneyStep> Steps) : SignalSource;

    /// <summary>Nodes run a command of the candidate's artifact for each side; it prints one number.</summary>
    public sealed record Command(string Run) : SignalSource;

    /// <summary>What came of the traffic that a step of the plan drives; never written under `evidence`.</summary>
    public sealed record Load : SignalSource;

    /// <summary>Copies of users' requests, whose answers gateways compare. Comes with the strategy, not with `evidence:`.</summary>
    public sealed record Shadow : SignalSource;
}

/// <summary>
/// Queries in the language of the source. `$release`, `$side` (stable or candidate), `$commit`, `$service`,
/// `$environment` and `$window` stand for what is asked about; a query that names none of the first three would cover
/// the whole service and is refused.
/// </summary>
/// <param name="Bad">Counter of what went wrong; together with Total.</param>
/// <param name="Total">Counter of everything.</param>
/// <param name="Gauge">A value that is compared as it is.</param>
public sealed record SignalQueries(string? Bad, string? Total, string? Gauge)
{
    /// <summary>What `$side` stands for; null for the words `stable` and `candidate`.</summary>
    public SideWords? Sides { get; init; }

    /// <summary>Both counters are there from the start, so that a missing one is a mistake in the query.</summary>
    public bool AlwaysBoth { get; init; }
}

/// <summary>How the two releases are called where the source measures.</summary>
public sealed record SideWords(string Stable, string Candidate)
{
    public static readonly SideWords Usual = new("stable", "candidate");
}

[JsonConverter(typeof(JsonStringEnumConverter<InstanceMeasure>))]
public enum InstanceMeasure
{
    /// <summary>Cores in use.</summary>
    Cpu,
    /// <summary>Bytes in use.</summary>
    Memory,
    /// <summary>Requests and sockets that are open.</summary>
    Connections,
    /// <summary>Starts again after it ended by itself.</summary>
    Restarts,
}
