using System.Collections.Immutable;

namespace Headway.Core.Policies;

/// <summary>What policies have decided. The stream is `policy/SERVICE/ENVIRONMENT`, with `/runtime` for what users have, and
/// `policy/SERVICE/commit` and `policy/SERVICE/release` for what is not on its way yet.</summary>
public abstract record PolicyEvent
{
    private PolicyEvent() { }

    /// <summary>Recorded when an answer changes, not each time it is asked for.</summary>
    /// <param name="Digest">`sha256:` of the input, without the time.</param>
    /// <param name="Input">What they looked at, so that a rule that is written later can be asked about it.</param>
    public sealed record Decided(
        string Release, string Digest, PolicyInput Input, ImmutableArray<PolicyAnswer> Answers, DateTimeOffset At) : PolicyEvent
    {
        /// <summary>Where they were asked.</summary>
        public PolicyPoint Point { get; init; }
    }
}
