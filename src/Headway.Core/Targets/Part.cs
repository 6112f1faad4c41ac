using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Headway.Core.Targets;

/// <summary>One part of a target, for example `workload: processes` or `traffic: gateway`.</summary>
/// <param name="Name">The word that steps and effects use: `workload`, `traffic`.</param>
/// <param name="Kind">The driver's word: `processes`, `gateway`.</param>
/// <param name="Lane">`service/environment`.</param>
/// <param name="Cells">Hosts, edge nodes, workspaces; here the nodes that carry the part.</param>
public sealed record Part(string Name, string Kind, string Lane, ImmutableArray<string> Cells);

[JsonConverter(typeof(JsonStringEnumConverter<Undo>))]
public enum Undo { Instant, Slow, Never }

[JsonConverter(typeof(JsonStringEnumConverter<Outcome>))]
public enum Outcome { Running, Succeeded, Failed, Lost }

/// <summary>How a target refuses late effects: compare-and-set of its own, our mark kept in it, or not at all.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Fencing>))]
public enum Fencing { Native, Marker, None }

/// <summary>What a part can do; asked when a plan is compiled, never null, never at run time.</summary>
/// <param name="SideBySide">Stable and candidate can run at the same time in a cell.</param>
/// <param name="Exposes">The part can take a share of users.</param>
/// <param name="SmallestShare">The smallest share above 0 that the part can hold.</param>
/// <param name="Tasks">The part can run one-shot tasks.</param>
/// <param name="ObserveEvery">How often an observation is worth its cost.</param>
public sealed record Capabilities(
    bool SideBySide, bool Exposes, double SmallestShare, bool Tasks, Fencing Fencing, TimeSpan ObserveEvery)
{
    /// <summary>The part can send copies of requests to a candidate that no user meets.</summary>
    public bool Mirrors { get; init; }
}

/// <summary>What a change would do, for a person and for policy, before it is done.</summary>
public sealed record Change(string Digest, string Diff, Undo Undo);
