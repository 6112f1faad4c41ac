using System.Globalization;

namespace Headway.Cli.Simulation;

/// <summary>`1..500`, both ends included.</summary>
internal readonly record struct SeedRange(int First, int Last)
{
    private const int Most = 1_000_000;

    public static SeedRange Parse(string text)
    {
        var parts = text.Split("..");
        if (parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            && first <= last && last - first < Most)
            return new(first, last);
        throw new CliException(ExitCode.Usage, $"`{text}` is not a range of seeds.",
            $"Write it as `1..500`: the first, two dots, the last; at most {Most:N0} of them.");
    }
}
