using System.Globalization;
using System.Text.Json.Serialization;

namespace Headway.Core.Scans;

/// <summary>How bad a finding is, in the words that scanners agree on.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Severity>))]
public enum Severity { Info, Low, Medium, High, Critical, Unknown }

/// <summary>Severities compared, and read from the many ways in which tools write them.</summary>
public static class Severities
{
    /// <summary>
    /// Whether a finding is at least as bad as a threshold. One of unknown severity counts as high: nobody has said
    /// that it is harmless.
    /// </summary>
    public static bool IsAtLeast(this Severity severity, Severity threshold) => Rank(severity) >= Rank(threshold);

    public static int Rank(Severity severity) => severity is Severity.Unknown ? (int)Severity.High : (int)severity;

    public static string Word(this Severity severity) => severity.ToString().ToLowerInvariant();

    /// <summary>From a word of a tool; unknown when it is none of the usual ones.</summary>
    public static Severity OfWord(string? word) => word?.Trim().ToLowerInvariant() switch
    {
        "critical" => Severity.Critical,
        "high" or "important" => Severity.High,
        "medium" or "moderate" => Severity.Medium,
        "low" => Severity.Low,
        "info" or "informational" or "none" or "negligible" or "note" => Severity.Info,
        _ => Severity.Unknown,
    };

    /// <summary>
    /// The qualitative scale of CVSS: 9.0 and more is critical, 7.0 high, 4.0 medium, above 0 low
    /// (CVSS v3.1 specification, section 5).
    /// </summary>
    public static Severity OfScore(double score) => score switch
    {
        >= 9 => Severity.Critical,
        >= 7 => Severity.High,
        >= 4 => Severity.Medium,
        > 0 => Severity.Low,
        _ => Severity.Info,
    };

    public static Severity? OfScoreText(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var score) && score is >= 0 and <= 10
            ? OfScore(score) : null;
}
