using System.Collections.Immutable;

namespace Headway.Core.Evidence;

/// <summary>
/// One look at one signal of a lane: what both sides showed at the same time. Samples are identified by (lane, signal,
/// origin, sequence) and kept like batches, so that a rollout can be judged again.
/// </summary>
/// <param name="Lane">`service/environment`.</param>
/// <param name="Signal">Name of the <see cref="SignalSpec"/>.</param>
/// <param name="Origin">Who looked: a node and its boot, or a server and its start.</param>
/// <param name="Sequence">Rising within the origin and signal.</param>
/// <param name="At">When.</param>
/// <param name="Stable">Null when stable showed nothing, or there is none.</param>
/// <param name="Candidate">Null when the candidate showed nothing.</param>
public sealed record SignalSample(
    string Lane, string Signal, string Origin, long Sequence, DateTimeOffset At,
    SideReading? Stable, SideReading? Candidate)
{
    /// <summary>Why the source could not be asked, in a sentence: neither good nor bad. Null when it answered.</summary>
    public string? Problem { get; init; }

    /// <summary>Why the candidate showed nothing, in a clause, where the source can tell.</summary>
    public string? Unseen { get; init; }

    /// <summary>What was asked, as it was sent for the candidate.</summary>
    public string? Asked { get; init; }

    /// <summary>What was left out of the numbers, and why. Null when nothing was.</summary>
    public string? Remark { get; init; }
}

/// <summary>What one release showed.</summary>
/// <param name="Trials">Since the look before, for counts; otherwise 0.</param>
/// <param name="Events">Bad ones among them, at most as many.</param>
/// <param name="Values">Readings of a gauge, one for each instance or series; empty for counts.</param>
public sealed record SideReading(string Release, double Trials, double Events, ImmutableArray<double> Values)
{
    /// <summary>A few trace ids or sentences that show what went wrong, secrets masked; at most 5.</summary>
    public ImmutableArray<string> Examples { get; init; } = [];

    public static SideReading Counted(string release, double trials, double events) => new(release, trials, events, []);

    public static SideReading Read(string release, params ImmutableArray<double> values) => new(release, 0, 0, values);
}
