using System.Globalization;
using System.Text.Json;

namespace Headway.Server.Tests.Telemetry.Promql;

/// <summary>Compares two answers of the query API, value by value.</summary>
internal static class Answers
{
    /// <summary>
    /// Sine, logarithm and powers are computed by other libraries in Go and .NET, which differ in the last digits.
    /// </summary>
    private const double Tolerance = 1e-12;

    /// <param name="exactText">Whether the words of an error have to be the same.</param>
    /// <returns>What differs, or null.</returns>
    public static string? Difference(string wanted, string got, bool inOrder, bool exactText)
    {
        using var one = JsonDocument.Parse(wanted);
        using var other = JsonDocument.Parse(got);
        var (w, g) = (one.RootElement, other.RootElement);
        foreach (var name in new[] { "status", "errorType" })
            if (Word(w, name) != Word(g, name)) return $"{name}: {wanted} {got}";
        if (Word(w, "status") == "error")
            return exactText && Word(w, "error") != Word(g, "error") ? $"{Word(w, "error")}\n     {Word(g, "error")}" : null;
        return Results(w.GetProperty("data"), g.GetProperty("data"), inOrder);
    }

    private static string? Word(JsonElement e, string name) => e.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static string? Results(JsonElement wanted, JsonElement got, bool inOrder)
    {
        var type = Word(wanted, "resultType");
        if (type != Word(got, "resultType")) return $"type {type}, got {Word(got, "resultType")}";
        var (w, g) = (wanted.GetProperty("result"), got.GetProperty("result"));
        if (type is "scalar" or "string") return Point(w, g);
        if (w.GetArrayLength() != g.GetArrayLength()) return $"{w.GetArrayLength()} series, got {g.GetArrayLength()}:\n     {Start(w)}\n     {Start(g)}";
        var (ws, gs) = (w.EnumerateArray().ToList(), g.EnumerateArray().ToList());
        if (inOrder && type == "vector" && Values(ws) != Values(gs)) return $"the order of values: {Values(ws)}, got {Values(gs)}";
        // Among equal values the order is nobody's promise.
        if (!inOrder || type == "vector")
        {
            ws.Sort((a, b) => string.CompareOrdinal(Metric(a), Metric(b)));
            gs.Sort((a, b) => string.CompareOrdinal(Metric(a), Metric(b)));
        }
        for (var i = 0; i < ws.Count; i++)
            if (Series(ws[i], gs[i]) is { } difference) return difference;
        return null;
    }

    private static string? Series(JsonElement wanted, JsonElement got)
    {
        if (Metric(wanted) != Metric(got)) return $"{Metric(wanted)}, got {Metric(got)}";
        if (wanted.TryGetProperty("value", out var value)) return Point(value, got.GetProperty("value")) is { } one ? $"{Metric(wanted)}: {one}" : null;
        var (w, g) = (wanted.GetProperty("values"), got.GetProperty("values"));
        if (w.GetArrayLength() != g.GetArrayLength()) return $"{Metric(wanted)}: {w.GetArrayLength()} points, got {g.GetArrayLength()}";
        for (var i = 0; i < w.GetArrayLength(); i++)
            if (Point(w[i], g[i]) is { } difference) return $"{Metric(wanted)}: {difference}";
        return null;
    }

    private static string? Point(JsonElement wanted, JsonElement got)
    {
        if (wanted[0].GetDecimal() != got[0].GetDecimal()) return $"at {wanted[0]}, got {got[0]}";
        var (w, g) = (wanted[1].GetString()!, got[1].GetString()!);
        if (w == g) return null;
        var near = double.TryParse(w, CultureInfo.InvariantCulture, out var a) && double.TryParse(g, CultureInfo.InvariantCulture, out var b)
            && double.IsFinite(a) && double.IsFinite(b) && Math.Abs(a - b) <= Tolerance * Math.Max(Math.Abs(a), Math.Abs(b));
        return near ? null : $"{w} at {wanted[0]}, got {g}";
    }

    private static string Metric(JsonElement series) => string.Join(", ", series.GetProperty("metric").EnumerateObject()
        .OrderBy(p => p.Name, StringComparer.Ordinal).Select(p => $"{p.Name}={p.Value}"));

    private static string Values(IEnumerable<JsonElement> series) => string.Join(' ', series.Select(s => s.GetProperty("value")[1].GetString()));

    private static string Start(JsonElement e) => e.GetRawText() is var text && text.Length > 300 ? text[..300] : e.GetRawText();
}
