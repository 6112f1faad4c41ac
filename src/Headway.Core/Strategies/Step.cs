using System.Text.Json.Serialization;
using Headway.Core.Evidence;
using Headway.Core.Targets;

namespace Headway.Core.Strategies;

/// <summary>
/// The one list that every strategy compiles to. Each step says whether it can be undone; at most one never can, and
/// it is the last.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Place), "place")]
[JsonDerivedType(typeof(Run), "run")]
[JsonDerivedType(typeof(Expose), "expose")]
[JsonDerivedType(typeof(Watch), "watch")]
[JsonDerivedType(typeof(Await), "await")]
[JsonDerivedType(typeof(Retire), "retire")]
public abstract record Step(Undo Undo)
{
    /// <summary>The candidate runs with so many ready instances; stable is untouched.</summary>
    public sealed record Place(string Part, int Instances, Undo Undo = Undo.Instant) : Step(Undo);

    /// <summary>A one-shot task, against the candidate, off users' traffic: smoke test, migration, load.</summary>
    public sealed record Run(string Part, string Task, string Command, TimeSpan Timeout, Undo Undo = Undo.Instant)
        : Step(Undo);

    public sealed record Expose(string Part, Exposure To, Undo Undo = Undo.Instant) : Step(Undo);

    /// <summary>Users are watched until the judge says Promote, or policy ends the wait.</summary>
    /// <param name="For">What the watch is for; decides which verdicts let it pass.</param>
    /// <param name="AtLeast">Judged time that must pass in any case.</param>
    /// <param name="AtMost">Patience: then the verdict is Inconclusive or NoEvidence.</param>
    /// <param name="Requests">Candidate requests that must be judged in any case, or 0.</param>
    public sealed record Watch(WatchFor For, TimeSpan AtLeast, TimeSpan AtMost, int Requests = 0) : Step(Undo.Instant)
    {
        /// <summary>What is driven meanwhile, when that is what the watch is for.</summary>
        public LoadSpec? Load { get; init; }
    }

    /// <summary>A person must say `promote`, for the reason given.</summary>
    public sealed record Await(string Why) : Step(Undo.Instant);

    /// <summary>Stable keeps only so many instances; 0 stops it.</summary>
    public sealed record Retire(string Part, int Keep, Undo Undo = Undo.Slow) : Step(Undo);
}

[JsonConverter(typeof(JsonStringEnumConverter<WatchFor>))]
public enum WatchFor
{
    /// <summary>The sequential comparison of candidate and stable.</summary>
    Users,
    /// <summary>Only absolute limits: there is no stable to compare with.</summary>
    Guard,
    /// <summary>Answers of the candidate to copies of requests, against stable's own; no user meets it.</summary>
    Answers,
    /// <summary>After promotion: stable keeps a few users, the judge stays on, a newer release ends it.</summary>
    HoldBack,
    /// <summary>Traffic of our own, before users meet the candidate: judged by what came of it, and passed by that alone.</summary>
    Load,
}
