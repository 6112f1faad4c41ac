using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Headway.Core.Services;

namespace Headway.Server.Specs;

/// <summary>A number with a unit: `30m`, `99.9%`, `256 MB`, `50/s`, `50 failed requests`.</summary>
internal sealed partial class Quantity
{
    private const string DurationExpected = "a time such as `500ms`, `30s`, `10m`, `2h` or `1d`";
    private static readonly Dictionary<string, double> Seconds =
        new() { ["ms"] = 0.001, ["s"] = 1, ["m"] = 60, ["h"] = 3600, ["d"] = 86400 };
    private static readonly Dictionary<string, double> Bytes = new()
    {
        ["KB"] = 1e3, ["MB"] = 1e6, ["GB"] = 1e9, ["KiB"] = 1024, ["MiB"] = 1024 * 1024, ["GiB"] = 1024 * 1024 * 1024,
    };
    private static readonly Dictionary<string, string> Meant = new()
    {
        ["sec"] = "s", ["secs"] = "s", ["second"] = "s", ["seconds"] = "s", ["min"] = "m", ["mins"] = "m",
        ["minute"] = "m", ["minutes"] = "m", ["hr"] = "h", ["hour"] = "h", ["hours"] = "h", ["day"] = "d",
        ["days"] = "d", ["milliseconds"] = "ms", ["msec"] = "ms", ["millis"] = "ms",
    };

    [GeneratedRegex(@"^([0-9]{1,12}(?:\.[0-9]{1,9})?)[ ]?(.*)$", RegexOptions.CultureInvariant)]
    private static partial Regex Parts { get; }

    /// <summary>A plain decimal number, nothing else (no exponent, sign or separator).</summary>
    public static double? Number(string text) =>
        Parts.Match(text) is { Success: true } match && match.Groups[2].Length == 0
            ? double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)
            : null;

    public static Shape<TimeSpan> Duration(TimeSpan least, TimeSpan most) =>
        Unit<TimeSpan>(DurationExpected, "^[0-9]+(\\.[0-9]+)? ?(ms|s|m|h|d)$", (number, unit) =>
            Seconds.TryGetValue(unit, out var seconds) && number * seconds <= most.TotalSeconds
                && number * seconds >= least.TotalSeconds
                ? TimeSpan.FromSeconds(number * seconds)
                : null,
            (number, unit) => unit == "" ? $"{number}s" : Meant.TryGetValue(unit, out var meant) ? number + meant
                : null,
            $"{DurationExpected}, from {Show(least)} to {Show(most)}");

    /// <summary>0 to 1.</summary>
    public static Shape<double> Percent(double least, double most) =>
        Unit<double>($"a share such as `5%`, from {least * 100}% to {most * 100}%", "^[0-9]+(\\.[0-9]+)? ?%$",
            // Rounded, so that 99.9% is 0.999 and not the double beside it.
            (number, unit) => unit == "%" && Math.Round(number / 100, 12) is var share && share >= least
                && share <= most
                ? share : null,
            (number, unit) => unit == "" && Number(number) is <= 100 ? $"{number}%" : null);

    public static readonly Shape<long> Memory =
        Unit<long>("a size such as `256 MB` or `1 GB`", "^[0-9]+(\\.[0-9]+)? ?(KB|MB|GB|KiB|MiB|GiB)$",
            (number, unit) => Bytes.TryGetValue(unit, out var bytes) && number * bytes is >= 1e6 and <= 1e13
                ? (long)(number * bytes) : null,
            (number, unit) => unit.ToUpperInvariant() is "M" or "MB" or "" ? $"{number} MB"
                : unit.ToUpperInvariant() is "G" or "GB" ? $"{number} GB" : null);

    public static readonly Shape<double> RequestsPerSecond =
        Unit<double>("a rate such as `50/s`", "^[0-9]+(\\.[0-9]+)? ?/s$",
            (number, unit) => unit == "/s" && number > 0 && number <= 1e6 ? number : null,
            (number, unit) => unit is "" or "rps" or "/sec" or "/second" or "per second" ? $"{number}/s" : null);

    /// <summary>A number of failed requests, or a share of the error budget.</summary>
    public static readonly Shape<ExposureLimit> Exposure =
        Unit<ExposureLimit>("a budget such as `50 failed requests` or `10% of error budget`",
            "^([0-9]+ failed requests?|[0-9]+(\\.[0-9]+)? ?% of (the )?error budget)$",
            (number, unit) => unit switch
            {
                "failed requests" or "failed request" => number is >= 1 and <= 1e9 && number == Math.Floor(number)
                    ? new ExposureLimit((int)number, null) : null,
                "% of error budget" or "% of the error budget" => number is > 0 and <= 100
                    ? new ExposureLimit(ErrorBudget.Otherwise, Math.Round(number / 100, 12)) : null,
                _ => null,
            },
            (number, unit) => unit.StartsWith('%') ? $"{number}% of error budget" : $"{number} failed requests");

    private static Shape<T> Unit<T>(
        string expected, string pattern, Func<double, string, T?> make, Func<string, string, string?> meant,
        string? expectedInFull = null) where T : struct => new(
        () => new JsonObject { ["type"] = "string", ["pattern"] = pattern, ["examples"] = Examples(expected) },
        (node, problems) =>
        {
            var match = node is SpecNode.Scalar scalar ? Parts.Match(scalar.Text.Trim()) : Match.Empty;
            var (number, unit) = (match.Groups[1].Value, match.Groups[2].Value);
            if (match.Success && make(double.Parse(number, CultureInfo.InvariantCulture), unit) is { } made)
                return Found.It(made);
            problems.Add(node.At, $"this cannot be {node.Kind}", expectedInFull ?? expected,
                match.Success ? meant(number, unit) : null);
            return default;
        });

    private static JsonArray Examples(string expected) =>
        new([.. expected.Split('`').Where((_, index) => index % 2 == 1).Select(example => (JsonNode)example)]);

    public static string Show(TimeSpan time) => time switch
    {
        { TotalDays: >= 1 } => $"{time.TotalDays}d",
        { TotalHours: >= 1 } => $"{time.TotalHours}h",
        { TotalMinutes: >= 1 } => $"{time.TotalMinutes}m",
        { TotalSeconds: >= 1 } => $"{time.TotalSeconds}s",
        _ => $"{time.TotalMilliseconds}ms",
    };
}

/// <param name="Share">Of the error budget, 0 to 1; null when a number was written.</param>
internal readonly record struct ExposureLimit(int FailedRequests, double? Share);
