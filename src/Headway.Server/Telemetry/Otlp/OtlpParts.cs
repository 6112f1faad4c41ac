namespace Headway.Server.Telemetry.Otlp;

/// <summary>The values of one field of a message, one after the other.</summary>
internal static class OtlpParts
{
    public static Parts All(ReadOnlySpan<byte> message, int field) => new(message, field);

    /// <summary>Empty when there is none.</summary>
    public static ReadOnlySpan<byte> First(ReadOnlySpan<byte> message, int field)
    {
        foreach (var part in All(message, field)) return part;
        return default;
    }

    internal ref struct Parts(ReadOnlySpan<byte> message, int field)
    {
        private ProtoReader _reader = new(message);

        public ReadOnlySpan<byte> Current { get; private set; }

        public readonly Parts GetEnumerator() => this;

        public bool MoveNext()
        {
            while (_reader.Next())
            {
                if (_reader.Field == field && _reader.Wire == ProtoReader.Length)
                {
                    Current = _reader.ReadBytes();
                    return true;
                }
                _reader.Skip();
            }
            return false;
        }
    }
}
