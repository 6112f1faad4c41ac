using Headway.Server.Telemetry.Origins;

namespace Headway.Server.Telemetry.Series;

/// <summary>
/// What the points of one metric with one set of attributes from one origin become: one series, or for a histogram one
/// for each bucket, the sum and the count.
/// </summary>
internal sealed class PointStream(Origin origin, MetricFamily family, Label[] labels, byte[] key)
{
    private List<Exemplar>? _exemplars;
    private const int ExemplarsKept = 4;

    public Origin Origin => origin;
    public MetricFamily Family => family;

    /// <summary>From attributes of the point, in ordinal order; none has the name of a label of the origin.</summary>
    public Label[] Labels => labels;

    /// <summary>By which the store finds it.</summary>
    public byte[] Key => key;

    public List<SampleSeries> Series { get; } = new(1);

    /// <summary>Of differences that were added up: what they came to, in the order of the series.</summary>
    public double[]? Sums { get; set; }

    /// <summary>Time of the newest difference that was added.</summary>
    public long SummedUntil { get; set; } = long.MinValue;

    /// <summary>
    /// Upper bounds of an exponential histogram's buckets are sqrt(2) to these powers, in the order of the series.
    /// </summary>
    public List<int> Powers { get; } = [];

    public long LastTime => Series.Max(series => series.LastTime);

    public IReadOnlyList<Exemplar> Exemplars => _exemplars ?? [];

    public void Note(Exemplar exemplar)
    {
        _exemplars ??= new(ExemplarsKept);
        if (_exemplars.Count == ExemplarsKept) _exemplars.RemoveAt(0);
        _exemplars.Add(exemplar);
    }
}

/// <summary>A measurement that names the trace in which it was made.</summary>
/// <param name="At">Milliseconds since 1970.</param>
public sealed record Exemplar(long At, double Value, string TraceId, string SpanId);
