namespace Headway.Server.Telemetry.Records;

/// <summary>
/// What is looked at when spans or log records are searched; the record itself lies in the segment's bytes.
/// </summary>
/// <param name="At">Nanoseconds since 1970: the start of a span, the time of a log record.</param>
/// <param name="Duration">Nanoseconds; 0 for log records.</param>
/// <param name="Resource">Index in the segment.</param>
/// <param name="Mark">Of a span: 1 when it failed. Of a log record: its severity number.</param>
internal readonly record struct RecordEntry(
    long At, long Duration, UInt128 Trace, ulong Span, int Resource, int Offset, int Length, byte Mark);
