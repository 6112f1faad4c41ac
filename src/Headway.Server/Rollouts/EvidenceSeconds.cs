using System.Collections.Immutable;
using Headway.Core.Evidence;
using Headway.Core.Judging;

namespace Headway.Server.Rollouts;

/// <summary>What was seen in one second.</summary>
internal sealed record EvidenceSecond(ImmutableArray<EvidenceBatch> Batches, ImmutableArray<SignalSample> Samples);

/// <summary>Kept evidence in the order in which a judge that had watched would have met it.</summary>
internal static class EvidenceSeconds
{
    public static IEnumerable<(DateTimeOffset Second, EvidenceSecond Seen)> Of(
        ImmutableArray<EvidenceBatch> batches, ImmutableArray<SignalSample> samples)
    {
        var batchesBySecond = batches.ToLookup(b => b.Second);
        var samplesBySecond = samples.ToLookup(s => Seconds.Floor(s.At));
        foreach (var second in batchesBySecond.Select(g => g.Key).Union(samplesBySecond.Select(g => g.Key)).Order())
            yield return (second, new(
                [.. batchesBySecond[second].OrderBy(b => b.Node, StringComparer.Ordinal).ThenBy(b => b.Sequence)],
                [.. samplesBySecond[second].OrderBy(s => s.At).ThenBy(s => s.Sequence)]));
    }
}
