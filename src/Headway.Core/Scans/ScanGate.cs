using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Headway.Core.Scans;

/// <summary>A result of a job, or one that was added later.</summary>
/// <param name="From">`job test, out/report.sarif`.</param>
public sealed record ScanSource(string From, ScanReading Reading);

/// <summary>Everything that is known of a release.</summary>
/// <param name="Missing">Jobs that were to write results of scans and wrote none, in a sentence each.</param>
public sealed record ScanResults(string Release, ImmutableArray<ScanSource> Sources, ImmutableArray<string> Missing)
{
    public static ScanResults None(string release) => new(release, [], []);

    /// <summary>Each finding once: what two tools find of one package is one finding, at the higher severity.</summary>
    public ImmutableArray<Finding> Findings =>
    [
        .. Sources.SelectMany(source => source.Reading.Findings).GroupBy(finding => finding.Fingerprint)
            .Select(same => same.MaxBy(finding => Severities.Rank(finding.Severity))! with
            {
                Aliases = [.. same.SelectMany(finding => finding.Aliases).Distinct()],
                Settled = same.All(finding => finding.Settled is not null) ? same.First().Settled : null,
            }),
    ];

    public ImmutableArray<VexStatement> Statements => [.. Sources.SelectMany(source => source.Reading.Statements)];

    /// <summary>Why the absence of findings shows nothing; empty when every scan was complete.</summary>
    public ImmutableArray<string> Gaps
    {
        get
        {
            var unscanned = Sources.Where(source => source.Reading.NotScanned is not null)
                .Select(source => $"{source.From} could not be scanned: {source.Reading.NotScanned}");
            ImmutableArray<string> gaps = [.. Missing, .. unscanned];
            return gaps.IsEmpty && Sources.All(source => source.Reading.Format is "OpenVEX")
                ? ["It has no result of a scan."] : gaps;
        }
    }
}

[JsonConverter(typeof(JsonStringEnumConverter<Standing>))]
public enum Standing { Blocks, Warns, Triaged, Settled, Below }

/// <param name="Why">Why it stands so, for a person.</param>
public sealed record JudgedFinding(Finding Finding, Standing Standing, string Why);

/// <param name="Says">Why the release stays out, or what is pointed out; null when there is nothing to say.</param>
public sealed record ScanDecision(bool Blocks, string? Says, ImmutableArray<JudgedFinding> Findings, ImmutableArray<string> Gaps);

/// <summary>Whether the findings of a release let it into an environment.</summary>
public static class ScanGate
{
    private const int Named = 3;

    /// <param name="known">Fingerprints of what the release has that is out there; null when none is.</param>
    public static ScanDecision Decide(
        ScanPolicy policy, ScanResults results, ImmutableHashSet<string>? known, Triage triage, DateTimeOffset now)
    {
        var statements = results.Statements;
        ImmutableArray<JudgedFinding> judged =
        [
            .. results.Findings.Select(finding => Judge(policy, finding, statements, known, triage.Of(finding, now), now))
                .OrderBy(each => each.Standing).ThenByDescending(each => Severities.Rank(each.Finding.Severity))
                .ThenBy(each => each.Finding.Fingerprint, StringComparer.Ordinal),
        ];
        var gaps = results.Gaps;
        var blocking = judged.Where(each => each.Standing is Standing.Blocks).ToImmutableArray();
        if (!blocking.IsEmpty) return new(true, Says(results.Release, blocking), judged, gaps);
        if (policy.Required && !gaps.IsEmpty)
            return new(true, $"There is no complete scan of {results.Release}, and one is required here. {gaps[0]}"
                + (gaps.Length > 1 ? $" And {gaps.Length - 1} more." : ""), judged, gaps);
        var warned = judged.Count(each => each.Standing is Standing.Warns);
        return new(false, warned > 0 ? $"{Count(warned, "finding")} of {results.Release} should be looked at." : null, judged, gaps);
    }

    private static JudgedFinding Judge(
        ScanPolicy policy, Finding finding, ImmutableArray<VexStatement> statements, ImmutableHashSet<string>? known,
        TriageEntry? entry, DateTimeOffset now)
    {
        if (entry is not null && !entry.HasExpired(now))
            return new(finding, Standing.Triaged, $"{entry.By} says {entry.Word} until {entry.Until:yyyy-MM-dd}: {entry.Why}");
        // Somebody decided once, and the decision ran out: that is louder than something nobody has looked at.
        if (entry is not null && policy.Block is { } limit && finding.Severity.IsAtLeast(limit))
            return new(finding, Standing.Blocks, $"The triage of {entry.By} ({entry.Word}: {entry.Why}) ended on "
                + $"{entry.Until:yyyy-MM-dd}.");
        if (finding.Settled is { } settled) return new(finding, Standing.Settled, settled);
        if (statements.FirstOrDefault(each => each.Settles && each.IsAbout(finding)) is { } statement)
            return new(finding, Standing.Settled, $"VEX: {statement.Status}" + (statement.Why is { } why ? $", {why}" : ""));
        return Untouched(policy, finding, known, entry);
    }

    private static JudgedFinding Untouched(
        ScanPolicy policy, Finding finding, ImmutableHashSet<string>? known, TriageEntry? expired)
    {
        var ended = expired is null ? "" : $" The triage of {expired.By} ended on {expired.Until:yyyy-MM-dd}.";
        if (policy.Block is not { } limit || !finding.Severity.IsAtLeast(limit))
            return finding.Severity.IsAtLeast(policy.Warn)
                ? new(finding, Standing.Warns, $"From {policy.Warn.Word()} on findings are pointed out.{ended}")
                : new(finding, Standing.Below, $"Below {policy.Warn.Word()}.{ended}");
        if (policy.Known is ScanMeasure.Warn && known?.Contains(finding.Fingerprint) == true)
            return new(finding, Standing.Warns, "The release that is out has it as well: it needs a triage.");
        if (policy.Unfixed is ScanMeasure.Warn && !finding.IsFixable)
            return new(finding, Standing.Warns, "No version without it is known.");
        return new(finding, Standing.Blocks, $"From {limit.Word()} on findings keep a release out.");
    }

    private static string Says(string release, ImmutableArray<JudgedFinding> blocking)
    {
        var named = string.Join("; ", blocking.Take(Named).Select(each =>
            $"{each.Finding.Rule} ({each.Finding.Severity.Word()}) in {each.Finding.Where}"
            + (each.Finding.Package?.FixedIn is { } mended ? $", mended in {mended}" : "")
            + (each.Why.StartsWith("The triage", StringComparison.Ordinal) ? $" - {each.Why.TrimEnd('.')}" : "")));
        var more = blocking.Length > Named ? $"; and {blocking.Length - Named} more" : "";
        return $"{Count(blocking.Length, "finding")} of scans {(blocking.Length == 1 ? "keeps" : "keep")} {release} out: {named}{more}.";
    }

    private static string Count(int count, string what) => count == 1 ? $"One {what}" : $"{count} {what}s";
}
