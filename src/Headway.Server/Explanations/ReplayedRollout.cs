using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Headway.Core.Judging;
using Headway.Core.Rollouts;

namespace Headway.Server.Explanations;

/// <summary>With which configuration a past rollout is judged again; null keeps what it had.</summary>
/// <param name="Spec">Text of a headway.yaml: its objectives, evidence and exposure.</param>
/// <param name="Alpha">Bound on blaming a release that is no worse.</param>
/// <param name="Exposure">Excess failed requests at which the budget is spent.</param>
public sealed record ReplayAsk(string? Spec, double? Alpha, int? Exposure);

[JsonConverter(typeof(JsonStringEnumConverter<ReplayAgreement>))]
public enum ReplayAgreement
{
    /// <summary>The same would be decided, perhaps earlier or later.</summary>
    Agrees,
    /// <summary>It was not taken back by evidence then; now it would be.</summary>
    WouldHaveRolledBack,
    /// <summary>It was taken back by evidence then; now it would not be, as far as the evidence reaches.</summary>
    WouldNotHave,
    /// <summary>It went on by itself then; now it would have stopped and asked a person.</summary>
    WouldHaveAsked,
    /// <summary>There is no evidence of it any more.</summary>
    EvidenceGone,
}

/// <summary>What a judge decides of a rollout, in the time of the evidence.</summary>
/// <param name="Seconds">From the start of the rollout to the decision; null when it would only have gone on.</param>
/// <param name="UnprovenSteps">Steps that had passed by then and of which this judge was not sure yet.</param>
public sealed record JudgedAgain(VerdictKind Kind, double? Seconds, string Says, int UnprovenSteps);

/// <summary>A past rollout under another configuration.</summary>
/// <param name="Cause">Why it was taken back then, or null.</param>
/// <param name="Then">The judge of then, replayed, so that both have the same clock.</param>
/// <param name="LaterBySeconds">How much later the rollback would come now; negative is earlier; null without
/// both.</param>
public sealed record ReplayedRollout(
    string Rollout, string Candidate, DateTimeOffset StartedAt, RolloutEnd? End, RollbackCause? Cause,
    ReplayAgreement Agreement, JudgedAgain? Then, JudgedAgain? Now)
{
    public double? LaterBySeconds { get; init; }

    public ImmutableArray<string> Notes { get; init; } = [];
}
