using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Headway.Server.Connections;

namespace Headway.Server.Signals.Prometheus;

/// <summary>What came back, or why nothing useful did.</summary>
/// <param name="Problem">A clause that begins in lower case, or null.</param>
internal sealed record PrometheusAnswer(ImmutableArray<PrometheusSeries> Series, string? Problem)
{
    public const int MostSeries = 10_000;

    public static PrometheusAnswer Failed(string problem) => new([], problem);

    public static PrometheusAnswer Read(OutsideAnswer answer)
    {
        if (answer.Problem is { } problem) return Failed(problem);
        try
        {
            using var document = JsonDocument.Parse(answer.Body);
            return OfDocument(document.RootElement, answer);
        }
        catch (JsonException)
        {
            return Failed(answer.Status is 401 or 403
                ? $"it answered {answer.Status}: it wants credentials, or others"
                : answer.Status != 200 ? $"it answered {answer.Status}: {answer.Begins}"
                : $"its answer is not JSON, so it is no Prometheus: {answer.Begins}");
        }
    }

    private static PrometheusAnswer OfDocument(JsonElement root, OutsideAnswer answer)
    {
        // A 200 with an error in it is an error; so is an error of which the status alone tells.
        if (Text(root, "status") == "error")
            return Failed($"it says {Text(root, "errorType") ?? "error"}: {Text(root, "error") ?? "no reason"}");
        if (answer.Status != 200) return Failed($"it answered {answer.Status}: {answer.Begins}");
        if (Text(root, "status") != "success" || !root.TryGetProperty("data", out var data)
            || Text(data, "resultType") is not { } type || !data.TryGetProperty("result", out var result)
            || result.ValueKind != JsonValueKind.Array)
            return Failed($"its answer is not one of Prometheus: {answer.Begins}");
        return type switch
        {
            "scalar" => Point(result) is { } point ? new([new("", [point])], null) : Odd(answer),
            "vector" or "matrix" => Many(result, answer),
            _ => Failed($"the query gives a {type}, not numbers"),
        };
    }

    private static PrometheusAnswer Many(JsonElement result, OutsideAnswer answer)
    {
        if (result.GetArrayLength() > MostSeries)
            return Failed($"the query gives {result.GetArrayLength()} series, more than {MostSeries}: narrow it");
        var series = ImmutableArray.CreateBuilder<PrometheusSeries>();
        foreach (var one in result.EnumerateArray())
        {
            if (one.ValueKind != JsonValueKind.Object || !one.TryGetProperty("metric", out var metric)
                || metric.ValueKind != JsonValueKind.Object) return Odd(answer);
            // A series of native histograms has neither: it cannot be a number.
            var points = one.TryGetProperty("value", out var value) ? [Point(value)]
                : one.TryGetProperty("values", out var values) && values.ValueKind == JsonValueKind.Array
                    ? values.EnumerateArray().Select(Point).ToArray() : [];
            if (points.Any(point => point is null)) return Odd(answer);
            if (points.Length > 0) series.Add(new(Name(metric), [.. points.Select(point => point!.Value)]));
        }
        return new(series.ToImmutable(), null);
    }

    private static PrometheusAnswer Odd(OutsideAnswer answer) =>
        Failed($"its answer is not one of Prometheus: {answer.Begins}");

    /// <summary>A series is its labels, in order.</summary>
    private static string Name(JsonElement metric) => string.Join(',', metric.EnumerateObject()
        .OrderBy(label => label.Name, StringComparer.Ordinal).Select(label => $"{label.Name}={label.Value.GetRawText()}"));

    private static double? Point(JsonElement pair) =>
        pair.ValueKind == JsonValueKind.Array && pair.GetArrayLength() == 2
        && pair[1].ValueKind == JsonValueKind.String ? Number(pair[1].GetString()!) : null;

    private static double? Number(string text) => text switch
    {
        "NaN" => double.NaN,
        "+Inf" or "Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null,
    };

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

/// <param name="Name">Its labels; empty for a scalar.</param>
/// <param name="Values">In the order of time.</param>
internal sealed record PrometheusSeries(string Name, ImmutableArray<double> Values);
