using System.Collections.Immutable;
using Headway.Core.Evidence;

namespace Headway.Core.Nodes;

/// <summary>
/// A signal that the node is to look at for as long as the document names it. It needs no fence of its own: the document
/// is whole and never older than the one before, and a look that comes too late names the releases that it saw, so that
/// no other comparison can use it.
/// </summary>
/// <param name="Lane">`service/environment`.</param>
/// <param name="Signal">A probe, a journey or a command.</param>
/// <param name="Stable">Null when only the candidate is looked at.</param>
/// <param name="ArtifactDigest">The candidate's: both sides are measured by the same command.</param>
public sealed record ProbeWanted(
    string Lane, SignalSpec Signal, string? Stable, string Candidate, string ArtifactDigest)
{
    public string Key => $"{Lane} {Candidate} {Signal.Name}";
}

/// <summary>Traffic that the node is to drive at both sides, once. A load that has left the document ends at once.</summary>
/// <param name="Id">Rollout and step: a load that was driven is not driven again under the same name.</param>
/// <param name="Rate">Requests a second for each side, this node's part.</param>
/// <param name="Slow">What takes longer counts as slow.</param>
public sealed record LoadWanted(
    string Lane, string Id, string? Stable, string Candidate, double Rate, TimeSpan For, TimeSpan Slow)
{
    /// <summary>Each is an arrival, in turn.</summary>
    public ImmutableArray<SignalSource.Journey> Journeys { get; init; } = [];
}
