using System.Buffers;
using Headway.Server.Telemetry.Otlp;

namespace Headway.Benchmarks.Telemetry;

/// <summary>The parts that every request of OTLP has.</summary>
internal static class OtlpWriting
{
    public static void Resource(IBufferWriter<byte> request, int service, Action<IBufferWriter<byte>> scope) =>
        ProtoWriting.Message(request, 1, part =>
        {
            ProtoWriting.Message(part, 1, resource =>
            {
                Attribute(resource, 1, "service.name", $"service-{service}");
                Attribute(resource, 1, "headway.release.id", $"release-{service}");
                Attribute(resource, 1, "service.instance.id", $"{service}-1");
            });
            ProtoWriting.Message(part, 2, scope);
        });

    public static void Attribute(IBufferWriter<byte> into, int field, string name, string value) =>
        ProtoWriting.Message(into, field, attribute =>
        {
            ProtoWriting.Text(attribute, 1, name);
            ProtoWriting.Message(attribute, 2, any => ProtoWriting.Text(any, 1, value));
        });

    public static void Fixed(IBufferWriter<byte> into, int field, ulong value)
    {
        ProtoWriting.Tag(into, field, ProtoReader.Fixed64);
        ProtoWriting.Fixed64(into, value);
    }

    public static void Bytes(IBufferWriter<byte> into, int field, byte[] value)
    {
        ProtoWriting.Tag(into, field, ProtoReader.Length);
        ProtoWriting.Bytes(into, value);
    }
}
