using System.Text.Json.Serialization;

namespace Headway.Core.Waiting;

[JsonConverter(typeof(JsonStringEnumConverter<WaitKind>))]
public enum WaitKind
{
    Nothing, Building, BuildFailed, NoRelease, Placing, Checking, ChecksFailed, Evidence, NoEvidence, Incident, Person,
    Paused, Hold, HoldBack, RollingBack, RollbackFailed, NodeUnreachable, OlderRollout, Configuration, Stopped,
    SourceDown, Gate, Approval, Window, Freeze, Soak, Policy, Intent, Group, Drift, Environment,
}

/// <summary>Why something does not move: `headway why`, the API and the page all show this.</summary>
/// <param name="Says">What it waits for, in one sentence.</param>
/// <param name="Unblocks">What would unblock it: a command, a condition; null when nothing is needed.</param>
/// <param name="Until">When it goes on by itself, if that is known.</param>
public sealed record Wait(
    WaitKind Kind, string Subject, string Says, string? Unblocks, DateTimeOffset? Since, DateTimeOffset? Until);
