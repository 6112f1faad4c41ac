using System.Collections.Immutable;
using Headway.Core.Services;

namespace Headway.Core.Readiness;

/// <summary>What is known of a service, for its checklists.</summary>
/// <param name="Runs">Of the branch that releases come from, the newest first, at most <see cref="Checklists.RunsLookedAt"/>.</param>
/// <param name="Seen">How its release is seen where it is out last; null where nothing is out.</param>
/// <param name="Findings">Of the newest release.</param>
/// <param name="Good">Releases that were good in the last environment, with the one that is out.</param>
/// <param name="HasRunbook">The runbook is where the file says; null when it says nothing.</param>
public sealed record ReadinessFacts(
    ServiceSpec Spec, ImmutableArray<RunFound> Runs, SeenRelease? Seen, ScansFound Findings, int Good)
{
    public bool? HasRunbook { get; init; }

    /// <summary>Environments before the last in which a release was promoted after its checks.</summary>
    public ImmutableArray<string> Tried { get; init; } = [];
}

/// <param name="TestReports">Files of test results that its jobs left.</param>
/// <param name="Failing">It failed, and tests failed in it.</param>
/// <param name="Migrations">Paths that it changed which look like changes of a schema.</param>
public sealed record RunFound(string Id, bool Succeeded, int TestReports, bool Failing, ImmutableArray<string> Migrations);

/// <param name="Requests">Users' requests are counted by the gateway, which tells releases apart.</param>
/// <param name="Telemetry">What came with its release id lately: metrics, traces, logs.</param>
public sealed record SeenRelease(string Release, bool Requests, ImmutableArray<string> Telemetry);

/// <param name="Reports">Files of scanners that its jobs left.</param>
public sealed record ScansFound(int Reports, int Critical, int High);
