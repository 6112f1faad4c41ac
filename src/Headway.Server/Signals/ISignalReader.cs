using System.Collections.Immutable;
using Headway.Core.Evidence;
using Headway.Core.Releases;

namespace Headway.Server.Signals;

/// <summary>Asks one kind of source what both sides show now.</summary>
public interface ISignalReader
{
    bool Reads(SignalSource source);

    /// <summary>Never throws for what the source does: that is a problem in the reading.</summary>
    Task<SignalReading> ReadAsync(SignalQuestion question, CancellationToken stop);
}

/// <summary>What is asked.</summary>
/// <param name="Lane">`service/environment`.</param>
/// <param name="Stable">Null for a first release.</param>
/// <param name="At">One time for both sides.</param>
public sealed record SignalQuestion(
    string Lane, SignalSpec Signal, Release? Stable, Release Candidate, DateTimeOffset At)
{
    /// <summary>Which rollout asks; null for a person who tries the source.</summary>
    public string? Rollout { get; init; }

    /// <summary>When the rollout began.</summary>
    public DateTimeOffset Began { get; init; }

    /// <summary>
    /// When the source answered last in this rollout, also before this server was started; null when it never did.
    /// What is counted is counted from there on, so that nothing is lost or counted twice.
    /// </summary>
    public DateTimeOffset? Since { get; init; }

    public string Service => Lane[..Lane.LastIndexOf('/')];

    public string Environment => Lane[(Lane.LastIndexOf('/') + 1)..];
}

/// <param name="Stable">Null when it showed nothing.</param>
/// <param name="Candidate">Null when it showed nothing.</param>
public sealed record SignalReading(SideReading? Stable, SideReading? Candidate)
{
    /// <summary>Why the source could not be asked, in a sentence, or null.</summary>
    public string? Problem { get; init; }

    /// <summary>Why the candidate showed nothing, in a clause, where the source can tell.</summary>
    public string? Unseen { get; init; }

    /// <summary>What was asked for the candidate, resolved, for people.</summary>
    public string? Asked { get; init; }

    /// <summary>What a person should know of the numbers: what was left out, and why. Null when there is nothing.</summary>
    public string? Remark { get; init; }

    /// <summary>Every single question and what came of it, for a person who tries the source.</summary>
    public ImmutableArray<Lookup> Lookups { get; init; } = [];

    public static SignalReading Failed(string problem, string? asked = null) =>
        new(null, null) { Problem = problem, Asked = asked };
}

/// <summary>One question to a source.</summary>
/// <param name="Side">`stable` or `candidate`.</param>
/// <param name="Key">The key in headway.yaml: `bad`, `total`, `gauge`, `value`.</param>
/// <param name="Asked">As it was sent.</param>
/// <param name="Came">What came, in a clause.</param>
public sealed record Lookup(string Side, string Key, string Asked, string Came);
