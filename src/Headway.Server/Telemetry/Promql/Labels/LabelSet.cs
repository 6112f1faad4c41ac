using System.Text;
using Headway.Server.Telemetry.Promql.Syntax;

namespace Headway.Server.Telemetry.Promql.Labels;

/// <summary>
/// The labels of one series while a query runs: names in ordinal order and their values, flat, with a hash that is
/// computed once. A label whose value is empty is not there.
/// </summary>
public sealed class LabelSet : IEquatable<LabelSet>
{
    public const string Name = "__name__";
    public static readonly LabelSet Empty = new([]);

    /// <summary>Name, value, name, value ..., and the shorter one first.</summary>
    public static readonly IComparer<LabelSet> InOrder = Comparer<LabelSet>.Create(Compare);

    /// <summary>Name, value, name, value ...</summary>
    private readonly string[] _flat;
    private readonly int _hash;

    private LabelSet(string[] flat)
    {
        _flat = flat;
        var hash = new HashCode();
        foreach (var text in flat) hash.Add(text);
        _hash = hash.ToHashCode();
    }

    public int Count => _flat.Length / 2;

    public static LabelSet Of(IReadOnlyCollection<KeyValuePair<string, string>> inOrder)
    {
        var flat = new string[inOrder.Count * 2];
        var (at, sorted) = (0, true);
        foreach (var (name, value) in inOrder)
        {
            if (value.Length == 0) continue;
            if (at > 0 && string.CompareOrdinal(flat[at - 2], name) > 0) sorted = false;
            flat[at++] = name;
            flat[at++] = value;
        }
        if (at < flat.Length) Array.Resize(ref flat, at);
        return sorted ? new(flat) : Sorted(flat);
    }

    public string NameAt(int index) => _flat[index * 2];

    public string ValueAt(int index) => _flat[index * 2 + 1];

    /// <summary>The empty text when the label is not there.</summary>
    public string Get(string name)
    {
        for (var i = 0; i < _flat.Length; i += 2)
            if (_flat[i] == name) return _flat[i + 1];
        return "";
    }

    public LabelSet Keep(string[] names) => Where(names, kept: true);

    public LabelSet Drop(string[] names) => Where(names, kept: false);

    public LabelSet WithoutName() => _flat.Length > 0 && Get(Name).Length > 0 ? Drop([Name]) : this;

    /// <summary>An empty value takes the label away.</summary>
    public LabelSet With(string name, string value)
    {
        var rest = Drop([name]);
        if (value.Length == 0) return rest;
        var at = 0;
        while (at < rest._flat.Length && string.CompareOrdinal(rest._flat[at], name) < 0) at += 2;
        return new([.. rest._flat.AsSpan(0, at), name, value, .. rest._flat.AsSpan(at)]);
    }

    public bool Equals(LabelSet? other) =>
        other is not null && (ReferenceEquals(this, other)
            || (_hash == other._hash && _flat.AsSpan().SequenceEqual(other._flat)));

    public override bool Equals(object? obj) => Equals(obj as LabelSet);

    public override int GetHashCode() => _hash;

    private static int Compare(LabelSet a, LabelSet b)
    {
        var shared = Math.Min(a._flat.Length, b._flat.Length);
        for (var i = 0; i < shared; i++)
            if (!ReferenceEquals(a._flat[i], b._flat[i]) && string.CompareOrdinal(a._flat[i], b._flat[i]) is not 0 and var order)
                return order;
        return a._flat.Length - b._flat.Length;
    }

    /// <summary>`{a="b", c="d"}`, with the metric name among the others, as Prometheus writes it in errors.</summary>
    public override string ToString()
    {
        var text = new StringBuilder("{");
        for (var i = 0; i < _flat.Length; i += 2)
            text.Append(i > 0 ? ", " : "").Append(_flat[i]).Append('=').Append(QuotedText.Of(_flat[i + 1]));
        return text.Append('}').ToString();
    }

    private LabelSet Where(string[] names, bool kept)
    {
        var count = 0;
        for (var i = 0; i < _flat.Length; i += 2)
            if (Array.IndexOf(names, _flat[i]) >= 0 == kept) count++;
        if (count == Count) return this;
        if (count == 0) return Empty;
        var flat = new string[count * 2];
        var at = 0;
        for (var i = 0; i < _flat.Length; i += 2)
        {
            if (Array.IndexOf(names, _flat[i]) >= 0 != kept) continue;
            flat[at++] = _flat[i];
            flat[at++] = _flat[i + 1];
        }
        return new(flat);
    }

    private static LabelSet Sorted(string[] flat) => new(
        [.. flat.Chunk(2).OrderBy(pair => pair[0], StringComparer.Ordinal).SelectMany(pair => pair)]);
}
