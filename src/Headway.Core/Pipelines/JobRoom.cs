using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Headway.Core.Pipelines;

/// <summary>What a job is given to run in, beyond its command: limits, what runs beside it, and where it may run.</summary>
public sealed record JobRoom
{
    public static readonly JobRoom Plain = new();

    public JobBounds Bounds { get; init; } = JobBounds.None;

    /// <summary>Image that the command runs in, instead of in the sandbox of the machine; null for none.</summary>
    public string? Image { get; init; }

    /// <summary>What is started beside the job and is ready before its command begins.</summary>
    public ImmutableArray<Companion> Companions { get; init; } = [];

    public ImmutableArray<JobCache> Caches { get; init; } = [];

    /// <summary>A runner carries the job only when it has all of them.</summary>
    public ImmutableArray<string> Labels { get; init; } = [];

    /// <summary>Null: the whole tree may be written. Else it is read-only, but for these folders of it.</summary>
    public ImmutableArray<string>? Writes { get; init; }

    /// <summary>Groups that the job counts in while it runs, each with the most jobs that may run in it.</summary>
    public ImmutableArray<JobGroup> Groups { get; init; } = [];
}

/// <summary>What a job may use at most; null leaves it to the runner, whose own limits hold in any case.</summary>
/// <param name="Cpu">Processors' worth of time: 1.5 is one and a half.</param>
public sealed record JobBounds(double? Cpu, long? MemoryBytes, int? Processes, long? DiskBytes)
{
    public static readonly JobBounds None = new(null, null, null, null);
}

/// <summary>Jobs that share something that only so many may use at once, over all services.</summary>
public sealed record JobGroup(string Name, int Most);

/// <summary>A program beside a job, such as its database. It ends with the job.</summary>
/// <param name="Name">Its variables begin with it: `DB_HOST`, `DB_PORT`.</param>
public sealed record Companion(string Name, CompanionKind Kind)
{
    /// <summary>Of a known kind: 15 of PostgreSQL 15; null for the newest that the runner has.</summary>
    public int? Release { get; init; }

    public string? Run { get; init; }
    public string? Image { get; init; }

    /// <summary>Command that succeeds once it is ready; null: something listens on its port.</summary>
    public string? Ready { get; init; }

    public int? Port { get; init; }
}

[JsonConverter(typeof(JsonStringEnumConverter<CompanionKind>))]
public enum CompanionKind { Command, Image, Postgres, Redis }

/// <summary>
/// Whose jobs are meant: what anybody proposes from a fork may not meet secrets, or change what jobs of the branch read.
/// </summary>
[JsonConverter(typeof(JsonStringEnumConverter<JobTrust>))]
public enum JobTrust { Branch, Fork }
