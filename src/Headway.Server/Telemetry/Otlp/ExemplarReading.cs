using Headway.Server.Telemetry.Series;

namespace Headway.Server.Telemetry.Otlp;

/// <summary>Measurements that name their trace; those without one lead nowhere and are not kept.</summary>
internal static class ExemplarReading
{
    private const int IdBytes = 16;

    public static void Note(ReadOnlySpan<byte> point, int field, PointStream stream)
    {
        foreach (var exemplar in OtlpParts.All(point, field))
        {
            long at = 0;
            double value = 0;
            ReadOnlySpan<byte> span = default, trace = default;
            var reader = new ProtoReader(exemplar);
            while (reader.Next())
                switch (reader.Field)
                {
                    case 2: at = (long)(reader.ReadFixed64() / 1_000_000); break;
                    case 3: value = reader.ReadDouble(); break;
                    case 6: value = (long)reader.ReadFixed64(); break;
                    case 4: span = reader.ReadBytes(); break;
                    case 5: trace = reader.ReadBytes(); break;
                    default: reader.Skip(); break;
                }
            if (trace.Length == IdBytes && span.Length <= IdBytes && double.IsFinite(value))
                stream.Note(new(at, value, Convert.ToHexStringLower(trace), Convert.ToHexStringLower(span)));
        }
    }
}
