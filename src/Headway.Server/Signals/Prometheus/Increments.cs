using System.Collections.Immutable;

namespace Headway.Server.Signals.Prometheus;

/// <summary>By how much the series of a counter grew between two looks.</summary>
/// <param name="Sum">Of all series.</param>
/// <param name="Seen">Series that showed a value.</param>
/// <param name="Dropped">Values that no counter can have: NaN, infinite, negative.</param>
/// <param name="Last">The newest value of each series, also of those that have gone: they may come back.</param>
internal sealed record Increments(double Sum, int Seen, int Dropped, ImmutableDictionary<string, double> Last)
{
    /// <summary>Series that are remembered for one query; more than one answer can have.</summary>
    private const int MostRemembered = 2 * PrometheusAnswer.MostSeries;

    /// <param name="before">The newest value of each series at the look before.</param>
    /// <remarks>
    /// A value below the one before means that the counter began again at 0 in between. A series that was not there
    /// before began at 0 as well: it is of a new instance, or of something that has happened for the first time. A
    /// series that has gone grew by nothing; when it comes back, it goes on from where it was.
    /// </remarks>
    public static Increments Of(
        IReadOnlyDictionary<string, double> before, ImmutableArray<PrometheusSeries> series)
    {
        var last = before.Count > MostRemembered
            ? ImmutableDictionary.CreateBuilder<string, double>() : before.ToImmutableDictionary().ToBuilder();
        var (sum, seen, dropped) = (0.0, 0, 0);
        foreach (var one in series)
        {
            var at = before.GetValueOrDefault(one.Name, 0);
            var any = false;
            foreach (var value in one.Values)
            {
                if (!double.IsFinite(value) || value < 0)
                {
                    dropped++;
                    continue;
                }
                sum += value >= at ? value - at : value;
                (at, any) = (value, true);
            }
            if (!any) continue;
            seen++;
            last[one.Name] = at;
        }
        return new(sum, seen, dropped, last.ToImmutable());
    }
}
