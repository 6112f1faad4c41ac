using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Headway.Core.Pipelines;

namespace Headway.Core.Services;

/// <summary>What starts a run: the `on:` section of headway.yaml.</summary>
/// <param name="Push">A push to the service's branch.</param>
/// <param name="Branches">Patterns of further branches: built and tested, never released.</param>
/// <param name="Tags">Patterns of tags.</param>
/// <param name="Requests">Whose merge requests are checked.</param>
public sealed record TriggersSpec(
    bool Push, ImmutableArray<string> Branches, ImmutableArray<string> Tags, ImmutableArray<ScheduleSpec> Schedules,
    RequestsFrom Requests)
{
    /// <summary>What holds when nothing is written.</summary>
    public static readonly TriggersSpec PushesAlone = new(true, [], [], [], RequestsFrom.Nobody);

    [JsonIgnore]
    public bool LooksBesideTheBranch => Branches.Length > 0 || Tags.Length > 0 || Requests is not RequestsFrom.Nobody;

    public bool WantsBranch(string branch) => PathPattern.AnyMatches(Branches, branch);

    public bool WantsTag(string tag) => PathPattern.AnyMatches(Tags, tag);
}

[JsonConverter(typeof(JsonStringEnumConverter<RequestsFrom>))]
public enum RequestsFrom
{
    Nobody,
    /// <summary>Branches of the repository itself.</summary>
    Members,
    /// <summary>Forks too; their jobs get no secrets.</summary>
    Everybody,
}

/// <param name="Cron">Minute, hour, day of the month, month, day of the week.</param>
/// <param name="Zone">Name of a time zone such as `Europe/Berlin`.</param>
public sealed record ScheduleSpec(string Cron, string Zone = "UTC");

/// <summary>What must be known of a commit before it is carried: the `source:` section of headway.yaml.</summary>
/// <param name="Protected">The host must say that the branch is protected.</param>
/// <param name="Reviews">So many people other than the author must have approved the merge request that brought it.</param>
/// <param name="Signed">Signed by a key that the server knows.</param>
public sealed record SourceRules(bool Protected, int Reviews, bool Signed)
{
    public static readonly SourceRules None = new(false, 0, false);

    [JsonIgnore]
    public bool AsksHost => Protected || Reviews > 0;

    /// <summary>A commit that loosens the rules is itself held to those before.</summary>
    public SourceRules And(SourceRules other) =>
        new(Protected || other.Protected, Math.Max(Reviews, other.Reviews), Signed || other.Signed);
}
