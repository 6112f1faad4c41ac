using Headway.Server.Telemetry.Origins;

namespace Headway.Server.Telemetry.Records;

/// <summary>Which spans or log records are wanted. Times are in nanoseconds since 1970, in [from, to].</summary>
internal sealed record RecordQuestion(string? Service, string? Release, UInt128? Trace, long From, long To)
{
    /// <summary>What fits, the newest segments first, and in each the newest record first.</summary>
    public IEnumerable<(Segment Segment, RecordEntry Entry)> Ask(IReadOnlyList<StoredSegment> segments)
    {
        foreach (var stored in segments)
        {
            if (stored.First > To || stored.Last < From || !stored.Has(Service, Release)) continue;
            if (stored.Load() is not { } segment) continue;
            var fits = segment.Resources.Select(resource => Fits(resource.Origin)).ToArray();
            for (var i = segment.Entries.Count - 1; i >= 0; i--)
            {
                var entry = segment.Entries[i];
                if (fits[entry.Resource] && entry.At >= From && entry.At <= To
                    && (Trace is null || entry.Trace == Trace)) yield return (segment, entry);
            }
        }
    }

    private bool Fits(Origin origin) =>
        (Service is null || origin.Service == Service) && (Release is null || origin.Release == Release);
}
