using System.Buffers.Text;
using System.Text.Json;
using Headway.Server.Telemetry.Promql.Evaluation;
using Headway.Server.Telemetry.Promql.Labels;

namespace Headway.Server.Telemetry.Promql.Http;

/// <summary>Writes what a query is worth as Prometheus does: times as numbers of seconds, values as text.</summary>
internal static class ResultJson
{
    public static void Write(Utf8JsonWriter json, Value value, Grid grid, bool isRange)
    {
        json.WriteStartObject();
        json.WriteString("resultType", value switch
        {
            Value.Rows when isRange => "matrix",
            Value.Raw => "matrix",
            Value.Rows => "vector",
            Value.Scalars => "scalar",
            _ => "string",
        });
        json.WritePropertyName("result");
        switch (value)
        {
            case Value.Scalars scalars: Point(json, grid.Start, GoFloat.Plain(scalars.Values[0])); break;
            case Value.Words words: Point(json, grid.Start, words.Text); break;
            case Value.Raw raw: Matrix(json, raw.All); break;
            case Value.Rows rows when isRange: Matrix(json, rows.All, grid); break;
            case Value.Rows rows: Vector(json, rows.All, grid.Start); break;
        }
        json.WriteEndObject();
    }

    private static void Vector(Utf8JsonWriter json, List<Row> rows, long time)
    {
        json.WriteStartArray();
        foreach (var row in rows)
        {
            json.WriteStartObject();
            Metric(json, row.Labels);
            json.WritePropertyName("value");
            Point(json, time, row.Values[0]);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void Matrix(Utf8JsonWriter json, List<Row> rows, Grid grid)
    {
        json.WriteStartArray();
        foreach (var row in rows)
        {
            json.WriteStartObject();
            Metric(json, row.Labels);
            json.WriteStartArray("values");
            for (var i = 0; i < row.Values.Length; i++)
                if (!Row.IsAbsent(row.Values[i])) Point(json, grid.Time(i), row.Values[i]);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void Matrix(Utf8JsonWriter json, List<Samples> all)
    {
        json.WriteStartArray();
        foreach (var series in all)
        {
            json.WriteStartObject();
            Metric(json, series.Labels);
            json.WriteStartArray("values");
            for (var i = 0; i < series.Times.Length; i++)
                Point(json, series.Times.Span[i], series.Values.Span[i]);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void Metric(Utf8JsonWriter json, LabelSet labels)
    {
        json.WriteStartObject("metric");
        for (var i = 0; i < labels.Count; i++) json.WriteString(labels.NameAt(i), labels.ValueAt(i));
        json.WriteEndObject();
    }

    private static void Point(Utf8JsonWriter json, long time, double value)
    {
        // Most values need neither an exponent nor a string on the heap.
        Span<byte> text = stackalloc byte[32];
        var size = Math.Abs(value);
        if (size is >= 1e-4 and < 1e15 && Utf8Formatter.TryFormat(value, text, out var written))
            Point(json, time, text[..written]);
        else Point(json, time, GoFloat.Sample(value));
    }

    private static void Point(Utf8JsonWriter json, long time, ReadOnlySpan<byte> value)
    {
        json.WriteStartArray();
        Time(json, time);
        json.WriteStringValue(value);
        json.WriteEndArray();
    }

    private static void Point(Utf8JsonWriter json, long time, string value)
    {
        json.WriteStartArray();
        Time(json, time);
        json.WriteStringValue(value);
        json.WriteEndArray();
    }

    private static void Time(Utf8JsonWriter json, long time)
    {
        if (time % 1000 == 0) json.WriteNumberValue(time / 1000);
        else json.WriteNumberValue(time / 1000m);
    }
}
