using System.Collections.Immutable;
using Headway.Core.Judging;
using Headway.Core.Targets;

namespace Headway.Core.Rollouts;

/// <summary>Everything that a decision may look at besides the rollout's own state.</summary>
/// <param name="Parts">The newest observation of each part, by the part's name.</param>
/// <param name="Verdict">What the judge says of the current step.</param>
/// <param name="StepElapsed">
/// Time spent since <see cref="RolloutState.StepPosition"/> last changed while the server watched. Added up from short intervals, so that neither a clock
/// that jumps nor a machine that slept lets a soak pass.
/// </param>
public sealed record Seen(
    ImmutableDictionary<string, Observation> Parts, Verdict Verdict, TimeSpan StepElapsed)
{
    public Observation? Of(string part) => Parts.GetValueOrDefault(part);
}
