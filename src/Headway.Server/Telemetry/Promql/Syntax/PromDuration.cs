using System.Text;
using System.Text.RegularExpressions;

namespace Headway.Server.Telemetry.Promql.Syntax;

/// <summary>Durations such as `1h30m`, in milliseconds.</summary>
public static partial class PromDuration
{
    private static readonly (string Unit, long Milliseconds)[] Units =
    [
        ("y", 365L * 86_400_000), ("w", 7L * 86_400_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000),
        ("ms", 1),
    ];

    /// <summary>Null when the text is none; longest about 292 years, as everywhere in Prometheus.</summary>
    public static long? Read(string text)
    {
        if (text == "0") return 0;
        var match = Pattern().Match(text);
        if (text.Length == 0 || !match.Success) return null;
        decimal sum = 0;
        foreach (var (unit, milliseconds) in Units)
            if (match.Groups[unit] is { Success: true } found)
                sum += found.Length > 18 ? decimal.MaxValue / 2 : decimal.Parse(found.Value) * milliseconds;
        return sum > long.MaxValue / 1_000_000 ? null : (long)sum;
    }

    public static string Says(long milliseconds)
    {
        if (milliseconds == 0) return "0s";
        var text = new StringBuilder(milliseconds < 0 ? "-" : "");
        var left = Math.Abs(milliseconds);
        foreach (var (unit, each) in Units)
        {
            // Years, weeks and days are written only when nothing is left over.
            if (left < each || (unit is "y" or "w" or "d" && left % each != 0)) continue;
            text.Append(left / each).Append(unit);
            left %= each;
        }
        return text.ToString();
    }

    [GeneratedRegex(@"\A((?<y>[0-9]+)y)?((?<w>[0-9]+)w)?((?<d>[0-9]+)d)?((?<h>[0-9]+)h)?((?<m>[0-9]+)m)?((?<s>[0-9]+)s)?((?<ms>[0-9]+)ms)?\z")]
    private static partial Regex Pattern();
}
