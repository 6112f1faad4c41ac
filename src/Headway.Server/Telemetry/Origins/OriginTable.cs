using System.Text;
using Headway.Server.Telemetry.Limits;

namespace Headway.Server.Telemetry.Origins;

/// <summary>
/// Origins by the bytes of their resource. Resources that differ only in attributes that are no labels share an origin.
/// </summary>
internal sealed class OriginTable(TelemetryLimits limits, TelemetrySources sources)
{
    private readonly Dictionary<byte[], Resource> _resources = new(ByteKeys.Comparer);
    private readonly Dictionary<string, Origin> _origins = [];
    private int _lastId;

    /// <summary>Null when there are too many; the source is then told what is dropped.</summary>
    public Resource? Find(ReadOnlySpan<byte> bytes)
    {
        if (_resources.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(bytes, out var known)) return known;
        if (bytes.Length > limits.ResourceBytes) return null;
        if (_resources.Count >= limits.Origins) Shrink();
        if (_resources.Count >= limits.Origins) return null;
        return _resources[bytes.ToArray()] = new(bytes.ToArray(), OriginOf(OriginLabels.Of(bytes)));
    }

    public TelemetrySource SourceOf(ReadOnlySpan<byte> bytes)
    {
        var labels = OriginLabels.Of(bytes).ToDictionary(label => label.Name, label => label.Value);
        return sources.Of(labels[OriginLabels.Service], labels.GetValueOrDefault(OriginLabels.Release, ""));
    }

    /// <summary>Origins without series; what spans and logs still need they hold themselves.</summary>
    public void Shrink()
    {
        foreach (var (key, resource) in _resources)
            if (resource.Origin.Streams.Count == 0) _resources.Remove(key);
        foreach (var (key, origin) in _origins)
            if (origin.Streams.Count == 0) _origins.Remove(key);
    }

    public IEnumerable<Origin> All => _origins.Values;

    public Origin OriginOf(Label[] labels)
    {
        var key = new StringBuilder();
        foreach (var (name, value) in labels) key.Append(name).Append('\0').Append(value).Append('\0');
        if (_origins.TryGetValue(key.ToString(), out var known)) return known;
        return _origins[key.ToString()] = new(++_lastId, labels, sources);
    }
}

/// <param name="Bytes">All attributes, as they were sent.</param>
internal sealed record Resource(byte[] Bytes, Origin Origin);
