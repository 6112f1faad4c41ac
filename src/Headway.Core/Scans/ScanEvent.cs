using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Headway.Core.Pipelines;
using Headway.Core.Scans.Secrets;

namespace Headway.Core.Scans;

/// <summary>What people and scanners say about the findings of a service. The stream is `scans/SERVICE`.</summary>
public abstract record ScanEvent
{
    private ScanEvent() { }

    public static string StreamOf(string service) => $"scans/{service}";

    /// <param name="Subject">A fingerprint, or the name of a vulnerability or rule.</param>
    /// <param name="Until">After this it counts as if nobody had looked.</param>
    public sealed record Triaged(string Subject, TriageKind Kind, string Why, DateTimeOffset Until) : ScanEvent;

    public sealed record TriageWithdrawn(string Subject, string Why) : ScanEvent;

    /// <summary>A result that came after the release was made: of another scanner, or of the same one a month later.</summary>
    public sealed record ResultAdded(string Release, JobResult Result) : ScanEvent;

    /// <summary>Recorded when there was something to tell: findings, allowed ones, or parts that were not looked at.</summary>
    public sealed record ChangeScanned(
        string Commit, string? Base, long Lines, ImmutableArray<SecretFound> Found, ImmutableArray<SecretFound> Allowed,
        ImmutableArray<string> NotScanned) : ScanEvent;
}

[JsonConverter(typeof(JsonStringEnumConverter<TriageKind>))]
public enum TriageKind
{
    /// <summary>The vulnerable code cannot be reached, or is not there.</summary>
    NotAffected,

    /// <summary>It is there, and somebody takes the risk for a time.</summary>
    Accepted,

    FalsePositive,
}
