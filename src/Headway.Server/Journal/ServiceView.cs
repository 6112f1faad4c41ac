using System.Collections.Immutable;
using Headway.Core.Releases;
using Headway.Core.Rollouts;
using Headway.Core.Services;

namespace Headway.Server.Journal;

/// <summary>A service as the record tells it.</summary>
/// <param name="Trouble">Why the source cannot be read, or null.</param>
/// <param name="Refused">The newest commit that could not be carried, when no good one came after it.</param>
/// <param name="Newest">The newest release that passed its pipeline.</param>
public sealed record ServiceView(
    string Name, string Source, string Branch, string SpecPath, Commit? Tip, string? Trouble,
    RefusedCommit? Refused, Release? Newest, ImmutableArray<string> Runs)
{
    private const int RunsKept = 50;

    /// <summary>The newest commit when it was not built, although nothing is wrong with it.</summary>
    public SkippedCommit? Skipped { get; init; }

    /// <summary>What central requirements will refuse from a day on, as of the newest commit; or null.</summary>
    public string? Warns { get; init; }

    public ImmutableArray<EnvironmentSpec> Environments => Newest?.Spec.Environments ?? [];

    public static ServiceView? Evolve(ServiceView? view, Recorded<ServiceEvent> recorded) => recorded.Event switch
    {
        ServiceEvent.Registered e when view is null =>
            new(e.Service, e.Source, e.Branch, e.SpecPath, null, null, null, null, []),
        ServiceEvent.Registered e => view! with { Source = e.Source, Branch = e.Branch, SpecPath = e.SpecPath },
        // Runs beside the branch are listed with all runs; the newest of the service is that of its branch.
        ServiceEvent.CommitSeen { Beside: true } => view,
        ServiceEvent.CommitSeen e => view is null ? null : view with
        {
            Tip = e.Commit,
            Refused = null,
            Skipped = e.Skipped is { } why ? new(e.Commit, why, recorded.At) : null,
            Warns = e.Warns,
            Runs = e.Run is null ? view.Runs : [.. view.Runs.Append(e.Run).TakeLast(RunsKept)],
        },
        ServiceEvent.CommitRefused e => view is null ? null : view with { Refused = new(e.Commit, e.Says, recorded.At) },
        ServiceEvent.SourceTroubled e => view is null ? null : view with { Trouble = e.Says },
        _ => view,
    };
}

public sealed record SkippedCommit(Commit Commit, string Says, DateTimeOffset At);

public sealed record RefusedCommit(Commit Commit, string Says, DateTimeOffset At);
