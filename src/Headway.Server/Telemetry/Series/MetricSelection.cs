using Headway.Server.Telemetry.Origins;

namespace Headway.Server.Telemetry.Series;

/// <summary>Looks for series in memory. Used under the intake's turn only.</summary>
internal static class MetricSelection
{
    /// <summary>The streams that may fit: by origin where the question narrows those down, else by name.</summary>
    public static IEnumerable<PointStream> Streams(MetricStore store, OriginTable origins, SeriesMatching matching)
    {
        var fitting = origins.All.Where(origin => matching.MayFit(origin.Labels)).ToHashSet();
        var families = store.Families.Where(family => NamesOf(family).Any(matching.FitsName)).ToHashSet();
        return families.Sum(family => family.Streams.Count) < fitting.Sum(origin => origin.Streams.Count)
            ? families.SelectMany(family => family.Streams).Where(stream => fitting.Contains(stream.Origin))
            : fitting.SelectMany(origin => origin.Streams).Where(stream => families.Contains(stream.Family));
    }

    public static void Select(MetricStore store, OriginTable origins, SeriesMatching matching, SeriesAnswer into)
    {
        foreach (var stream in Streams(store, origins, matching))
            foreach (var series in stream.Series)
            {
                var name = stream.Family.Name + series.Suffix;
                if (!matching.FitsName(name) || !matching.Fits(stream.Origin.Labels, stream.Labels,
                    series.Extra)) continue;
                into.Add(stream.Origin.Labels, stream.Labels, series.Extra, name,
                    (times, values) => series.CopyTo(times, values, into.From, into.To));
            }
    }

    private static string[] NamesOf(MetricFamily family) => family.Kind switch
    {
        MetricKind.Histogram => [family.Name + "_bucket", family.Name + "_sum", family.Name + "_count"],
        MetricKind.Summary => [family.Name, family.Name + "_sum", family.Name + "_count"],
        _ => [family.Name],
    };
}
