using System.Collections.Frozen;
using System.Text.Json.Serialization;

namespace Headway.Core.Policies;

/// <summary>Where a policy is asked.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PolicyPoint>))]
public enum PolicyPoint
{
    /// <summary>Before a release comes into an environment (the default).</summary>
    Promotion,
    /// <summary>Before a commit is built.</summary>
    Commit,
    /// <summary>When a run has made its release, before anybody may have it.</summary>
    Release,
    /// <summary>Before a rollout opens, about what it will do.</summary>
    Plan,
    /// <summary>About what users have, again and again: a finding may come out long after the release did.</summary>
    Runtime,
}

public static class PolicyPoints
{
    private static readonly FrozenSet<string> OfCommit = FrozenSet.ToFrozenSet(["service", "commit", "objectives", "telemetry", "time"]);
    private static readonly FrozenSet<string> OfRelease = FrozenSet.ToFrozenSet([.. OfCommit, "release", "checks"]);

    /// <summary>What is known by then; a condition about anything else is a mistake that is found when it is read.</summary>
    public static FrozenSet<string> Variables(PolicyPoint point) => point switch
    {
        PolicyPoint.Commit => OfCommit,
        PolicyPoint.Release => OfRelease,
        _ => PolicyFields.Variables,
    };
}
