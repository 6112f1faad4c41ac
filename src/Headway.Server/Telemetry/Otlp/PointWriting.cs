using System.Globalization;
using System.Runtime.InteropServices;
using Headway.Server.Telemetry.Limits;
using Headway.Server.Telemetry.Series;

namespace Headway.Server.Telemetry.Otlp;

/// <summary>Turns points into samples of series. Differences are added up, so that every counter only rises.</summary>
internal sealed class PointWriting(MetricStore store, TelemetryLimits limits)
{
    private readonly LabelKey _key = new(limits);
    private readonly PointFields _fields = new();
    private readonly List<double> _values = [];

    public void Number(ReadOnlySpan<byte> point, MetricFamily family, bool isDelta, Taking taking)
    {
        _fields.ReadNumber(point, _key);
        if (!MayCome(taking)) return;
        var value = _fields.Value;
        if (_fields.HasValue && !double.IsFinite(value)) taking.Drop(DropReason.NotFinite);
        else if (_fields.HasValue && family.Kind == MetricKind.Counter && value < 0) taking.Drop(DropReason.Negative);
        else if (!_fields.HasValue && !_fields.IsStale) taking.Drop(DropReason.Incomplete);
        else if (StreamOf(family, [], taking, 1, static (store, stream) => store.AddSeries(stream, "")) is { } stream)
            Write(stream, [value], isDelta, taking, point, PointFields.NumberExemplars);
    }

    public void Histogram(ReadOnlySpan<byte> point, MetricFamily family, bool isDelta, Taking taking)
    {
        _fields.ReadHistogram(point, _key);
        if (!MayCome(taking)) return;
        var bounds = _fields.Bounds;
        if (Check(_fields.Sum) is { } wrong) taking.Drop(wrong);
        else if (!_fields.BucketsFit(limits.Buckets)) taking.Drop(DropReason.Buckets);
        else if (StreamOf(family, MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(bounds)), taking, bounds.Count + 3,
            (into, made) => AddBuckets(into, made, bounds)) is { } stream)
        {
            _values.Clear();
            _values.Add(_fields.Sum);
            _values.Add(_fields.Count);
            var sum = 0.0;
            for (var i = 0; i < bounds.Count; i++) _values.Add(sum += i < _fields.Buckets.Count ? _fields.Buckets[i]
                : 0);
            _values.Add(_fields.Count);
            Write(stream, CollectionsMarshal.AsSpan(_values), isDelta, taking, point, PointFields.HistogramExemplars);
        }
    }

    public void Exponential(ReadOnlySpan<byte> point, MetricFamily family, bool isDelta, Taking taking)
    {
        _fields.ReadExponential(point, _key);
        if (!MayCome(taking)) return;
        if (Check(_fields.Sum) is { } wrong)
        {
            taking.Drop(wrong);
            return;
        }
        if (!_fields.IsStale && !_fields.Powers.Fold(_fields, limits.Buckets))
        {
            taking.Drop(DropReason.Buckets);
            return;
        }
        // Sum, count, `+Inf` and 0 are always there; powers are added as values come to lie in them.
        if (StreamOf(family, [], taking, 4, static (store, stream) => AddPowers(store,
            stream)) is not { } stream) return;
        if (!_fields.IsStale && !Widen(stream, taking)) return;
        _values.Clear();
        _values.AddRange([_fields.Sum, _fields.Count, _fields.Count, _fields.Powers.AtMostZero]);
        _fields.Powers.AddCumulative(_values, stream.Powers);
        Write(stream, CollectionsMarshal.AsSpan(_values), isDelta, taking, point, PointFields.ExponentialExemplars);
    }

    public void Summary(ReadOnlySpan<byte> point, MetricFamily family, Taking taking)
    {
        _fields.ReadSummary(point, _key);
        if (!MayCome(taking)) return;
        var quantiles = _fields.Bounds;
        if (Check(_fields.Sum) is { } wrong) taking.Drop(wrong);
        else if (quantiles.Count > limits.Buckets) taking.Drop(DropReason.Buckets);
        else if (StreamOf(family, MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(quantiles)), taking,
            quantiles.Count + 2,
            (into, made) => AddQuantiles(into, made, quantiles)) is { } stream)
        {
            _values.Clear();
            _values.Add(_fields.Sum);
            _values.Add(_fields.Count);
            _values.AddRange(_fields.Quantiles);
            Write(stream, CollectionsMarshal.AsSpan(_values), isDelta: false, taking, point, 0);
        }
    }

    private static DropReason? Check(double sum) => double.IsFinite(sum) ? null : DropReason.NotFinite;

    private bool MayCome(Taking taking)
    {
        var at = _fields.At;
        DropReason? wrong =
            at > (taking.Now + limits.Ahead).ToUnixTimeMilliseconds()
                || at < (taking.Now - limits.Retention).ToUnixTimeMilliseconds() ? DropReason.Skew
            : _key.IsTooMuch ? DropReason.Labels
            : !store.HasRoomAt(taking.Now, taking.Origin) ? DropReason.Rate : null;
        if (wrong is { } reason) taking.Drop(reason);
        return wrong is null;
    }

    private PointStream? StreamOf(MetricFamily family, ReadOnlySpan<byte> extra, Taking taking, int series,
        Action<MetricStore, PointStream> fill)
    {
        _key.Finish(taking.Origin.Id, family.Id, extra);
        if (store.Find(_key.Bytes) is { } known) return known;
        if (!store.HasRoomFor(series, taking.Origin, taking.Now))
        {
            taking.Drop(DropReason.TooManySeries);
            return null;
        }
        var made = store.Add(taking.Origin, family, _key.ToLabels(), _key.Bytes.ToArray());
        fill(store, made);
        return made;
    }

    private void Write(PointStream stream, ReadOnlySpan<double> values, bool isDelta, Taking taking,
        ReadOnlySpan<byte> point, int exemplars)
    {
        var at = _fields.At;
        if (_fields.IsStale)
        {
            foreach (var series in stream.Series) store.Append(series, at, TimeSeries.Stale);
            taking.Taken++;
            return;
        }
        if (isDelta)
        {
            if (at <= stream.SummedUntil)
            {
                taking.Drop(stream.Series[0].Has(at) ? DropReason.Duplicate : DropReason.Late);
                return;
            }
            values = AddUp(stream, values);
            stream.SummedUntil = at;
        }
        var isNew = false;
        for (var i = 0; i < values.Length; i++) isNew |= store.Append(stream.Series[i], at, values[i]);
        if (isNew) taking.Taken++;
        else taking.Drop(DropReason.Duplicate);
        if (_fields.HasExemplars && isNew) ExemplarReading.Note(point, exemplars, stream);
    }

    private static double[] AddUp(PointStream stream, ReadOnlySpan<double> values)
    {
        var sums = stream.Sums ??= new double[values.Length];
        if (sums.Length < values.Length) Array.Resize(ref sums, values.Length);
        for (var i = 0; i < values.Length; i++) sums[i] += values[i];
        return stream.Sums = sums;
    }

    private bool Widen(PointStream stream, Taking taking)
    {
        if (_fields.Powers.IsEmpty) return true;
        var (low, high) = stream.Powers.Count > 0 ? (stream.Powers.Min(), stream.Powers.Max())
            : (_fields.Powers.Low, _fields.Powers.Low - 1);
        var (newLow, newHigh) = (Math.Min(low, _fields.Powers.Low), Math.Max(high, _fields.Powers.High));
        var more = newHigh - newLow - (high - low);
        if (more == 0) return true;
        var reason = newHigh - newLow + 1 > limits.Buckets ? DropReason.Buckets
            : !store.HasRoomFor(more, taking.Origin, taking.Now) ? DropReason.TooManySeries : (DropReason?)null;
        if (reason is { } wrong)
        {
            taking.Drop(wrong);
            return false;
        }
        for (var power = low - 1; power >= newLow; power--) Add(power);
        for (var power = high + 1; power <= newHigh; power++) Add(power);
        return true;

        void Add(int power)
        {
            store.AddSeries(stream, "_bucket", "le", Text(ExponentialPowers.UpperBound(power)));
            stream.Powers.Add(power);
            // Of what was added up so far, the new bucket has all that lies below it.
            if (stream.Sums is not { } sums) return;
            Array.Resize(ref sums, stream.Series.Count);
            sums[^1] = power < low ? sums[3] : sums[1];
            stream.Sums = sums;
        }
    }

    private static void AddBuckets(MetricStore store, PointStream stream, List<double> bounds)
    {
        AddSumAndCount(store, stream);
        foreach (var bound in bounds) store.AddSeries(stream, "_bucket", "le", Text(bound));
        store.AddSeries(stream, "_bucket", "le", "+Inf");
    }

    private static void AddPowers(MetricStore store, PointStream stream)
    {
        AddSumAndCount(store, stream);
        store.AddSeries(stream, "_bucket", "le", "+Inf");
        store.AddSeries(stream, "_bucket", "le", "0");
    }

    private static void AddQuantiles(MetricStore store, PointStream stream, List<double> quantiles)
    {
        AddSumAndCount(store, stream);
        foreach (var quantile in quantiles) store.AddSeries(stream, "", "quantile", Text(quantile));
    }

    private static void AddSumAndCount(MetricStore store, PointStream stream)
    {
        store.AddSeries(stream, "_sum");
        store.AddSeries(stream, "_count");
    }

    private static string Text(double bound) => bound.ToString("R", CultureInfo.InvariantCulture);
}
