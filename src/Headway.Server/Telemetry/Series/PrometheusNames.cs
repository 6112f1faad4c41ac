using System.Text;

namespace Headway.Server.Telemetry.Series;

/// <summary>
/// Names of OpenTelemetry in the manner of Prometheus,
/// by the rules of "Prometheus and OpenMetrics Compatibility" of the
/// OpenTelemetry specification: `http.server.duration` in `ms` becomes `http_server_duration_milliseconds`.
/// </summary>
public static class PrometheusNames
{
    private static readonly Dictionary<string, string> Units = new()
    {
        ["d"] = "days", ["h"] = "hours", ["min"] = "minutes", ["s"] = "seconds", ["ms"] = "milliseconds",
        ["us"] = "microseconds", ["ns"] = "nanoseconds", ["By"] = "bytes", ["KiBy"] = "kibibytes",
        ["MiBy"] = "mebibytes", ["GiBy"] = "gibibytes", ["TiBy"] = "tibibytes", ["kBy"] = "kilobytes",
        ["KBy"] = "kilobytes", ["MBy"] = "megabytes", ["GBy"] = "gigabytes", ["TBy"] = "terabytes",
        ["m"] = "meters", ["V"] = "volts", ["A"] = "amperes", ["J"] = "joules", ["W"] = "watts", ["g"] = "grams",
        ["Cel"] = "celsius", ["Hz"] = "hertz", ["%"] = "percent", ["1"] = "",
    };

    private static readonly Dictionary<string, string> Rates = new()
    {
        ["s"] = "second", ["min"] = "minute", ["h"] = "hour", ["d"] = "day", ["wk"] = "week", ["mo"] = "month",
        ["y"] = "year", ["m"] = "minute",
    };

    public static string Metric(string name, string unit, MetricKind kind)
    {
        var parts = Words(name).ToList();
        foreach (var word in UnitWords(unit))
            if (!parts.Contains(word)) parts.Add(word);
        if (kind == MetricKind.Gauge && unit == "1" && !parts.Contains("ratio")) parts.Add("ratio");
        if (kind == MetricKind.Counter)
        {
            parts.Remove("total");
            parts.Add("total");
        }
        var made = string.Join('_', parts);
        if (made.Length > 0 && char.IsAsciiDigit(made[0])) made = "_" + made;
        // Who writes an underscore in front means it.
        return name.StartsWith('_') && !made.StartsWith('_') ? "_" + made : made;
    }

    public static string Label(string name)
    {
        var text = new StringBuilder(name.Length);
        foreach (var c in name) text.Append(char.IsAsciiLetterOrDigit(c) || c == '_' ? c : '_');
        if (text.Length == 0) return "_";
        if (char.IsAsciiDigit(text[0])) text.Insert(0, "key_");
        else if (text[0] == '_') text.Insert(0, "key");
        return text.ToString();
    }

    private static string[] Words(string name)
    {
        var text = new StringBuilder(name.Length);
        foreach (var c in name) text.Append(char.IsAsciiLetterOrDigit(c) || c == ':' ? c : '_');
        return text.ToString().Split('_', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Notes in braces say nothing; `By/s` is `bytes_per_second`.</summary>
    private static string[] UnitWords(string unit)
    {
        if (unit.Contains('{')) unit = System.Text.RegularExpressions.Regex.Replace(unit, @"\{[^}]*\}?", "");
        var slash = unit.IndexOf('/');
        var main = slash < 0 ? unit : unit[..slash];
        var words = Words(Units.GetValueOrDefault(main, main)).ToList();
        if (slash < 0) return [.. words];
        var per = unit[(slash + 1)..];
        if (per.Length == 0) return [.. words];
        words.Add("per");
        words.AddRange(Words(Rates.GetValueOrDefault(per, Units.GetValueOrDefault(per, per))));
        return [.. words];
    }
}
