using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Headway.Core.TestResults;

/// <param name="Lines">Lines that could be covered.</param>
public readonly record struct LineCoverage(int Covered, int Lines)
{
    [JsonIgnore]
    public double Share => Lines == 0 ? 1 : (double)Covered / Lines;
}

/// <summary>Which lines of which file the tests of a job have reached.</summary>
public sealed record Coverage(ImmutableSortedDictionary<string, LineCoverage> Files, ImmutableArray<string> Problems)
{
    [JsonIgnore]
    public LineCoverage Total => new(Files.Values.Sum(file => file.Covered), Files.Values.Sum(file => file.Lines));

    /// <summary>Of files that the change touches; null when it touches none that are covered.</summary>
    public LineCoverage? Of(ImmutableArray<string> changed)
    {
        // Reports may name files from another root, so a name counts that ends in the changed path.
        var touched = Files.Where(file => changed.Any(path => IsSame(file.Key, path))).Select(file => file.Value).ToList();
        return touched.Count == 0 ? null : new(touched.Sum(file => file.Covered), touched.Sum(file => file.Lines));
    }

    private static bool IsSame(string reported, string path) =>
        reported == path || reported.EndsWith("/" + path, StringComparison.Ordinal)
            || path.EndsWith("/" + reported, StringComparison.Ordinal);
}

/// <summary>`coverage:` of a job.</summary>
/// <param name="Minimum">0 to 1; null for none.</param>
/// <param name="Drop">How much less than the branch had last may be covered, 0 to 1; null for any.</param>
/// <param name="Changed">What of the files that the change touches must be covered; null for any.</param>
public sealed record CoverageSpec(string Reports, double? Minimum, double? Drop, double? Changed);

/// <summary>Whether what is covered is enough, and which files lost most when it is not.</summary>
public static class CoverageGate
{
    private const int FilesShown = 3;

    public static (bool Passes, string Says) Of(
        CoverageSpec gate, Coverage now, Coverage? before, ImmutableArray<string>? changed)
    {
        if (now.Files.IsEmpty)
            return (false, $"No coverage could be read from {gate.Reports}{Because(now)}, and the job is to pass only with it.");
        var total = now.Total;
        var says = $"Coverage {Percent(total.Share)}";
        if (before is not null) says += $" ({Percent(before.Total.Share)} before)";
        // A tenth of a line must not decide, and neither must how a number is rounded.
        const double noise = 1e-9;
        if (!now.Problems.IsEmpty) return (false, $"{says}, and its report is incomplete: {now.Problems[0]}");
        if (gate.Minimum is { } minimum && total.Share < minimum - noise)
            return (false, $"{says}, and at least {Percent(minimum)} is asked for.{Lost(now, before)}");
        if (gate.Drop is { } drop && before is not null && before.Total.Share - total.Share > drop + noise)
            return (false, $"{says}, and it may fall by {Percent(drop)} at most.{Lost(now, before)}");
        if (gate.Changed is { } least && changed is { } paths && now.Of(paths) is { } touched && touched.Share < least - noise)
            return (false, $"{says}; changed files are covered by {Percent(touched.Share)}, "
                + $"and at least {Percent(least)} is asked for.{Least(now, paths)}");
        return (true, changed is { } files && now.Of(files) is { } of
            ? $"{says}; changed files {Percent(of.Share)}." : $"{says}.");
    }

    private static string Because(Coverage now) => now.Problems is [var problem, ..] ? $" ({problem.TrimEnd('.')})" : "";

    private static string Lost(Coverage now, Coverage? before)
    {
        var lost = now.Files.Select(file => (file.Key, Uncovered: Missing(file.Value) - Missing(Before(before, file.Key))))
            .Where(file => file.Uncovered > 0).OrderByDescending(file => file.Uncovered).ThenBy(file => file.Key, StringComparer.Ordinal)
            .Take(FilesShown).Select(file => $"{file.Key} ({file.Uncovered} lines)").ToList();
        return lost.Count == 0 ? "" : $" {(before is null ? "Least covered" : "Lost most")}: {string.Join(", ", lost)}.";
    }

    private static string Least(Coverage now, ImmutableArray<string> changed)
    {
        var files = now with { Files = now.Files.Where(file => now.Files.Count > 0
            && new Coverage(ImmutableSortedDictionary<string, LineCoverage>.Empty.Add(file.Key, file.Value), []).Of(changed) is not null)
                .ToImmutableSortedDictionary() };
        return Lost(files, null);
    }

    private static LineCoverage Before(Coverage? before, string file) =>
        before is not null && before.Files.TryGetValue(file, out var found) ? found : default;

    private static int Missing(LineCoverage file) => file.Lines - file.Covered;

    private static string Percent(double share) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Math.Floor(share * 1000 + 1e-6) / 10:0.#} %");
}
