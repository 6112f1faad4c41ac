using Headway.Core.Evidence;
using Headway.Core.Judging;
using Headway.Core.Judging.Calibrations;

namespace Headway.Simulation.Replay;

/// <summary>The users of a service, as far as a rollout notices them.</summary>
/// <param name="Clients">How many different ones there are; each makes as many requests as the next.</param>
/// <param name="FailureRate">Share of requests that fails in any case.</param>
public sealed record TrafficShape(double RequestsPerSecond, int Clients, double FailureRate, LatencyCounts Latency)
{
    /// <summary>More clients than this differ in nothing that is shown.</summary>
    public const int MostClients = 1_000_000;

    /// <summary>Instances of stable, which decide how much latencies may differ.</summary>
    public int Instances { get; init; } = 1;

    /// <summary>As a lane's own evidence says; a number that is given takes the place of the recorded one.</summary>
    public static TrafficShape Of(TrafficProfile profile, int? clients) => new(
        profile.Past.RequestsPerSecond,
        Math.Clamp(clients ?? profile.Clients ?? MostClients, 1, MostClients),
        profile.FailureRate, profile.Past.Latency)
    {
        Instances = Math.Max(profile.Past.Instances, 1),
    };

    /// <summary>Latencies around 100 ms, for whoever has none of their own.</summary>
    public static LatencyCounts UsualLatency => new Latencies(new()).Past;

    /// <summary>The ten minutes before a rollout.</summary>
    public StableHistory Past()
    {
        const int seconds = 600;
        var requests = (long)(RequestsPerSecond * seconds);
        var trials = (long)(Clients * (1 - Math.Exp(-RequestsPerSecond / Clients)) * seconds);
        return new(trials, (long)(trials * FailureRate), 0, Math.Min(Clients, requests), Latency, RequestsPerSecond)
        {
            Requests = requests, RequestFailures = (long)(requests * FailureRate), Instances = Instances,
        };
    }
}

/// <summary>What is wrong with a candidate.</summary>
/// <param name="FailureRate">Of its requests; null is as stable's.</param>
/// <param name="Slower">Its answers take longer by this factor.</param>
public sealed record CandidateFault(string Name, double? FailureRate, double Slower = 1)
{
    public static readonly CandidateFault None = new("good release", null);

    public bool IsFault => FailureRate is not null || Slower > 1;

    /// <summary>The faults of the table, from loud to quiet.</summary>
    public static CandidateFault[] Usual(double failureRate) =>
    [
        new("every request fails", 1), new("50 % fail", 0.5), new("10 % fail", 0.1),
        new("twice as many fail", Math.Min(2 * failureRate, 1)),
        new("latency x2", null, 2), new("latency x1.3", null, 1.3),
    ];
}
