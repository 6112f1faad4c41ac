using System.Buffers.Binary;
using System.Text;
using Headway.Server.Telemetry.Otlp;

namespace Headway.Server.Telemetry.Traces;

/// <summary>What counting, sampling and searching need of a span. The texts lie in the request.</summary>
internal ref struct SpanHead
{
    public UInt128 Trace;
    public ulong Span;
    public ulong Parent;
    public int Kind;
    public ulong Start, End;
    public bool IsError;
    public ReadOnlySpan<byte> Name, Route, Method, Peer, Address, Database, Rpc, Messaging;

    public const int Server = 2, Client = 3, Producer = 4, Consumer = 5;

    public readonly bool HasIds => Trace != 0 && Span != 0;

    public readonly long Duration => End > Start && End - Start <= long.MaxValue ? (long)(End - Start) : 0;

    public static SpanHead Read(ReadOnlySpan<byte> span)
    {
        var head = new SpanHead();
        var reader = new ProtoReader(span);
        while (reader.Next())
            switch (reader.Field)
            {
                case 1: head.Trace = TraceId(reader.ReadBytes()); break;
                case 2: head.Span = SpanId(reader.ReadBytes()); break;
                case 4: head.Parent = SpanId(reader.ReadBytes()); break;
                case 5: head.Name = reader.ReadBytes(); break;
                case 6: head.Kind = (int)reader.ReadVarint(); break;
                case 7: head.Start = reader.ReadFixed64(); break;
                case 8: head.End = reader.ReadFixed64(); break;
                case 9: head.Note(reader.ReadBytes()); break;
                case 15: head.IsError = IsFailed(reader.ReadBytes()); break;
                default: reader.Skip(); break;
            }
        return head;
    }

    /// <summary>0 for what is no id of 16 bytes.</summary>
    public static UInt128 TraceId(ReadOnlySpan<byte> bytes) =>
        bytes.Length == 16 ? BinaryPrimitives.ReadUInt128BigEndian(bytes) : 0;

    /// <summary>0 for what is no id of 8 bytes.</summary>
    public static ulong SpanId(ReadOnlySpan<byte> bytes) =>
        bytes.Length == 8 ? BinaryPrimitives.ReadUInt64BigEndian(bytes) : 0;

    /// <summary>`GET /orders/{id}` where the route is known, else the name of the span.</summary>
    public readonly string Operation() => Route.IsEmpty ? Encoding.UTF8.GetString(Name)
        : Method.IsEmpty ? Encoding.UTF8.GetString(Route)
        : $"{Encoding.UTF8.GetString(Method)} {Encoding.UTF8.GetString(Route)}";

    /// <summary>What a client span called, by the attribute that says it best.</summary>
    public readonly string Dependency()
    {
        var best = !Peer.IsEmpty ? Peer : !Address.IsEmpty ? Address : !Database.IsEmpty ? Database
            : !Rpc.IsEmpty ? Rpc : Messaging;
        return best.IsEmpty ? "unknown" : Encoding.UTF8.GetString(best);
    }

    private void Note(ReadOnlySpan<byte> attribute)
    {
        AttributeReading.Split(attribute, out var key, out var any);
        if (!AttributeReading.IsText(any, out var text)) return;
        if (key.SequenceEqual("http.route"u8)) Route = text;
        else if (key.SequenceEqual("http.request.method"u8) || key.SequenceEqual("http.method"u8)) Method = text;
        else if (key.SequenceEqual("peer.service"u8)) Peer = text;
        else if (key.SequenceEqual("server.address"u8) || key.SequenceEqual("net.peer.name"u8)) Address = text;
        else if (key.SequenceEqual("db.system"u8) || key.SequenceEqual("db.system.name"u8)) Database = text;
        else if (key.SequenceEqual("rpc.service"u8)) Rpc = text;
        else if (key.SequenceEqual("messaging.system"u8)) Messaging = text;
    }

    private static bool IsFailed(ReadOnlySpan<byte> status)
    {
        const ulong error = 2;
        var reader = new ProtoReader(status);
        while (reader.Next())
            if (reader.Field == 3) return reader.ReadVarint() == error;
            else reader.Skip();
        return false;
    }
}
