using System.Collections.Immutable;

namespace Headway.Core.Policies;

/// <summary>
/// Everything that a policy may look at: each field of it is a variable of the condition. What is not known is null, which a
/// condition can ask for (`objectives.availability != null`).
/// </summary>
public sealed record PolicyInput(
    ServiceInput Service, EnvironmentInput Environment, ReleaseInput Release, CommitInput Commit, ChecksInput Checks,
    FindingsInput Findings, ObjectivesInput Objectives, TelemetryInput Telemetry, LaneInput Lane, PlanInput Plan, TimeInput Time)
{
    public ImmutableArray<ApprovalInput> Approvals { get; init; } = [];

    /// <summary>Null in what was recorded before there was one.</summary>
    public ReadinessInput? Readiness { get; init; }

    /// <summary>An input in which everything is well, for cases that only say what is different.</summary>
    public static readonly PolicyInput Sample = new(
        new("shop", "team-shop", "standard", ["payments"]), new("production", 1, true),
        new("shop-2-9f2c1ab", 2, "sha256:0", true, null, "2026-01-05T09:00:00Z"),
        new("9f2c1ab", "Fix the cart", "Ann", "ann@example.com", ["src/cart.cs"]), new(3, 1, 1, false),
        new(0, 0, 0, 0, true), new(0.999, null, 300), new(true), new("shop-1-1a2b3c4", true, 3600, null),
        new("canary", true, 5), new("2026-01-05T10:00:00Z", "Mon", 10, "2026-01-05"))
    {
        Approvals = [new("ben", ["sre"])], Readiness = new(true, true, 10, 10),
    };
}

/// <param name="Tier">critical, standard or low.</param>
public sealed record ServiceInput(string Name, string? Owner, string Tier, ImmutableArray<string> DependsOn);

/// <param name="Position">0 for the first.</param>
public sealed record EnvironmentInput(string Name, int Position, bool IsLast);

/// <param name="BuiltBy">Where it was built when not by Headway.</param>
public sealed record ReleaseInput(string Id, int Number, string Digest, bool Signed, string? BuiltBy, string CreatedAt);

/// <param name="Files">Paths that differ from the commit that was carried before; null where that is not known.</param>
public sealed record CommitInput(string Sha, string Subject, string Author, string? Email, ImmutableArray<string>? Files);

/// <param name="Jobs">Jobs of the run that succeeded.</param>
/// <param name="TestReports">Reports of tests that they left.</param>
/// <param name="ScanReports">Reports of scanners that they left.</param>
/// <param name="TriedBefore">Checks run against the candidate before users meet it in this environment.</param>
public sealed record ChecksInput(int Jobs, int TestReports, int ScanReports, bool TriedBefore);

/// <summary>Open findings of scans by severity, after triage.</summary>
/// <param name="Known">Something was scanned.</param>
public sealed record FindingsInput(int Critical, int High, int Medium, int Low, bool Known);

/// <param name="Availability">0 to 1; null when not promised.</param>
public sealed record ObjectivesInput(double? Availability, double? LatencyP50, double? LatencyP99);

/// <param name="Declared">The service says that it sends telemetry.</param>
public sealed record TelemetryInput(bool Declared);

/// <param name="Current">Release that users have; null before the first.</param>
/// <param name="OutBefore">The release is out in the environment before, or there is none.</param>
/// <param name="OutBeforeSeconds">For how long.</param>
/// <param name="Held">Why the lane is held; null when it is not.</param>
public sealed record LaneInput(string? Current, bool OutBefore, double? OutBeforeSeconds, string? Held);

/// <param name="Strategy">canary, blueGreen, rolling, shadow, or none: everything at once.</param>
/// <param name="Gradual">Some users meet the release before all do.</param>
/// <param name="BudgetFailedRequests">Exposure budget.</param>
public sealed record PlanInput(string Strategy, bool Gradual, int BudgetFailedRequests);

/// <param name="Tests">Its tests pass consistently.</param>
/// <param name="Telemetry">It is seen what users meet, by release.</param>
/// <param name="Met">Items of the checklists that are met.</param>
/// <param name="Of">Items that are about it.</param>
public sealed record ReadinessInput(bool Tests, bool Telemetry, int Met, int Of);

public sealed record ApprovalInput(string By, ImmutableArray<string> Groups);

/// <param name="Now">UTC, for `timestamp(time.now)`.</param>
/// <param name="Weekday">Mon to Sun, UTC.</param>
/// <param name="Hour">0 to 23, UTC.</param>
public sealed record TimeInput(string Now, string Weekday, int Hour, string Date);
