using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using Headway.Server.Telemetry.Origins;

namespace Headway.Server.Telemetry.Series;

/// <summary>Series that were asked for, gathered from memory and disk, each set of labels once.</summary>
internal sealed class SeriesAnswer(long from, long to)
{
    /// <summary>Samples of one answer; what asks for more should ask for less at a time.</summary>
    private const int MostSamples = 30_000_000;
    private readonly Dictionary<string, Gathered> _series = [];
    private int _samples;

    public long From => from;
    public long To => to;

    public void Add(Label[] origin, Label[] own, (string Name, string Value) extra, string name,
        Action<List<long>, List<double>> copy)
    {
        var key = KeyOf(origin, own, extra, name);
        ref var gathered = ref CollectionsMarshal.GetValueRefOrAddDefault(_series, key, out _);
        gathered ??= new(origin, own, extra, name);
        var before = gathered.Times.Count;
        copy(gathered.Times, gathered.Values);
        _samples += gathered.Times.Count - before;
        if (_samples > MostSamples)
            throw new TooMuchAskedException($"The answer has more than {MostSamples} samples; ask for less time.");
    }

    public IReadOnlyList<TimeSeries> Finish()
    {
        var all = new List<TimeSeries>(_series.Count);
        foreach (var gathered in _series.Values)
            if (gathered.Times.Count > 0) all.Add(gathered.Finish());
        return all;
    }

    private static string KeyOf(Label[] origin, Label[] own, (string Name, string Value) extra, string name)
    {
        var key = new StringBuilder(name);
        foreach (var label in origin) key.Append('\0').Append(label.Name).Append('\0').Append(label.Value);
        foreach (var label in own) key.Append('\0').Append(label.Name).Append('\0').Append(label.Value);
        return key.Append('\0').Append(extra.Name).Append('\0').Append(extra.Value).ToString();
    }

    private sealed record Gathered(Label[] Origin, Label[] Own, (string Name, string Value) Extra, string Name)
    {
        public List<long> Times { get; } = [];
        public List<double> Values { get; } = [];

        public TimeSeries Finish()
        {
            Order();
            var labels = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
            foreach (var label in Own) labels[label.Name] = label.Value;
            foreach (var label in Origin) labels[label.Name] = label.Value;
            if (Extra.Name.Length > 0) labels[Extra.Name] = Extra.Value;
            labels[SeriesMatching.Name] = Name;
            return new(labels.ToImmutable(), Times.ToArray(), Values.ToArray());
        }

        /// <summary>Late samples and those that are both in memory and on disk come out of order.</summary>
        private void Order()
        {
            var isOrdered = true;
            for (var i = 1; i < Times.Count && isOrdered; i++) isOrdered = Times[i] > Times[i - 1];
            if (isOrdered) return;
            var sorted = Times.Zip(Values).Select((pair, i) => (pair.First, pair.Second, i))
                .OrderBy(sample => sample.First).ThenBy(sample => sample.i).DistinctBy(sample => sample.First).ToList();
            Times.Clear();
            Values.Clear();
            Times.AddRange(sorted.Select(sample => sample.First));
            Values.AddRange(sorted.Select(sample => sample.Second));
        }
    }
}

/// <summary>A question whose answer would be larger than the server may hold.</summary>
public sealed class TooMuchAskedException(string says) : Exception(says);
