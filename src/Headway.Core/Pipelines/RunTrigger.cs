using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Headway.Core.Provisioning;

namespace Headway.Core.Pipelines;

/// <summary>What started a run. Conditions (`when:`) and path filters are decided on it, so it is stored with the run.</summary>
/// <param name="Branch">The branch that was pushed, or the one that a merge request is to be merged into.</param>
public sealed record RunTrigger(TriggerKind Kind, string Branch)
{
    public string? Tag { get; init; }

    /// <summary>The commit whose tree the changed files are counted from; null when there was none before.</summary>
    public string? Base { get; init; }

    /// <summary>Paths that differ from the base; null when that is not known, and then everything counts as changed.</summary>
    public ImmutableArray<string>? Changed { get; init; }

    public MergeRequest? MergeRequest { get; init; }

    /// <summary>Who started it, where a person did; else null.</summary>
    public string? By { get; init; }

    /// <summary>Set for a run that tries a release where it is out, as `verify:` of an environment asks.</summary>
    public Verified? Verifies { get; init; }

    /// <summary>Set for a run that makes, looks at or takes away what an environment consists of, as `provision:` says.</summary>
    public Provisioned? Provisions { get; init; }

    /// <summary>About a release that was made before: it has the number of that release, and no number of its own.</summary>
    [JsonIgnore]
    public bool IsAboutRelease => Verifies is not null || Provisions is not null;

    /// <summary>It is built and tested and no more: the commit is not on the branch that is released.</summary>
    public bool ChecksOnly { get; init; }

    /// <summary>What is built was not accepted into the branch: whoever may push anywhere could have written it.</summary>
    [JsonIgnore]
    public bool IsOffBranch => ChecksOnly || Kind is TriggerKind.MergeRequest || MergeRequest is not null;

    /// <summary>
    /// Only a run of the branch itself may end in a release; a merge request is checked and no more, and what tries a
    /// release makes none.
    /// </summary>
    [JsonIgnore]
    public bool MayRelease => Kind is not (TriggerKind.MergeRequest or TriggerKind.Verify or TriggerKind.Provision) && !ChecksOnly;
}

[JsonConverter(typeof(JsonStringEnumConverter<TriggerKind>))]
public enum TriggerKind { Push, Tag, Schedule, Manual, MergeRequest, Handover, Verify, Provision }

/// <summary>A release where it is out, with the address of its users there.</summary>
public sealed record Verified(string Release, string Environment, string Url);

/// <summary>A pull or merge request at the host of the repository.</summary>
/// <param name="Head">The commit that is proposed; what is built is its merge into the branch.</param>
/// <param name="FromFork">Whoever wrote it may not write to the repository: its jobs get no secrets and no shared caches.</param>
public sealed record MergeRequest(int Number, string Head, string Author, bool FromFork);
