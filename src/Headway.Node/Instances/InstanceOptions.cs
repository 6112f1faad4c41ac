namespace Headway.Node.Instances;

/// <summary>Times and limits of supervision that services do not choose themselves.</summary>
public sealed record InstanceOptions
{
    public TimeSpan ProbeWhileStarting { get; init; } = TimeSpan.FromMilliseconds(100);
    public TimeSpan ProbeWhileRunning { get; init; } = TimeSpan.FromSeconds(1);
    public TimeSpan ProbeLimit { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>So many readiness (or liveness) probes in a row must fail before anything is done.</summary>
    public int ProbesToFail { get; init; } = 3;

    /// <summary>An instance that dies sooner than this after its start counts towards a crash loop.</summary>
    public TimeSpan QuickDeath { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>So many quick deaths in a row are a crash loop.</summary>
    public int DeathsInLoop { get; init; } = 3;

    /// <summary>Back-off before a restart: doubled from the first to the last with every quick death.</summary>
    public TimeSpan FirstBackOff { get; init; } = TimeSpan.FromMilliseconds(200);
    public TimeSpan LastBackOff { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long an instance may go on serving what it has, after new requests go elsewhere.</summary>
    public TimeSpan DrainLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Processes and threads of one instance, against fork bombs.</summary>
    public int MostProcesses { get; init; } = 4096;

    /// <summary>Ports given to instances: below the range from which outgoing connections take theirs.</summary>
    public int FirstPort { get; init; } = 24000;
    public int LastPort { get; init; } = 32767;

    /// <summary>Off: process groups and marks stand in for control groups even where those are allowed.</summary>
    public bool UseControlGroups { get; init; } = true;

    public ScalingOptions Scaling { get; init; } = new();
}
