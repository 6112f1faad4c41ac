using System.Text.Json.Serialization;

namespace Headway.Core.Targets;

/// <summary>
/// How a part should be: a state, not a verb. Effects are ordered and derived from state on every turn; the loop
/// applies the first one that is not yet observed, so a crash between storing and acting loses nothing.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Runs), "runs")]
[JsonDerivedType(typeof(Exposed), "exposed")]
[JsonDerivedType(typeof(Done), "done")]
public abstract record Effect(string Part)
{
    /// <summary>So many ready instances of a release run; 0 means that it is stopped, after it is drained.</summary>
    /// <param name="Part">The part that runs it.</param>
    /// <param name="Release">Release id.</param>
    /// <param name="Instances">Wanted ready instances; the part may scale above it between the service's limits.</param>
    public sealed record Runs(string Part, string Release, int Instances) : Effect(Part);

    /// <summary>Stable serves everyone except those in `To`, whom the candidate serves.</summary>
    /// <param name="Part">The part that routes.</param>
    /// <param name="Stable">Release id, or null for a first release.</param>
    /// <param name="Candidate">Release id, or null when only stable serves.</param>
    /// <param name="To">Who meets the candidate.</param>
    /// <param name="Lease">How the part may go on without the server; it may by itself only lower exposure.</param>
    public sealed record Exposed(string Part, string? Stable, string? Candidate, Exposure To, Lease? Lease)
        : Effect(Part);

    /// <summary>The attempt of a one-shot task has ended. A new attempt is an event, never a retry in a driver.</summary>
    public sealed record Done(string Part, string Task, string Release, string Command, int Attempt, TimeSpan Timeout)
        : Effect(Part)
    {
        public string Key => $"{Task}#{Attempt}";
    }
}

/// <summary>
/// The right to expose users to a candidate. When the server has not renewed it for `For`, or the candidate has failed
/// `FailedRequests` more requests than stable would have, the part lowers the share to 0 by itself and reports it.
/// </summary>
public sealed record Lease(TimeSpan For, int FailedRequests);
