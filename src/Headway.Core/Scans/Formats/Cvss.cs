namespace Headway.Core.Scans.Formats;

/// <summary>
/// The base score of a CVSS 3.0 or 3.1 vector (specification of FIRST, section 7.1). Vectors of other versions give no
/// severity here, which counts as unknown.
/// </summary>
public static class Cvss
{
    public static Severity? Of(string? vector) => Score(vector) is { } score ? Severities.OfScore(score) : null;

    public static double? Score(string? vector)
    {
        if (vector is null || !vector.StartsWith("CVSS:3.", StringComparison.Ordinal)) return null;
        var metrics = vector.Split('/').Skip(1).Select(part => part.Split(':')).Where(part => part.Length == 2)
            .GroupBy(part => part[0]).ToDictionary(same => same.Key, same => same.First()[1]);
        double? Of(string metric, string letters, params double[] values) =>
            metrics.TryGetValue(metric, out var letter) && letter.Length == 1 && letters.IndexOf(letter[0]) is >= 0 and var at
                ? values[at] : null;
        var changed = metrics.GetValueOrDefault("S") is "C";
        var impact = 1 - ((1 - Of("C", "HLN", 0.56, 0.22, 0)) * (1 - Of("I", "HLN", 0.56, 0.22, 0))
            * (1 - Of("A", "HLN", 0.56, 0.22, 0)));
        var reach = 8.22 * Of("AV", "NALP", 0.85, 0.62, 0.55, 0.2) * Of("AC", "LH", 0.77, 0.44)
            * (changed ? Of("PR", "NLH", 0.85, 0.68, 0.5) : Of("PR", "NLH", 0.85, 0.62, 0.27)) * Of("UI", "NR", 0.85, 0.62);
        if (impact is not { } base_ || reach is not { } exploitability) return null;
        var scoped = changed ? (7.52 * (base_ - 0.029)) - (3.25 * Math.Pow(base_ - 0.02, 15)) : 6.42 * base_;
        if (scoped <= 0) return 0;
        return RoundedUp(Math.Min((changed ? 1.08 : 1) * (scoped + exploitability), 10));
    }

    /// <summary>To one decimal, upwards; in whole numbers, so that floating point does not lift 4.0 to 4.1.</summary>
    private static double RoundedUp(double value)
    {
        var whole = (long)Math.Round(value * 100_000);
        return whole % 10_000 == 0 ? whole / 100_000.0 : (Math.Floor(whole / 10_000.0) + 1) / 10.0;
    }
}
