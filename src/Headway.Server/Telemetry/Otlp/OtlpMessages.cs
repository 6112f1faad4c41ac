using Is = Headway.Server.Telemetry.Otlp.FieldKind;

namespace Headway.Server.Telemetry.Otlp;

/// <summary>
/// The messages of OTLP 1.x by their field numbers and JSON names, for checking protobuf and for turning JSON into
/// protobuf. A field that is missing here is skipped, as the protocol asks of receivers.
/// </summary>
internal static class OtlpMessages
{
    private static readonly OtlpMessage AnyValue = new("AnyValue",
        One(1, "stringValue", Is.Text), One(2, "boolValue", Is.Bool), One(3, "intValue", Is.Int64),
        One(4, "doubleValue", Is.Double), One(5, "arrayValue", () => ArrayValue!),
        One(6, "kvlistValue", () => KeyValueList!), One(7, "bytesValue", Is.Bytes));

    private static readonly OtlpMessage KeyValue = new("KeyValue",
        One(1, "key", Is.Text), One(2, "value", () => AnyValue));

    private static readonly OtlpMessage ArrayValue = new("ArrayValue", Many(1, "values", () => AnyValue));

    private static readonly OtlpMessage KeyValueList = new("KeyValueList", Many(1, "values", () => KeyValue));

    private static readonly OtlpMessage Resource = new("Resource", Many(1, "attributes", () => KeyValue));

    private static readonly OtlpMessage Scope = new("InstrumentationScope",
        One(1, "name", Is.Text), One(2, "version", Is.Text), Many(3, "attributes", () => KeyValue));

    private static readonly OtlpMessage Exemplar = new("Exemplar",
        Many(7, "filteredAttributes", () => KeyValue), One(2, "timeUnixNano", Is.Fixed64),
        One(3, "asDouble", Is.Double), One(6, "asInt", Is.SFixed64), One(4, "spanId", Is.HexBytes),
        One(5, "traceId", Is.HexBytes));

    private static readonly OtlpMessage NumberPoint = new("NumberDataPoint",
        Many(7, "attributes", () => KeyValue), One(2, "startTimeUnixNano", Is.Fixed64), One(3, "timeUnixNano",
        Is.Fixed64),
        One(4, "asDouble", Is.Double), One(6, "asInt", Is.SFixed64), Many(5, "exemplars", () => Exemplar),
        One(8, "flags", Is.UInt32));

    private static readonly OtlpMessage HistogramPoint = new("HistogramDataPoint",
        Many(9, "attributes", () => KeyValue), One(2, "startTimeUnixNano", Is.Fixed64), One(3, "timeUnixNano",
        Is.Fixed64),
        One(4, "count", Is.Fixed64), One(5, "sum", Is.Double), Many(6, "bucketCounts", Is.Fixed64),
        Many(7, "explicitBounds", Is.Double), Many(8, "exemplars", () => Exemplar), One(10, "flags", Is.UInt32),
        One(11, "min", Is.Double), One(12, "max", Is.Double));

    private static readonly OtlpMessage Buckets = new("Buckets",
        One(1, "offset", Is.ZigZag), Many(2, "bucketCounts", Is.Int64));

    private static readonly OtlpMessage ExponentialPoint = new("ExponentialHistogramDataPoint",
        Many(1, "attributes", () => KeyValue), One(2, "startTimeUnixNano", Is.Fixed64), One(3, "timeUnixNano",
        Is.Fixed64),
        One(4, "count", Is.Fixed64), One(5, "sum", Is.Double), One(6, "scale", Is.ZigZag),
        One(7, "zeroCount", Is.Fixed64), One(8, "positive", () => Buckets), One(9, "negative", () => Buckets),
        One(10, "flags", Is.UInt32), Many(11, "exemplars", () => Exemplar), One(12, "min", Is.Double),
        One(13, "max", Is.Double), One(14, "zeroThreshold", Is.Double));

    private static readonly OtlpMessage Quantile = new("ValueAtQuantile",
        One(1, "quantile", Is.Double), One(2, "value", Is.Double));

    private static readonly OtlpMessage SummaryPoint = new("SummaryDataPoint",
        Many(7, "attributes", () => KeyValue), One(2, "startTimeUnixNano", Is.Fixed64), One(3, "timeUnixNano",
        Is.Fixed64),
        One(4, "count", Is.Fixed64), One(5, "sum", Is.Double), Many(6, "quantileValues", () => Quantile),
        One(8, "flags", Is.UInt32));

    private static readonly OtlpMessage Gauge = Points("Gauge", NumberPoint);
    private static readonly OtlpMessage Sum = Points("Sum", NumberPoint);
    private static readonly OtlpMessage Histogram = Points("Histogram", HistogramPoint);
    private static readonly OtlpMessage Exponential = Points("ExponentialHistogram", ExponentialPoint);
    private static readonly OtlpMessage Summary = Points("Summary", SummaryPoint);

    private static readonly OtlpMessage Metric = new("Metric",
        One(1, "name", Is.Text), One(2, "description", Is.Text), One(3, "unit", Is.Text), One(5, "gauge", () => Gauge),
        One(7, "sum", () => Sum), One(9, "histogram", () => Histogram),
        One(10, "exponentialHistogram", () => Exponential), One(11, "summary", () => Summary));

    private static readonly OtlpMessage Event = new("Event",
        One(1, "timeUnixNano", Is.Fixed64), One(2, "name", Is.Text), Many(3, "attributes", () => KeyValue));

    private static readonly OtlpMessage Link = new("Link",
        One(1, "traceId", Is.HexBytes), One(2, "spanId", Is.HexBytes), One(3, "traceState", Is.Text),
        Many(4, "attributes", () => KeyValue), One(6, "flags", Is.Fixed32));

    private static readonly OtlpMessage Status = new("Status", One(2, "message", Is.Text), One(3, "code", Is.Enum));

    private static readonly OtlpMessage Span = new("Span",
        One(1, "traceId", Is.HexBytes), One(2, "spanId", Is.HexBytes), One(3, "traceState", Is.Text),
        One(4, "parentSpanId", Is.HexBytes), One(16, "flags", Is.Fixed32), One(5, "name", Is.Text),
        One(6, "kind", Is.Enum), One(7, "startTimeUnixNano", Is.Fixed64), One(8, "endTimeUnixNano", Is.Fixed64),
        Many(9, "attributes", () => KeyValue), Many(11, "events", () => Event), Many(13, "links", () => Link),
        One(15, "status", () => Status));

    private static readonly OtlpMessage LogRecord = new("LogRecord",
        One(1, "timeUnixNano", Is.Fixed64), One(11, "observedTimeUnixNano", Is.Fixed64),
        One(2, "severityNumber", Is.Enum), One(3, "severityText", Is.Text), One(5, "body", () => AnyValue),
        Many(6, "attributes", () => KeyValue), One(8, "flags", Is.Fixed32), One(9, "traceId", Is.HexBytes),
        One(10, "spanId", Is.HexBytes), One(12, "eventName", Is.Text));

    public static readonly OtlpMessage Metrics = Request("Metrics", "resourceMetrics", "scopeMetrics", "metrics",
        Metric);
    public static readonly OtlpMessage Traces = Request("Traces", "resourceSpans", "scopeSpans", "spans", Span);
    public static readonly OtlpMessage Logs = Request("Logs", "resourceLogs", "scopeLogs", "logRecords", LogRecord);

    public static OtlpMessage Of(TelemetryKind kind) => kind switch
    {
        TelemetryKind.Metrics => Metrics, TelemetryKind.Traces => Traces, _ => Logs,
    };

    private static OtlpMessage Request(string name, string resources, string scopes, string things, OtlpMessage thing)
    {
        var scope = new OtlpMessage($"Scope{name}", One(1, "scope", () => Scope), Many(2, things, () => thing));
        var resource = new OtlpMessage($"Resource{name}", One(1, "resource", () => Resource), Many(2, scopes,
        () => scope));
        return new(name, Many(1, resources, () => resource));
    }

    private static OtlpMessage Points(string name, OtlpMessage point) => new(name,
        Many(1, "dataPoints", () => point), One(2, "aggregationTemporality", Is.Enum), One(3, "isMonotonic", Is.Bool));

    private static OtlpField One(int number, string name, Is kind) => new(number, name, kind, false, null);
    private static OtlpField Many(int number, string name, Is kind) => new(number, name, kind, true, null);
    private static OtlpField One(int number, string name, Func<OtlpMessage> of) => new(number, name, Is.Message,
        false, of);
    private static OtlpField Many(int number, string name, Func<OtlpMessage> of) => new(number, name, Is.Message,
        true, of);
}
