using System.Buffers.Binary;
using System.Text;
using Headway.Server.Telemetry.Limits;
using Headway.Server.Telemetry.Origins;
using Headway.Server.Telemetry.Otlp;

namespace Headway.Server.Telemetry.Series;

/// <summary>
/// Makes of the attributes of a point, in whatever order they come, the bytes by which its stream is found. It is used
/// again for every point, so that taking in a point that is known allocates nothing.
/// </summary>
internal sealed class LabelKey(TelemetryLimits limits)
{
    private readonly List<Item> _items = [];
    private byte[] _text = new byte[4096];
    private byte[] _key = new byte[4096];
    private int _used, _length;

    /// <summary>A label was too long, or there were too many.</summary>
    public bool IsTooMuch { get; private set; }

    public ReadOnlySpan<byte> Bytes => _key.AsSpan(0, _length);

    public void Begin()
    {
        _items.Clear();
        (_used, _length, IsTooMuch) = (0, 0, false);
    }

    public void Add(ReadOnlySpan<byte> attribute)
    {
        AttributeReading.Split(attribute, out var key, out var any);
        if (!AttributeReading.IsText(any, out var value)) value = Encoding.UTF8.GetBytes(AttributeReading.TextOf(any));
        if (key.Length > limits.LabelNameBytes || value.Length > limits.LabelValueBytes
            || _items.Count >= limits.Labels)
        {
            IsTooMuch = true;
            return;
        }
        var name = PutName(key);
        if (value.IsEmpty || ReservedLabels.Has(Text(name)))
        {
            _used = name.At;
            return;
        }
        for (var i = 0; i < _items.Count; i++)
            if (Text(_items[i].Name).SequenceEqual(Text(name)))
            {
                _items[i] = _items[i] with { Value = Joined(_items[i].Value, value) };
                return;
            }
        _items.Add(new(name, Put(value)));
    }

    /// <param name="extra">More that tells streams apart: the bounds of a histogram.</param>
    public void Finish(int origin, int family, ReadOnlySpan<byte> extra)
    {
        for (var i = 1; i < _items.Count; i++)
            for (var j = i; j > 0 && Text(_items[j].Name).SequenceCompareTo(Text(_items[j - 1].Name)) < 0; j--)
                (_items[j], _items[j - 1]) = (_items[j - 1], _items[j]);
        var needed = 8 + _used + 4 * _items.Count + extra.Length;
        if (_key.Length < needed) _key = new byte[needed * 2];
        BinaryPrimitives.WriteInt32LittleEndian(_key, origin);
        BinaryPrimitives.WriteInt32LittleEndian(_key.AsSpan(4), family);
        _length = 8;
        foreach (var (name, value) in _items)
        {
            Append(Text(name));
            Append(Text(value));
        }
        extra.CopyTo(_key.AsSpan(_length));
        _length += extra.Length;
    }

    public Label[] ToLabels() => [.. _items.Select(item => new Label(
        Encoding.UTF8.GetString(Text(item.Name)), Encoding.UTF8.GetString(Text(item.Value))))];

    private void Append(ReadOnlySpan<byte> text)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_key.AsSpan(_length), (ushort)text.Length);
        text.CopyTo(_key.AsSpan(_length + 2));
        _length += 2 + text.Length;
    }

    /// <summary>Most names are words with dots and underscores; others go the long way.</summary>
    private Slice PutName(ReadOnlySpan<byte> key)
    {
        var isPlain = key.Length > 0 && char.IsAsciiLetter((char)key[0]);
        foreach (var c in key) isPlain &= char.IsAsciiLetterOrDigit((char)c) || c is (byte)'.' or (byte)'_';
        if (!isPlain) return Put(Encoding.UTF8.GetBytes(PrometheusNames.Label(Encoding.UTF8.GetString(key))));
        var slice = Put(key);
        _text.AsSpan(slice.At, slice.Length).Replace((byte)'.', (byte)'_');
        return slice;
    }

    private Slice Joined(Slice first, ReadOnlySpan<byte> second)
    {
        byte[] joined = [.. Text(first), (byte)';', .. second];
        return Put(joined.AsSpan(0, Math.Min(joined.Length, limits.LabelValueBytes)));
    }

    private Slice Put(ReadOnlySpan<byte> bytes)
    {
        if (_used + bytes.Length > _text.Length) Array.Resize(ref _text, (_used + bytes.Length) * 2);
        bytes.CopyTo(_text.AsSpan(_used));
        _used += bytes.Length;
        return new(_used - bytes.Length, bytes.Length);
    }

    private ReadOnlySpan<byte> Text(Slice slice) => _text.AsSpan(slice.At, slice.Length);

    private readonly record struct Slice(int At, int Length);

    private readonly record struct Item(Slice Name, Slice Value);
}

/// <summary>
/// Labels that the origin or the kind of the metric gives; an attribute of that name does not replace them.
/// </summary>
internal static class ReservedLabels
{
    public static bool Has(ReadOnlySpan<byte> name) => name.Length switch
    {
        2 => name.SequenceEqual("le"u8),
        3 => name.SequenceEqual("job"u8),
        8 => name.SequenceEqual("instance"u8) || name.SequenceEqual("quantile"u8),
        12 => name.SequenceEqual("service_name"u8),
        15 => name.SequenceEqual("service_version"u8),
        17 => name.SequenceEqual("service_namespace"u8),
        18 => name.SequenceEqual("headway_release_id"u8),
        19 => name.SequenceEqual("service_instance_id"u8),
        27 => name.SequenceEqual("deployment_environment_name"u8),
        _ => false,
    };
}
