using System.Collections.Immutable;
using Headway.Server.Telemetry.Origins;

namespace Headway.Server.Telemetry.Series;

/// <summary>A series with its newest sample, and measurements of it that name their trace.</summary>
public sealed record MetricView(
    string Name, MetricKind Kind, string Unit, ImmutableSortedDictionary<string, string> Labels,
    DateTimeOffset NewestAt, double Value, ImmutableArray<Exemplar> Exemplars)
{
    internal static IReadOnlyList<MetricView> Find(
        MetricStore store, OriginTable origins, SeriesMatching matching, int limit)
    {
        var found = new List<MetricView>();
        foreach (var stream in MetricSelection.Streams(store, origins, matching))
            foreach (var series in stream.Series)
            {
                var name = stream.Family.Name + series.Suffix;
                if (!matching.FitsName(name) || !matching.Fits(stream.Origin.Labels, stream.Labels, series.Extra)
                    || series.LastTime == long.MinValue) continue;
                if (found.Count == limit) return found;
                found.Add(Of(name, stream, series));
            }
        return found;
    }

    private static MetricView Of(string name, PointStream stream, SampleSeries series)
    {
        var labels = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var label in stream.Labels) labels[label.Name] = label.Value;
        foreach (var label in stream.Origin.Labels) labels[label.Name] = label.Value;
        if (series.Extra.Name.Length > 0) labels[series.Extra.Name] = series.Extra.Value;
        return new(name, stream.Family.Kind, stream.Family.Unit, labels.ToImmutable(),
            DateTimeOffset.FromUnixTimeMilliseconds(series.LastTime), series.LastValue, [.. stream.Exemplars]);
    }
}
