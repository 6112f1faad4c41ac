namespace Headway.Server.Telemetry.Logs;

/// <summary>Severity numbers of OpenTelemetry: four for each word.</summary>
public static class Severity
{
    /// <summary>The lowest number of `error`.</summary>
    public const int Error = 17;

    private static readonly string[] Words = ["trace", "debug", "info", "warn", "error", "fatal"];

    public static string Word(int number) => number is < 1 or > 24 ? "unspecified" : Words[(number - 1) / 4];

    /// <summary>The lowest number of a word, or the number itself; null when it is neither.</summary>
    public static int? Lowest(string text)
    {
        if (int.TryParse(text, out var number)) return number is >= 0 and <= 24 ? number : null;
        var word = text.ToLowerInvariant() switch
        {
            "warning" => "warn", "information" => "info", "critical" => "fatal", var other => other,
        };
        return Array.IndexOf(Words, word) is >= 0 and var at ? at * 4 + 1 : null;
    }
}
