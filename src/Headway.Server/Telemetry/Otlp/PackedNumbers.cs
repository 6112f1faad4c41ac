namespace Headway.Server.Telemetry.Otlp;

/// <summary>Numbers of a repeated field that share one length.</summary>
internal ref struct PackedNumbers(ReadOnlySpan<byte> packed, int wire)
{
    private ProtoReader _reader = new(packed);
    private int _left = packed.Length;
    private readonly ReadOnlySpan<byte> _packed = packed;

    public ulong Value { get; private set; }

    public bool Next()
    {
        if (_left == 0) return false;
        if (wire == ProtoReader.Fixed64)
        {
            Value = _reader.ReadFixed64();
            _left -= 8;
            return true;
        }
        // A varint ends with the first byte below 128.
        var at = _packed.Length - _left;
        Value = _reader.ReadVarint();
        do _left--; while (_packed[at++] >= 0x80);
        return true;
    }
}
