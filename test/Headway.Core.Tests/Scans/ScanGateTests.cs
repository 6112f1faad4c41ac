using System.Collections.Immutable;
using Headway.Core.Rollouts;
using Headway.Core.Scans;
using Xunit;

namespace Headway.Core.Tests.Scans;

public sealed class ScanGateTests
{
    private static readonly DateTimeOffset Now = new(2030, 6, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_high_finding_keeps_a_release_out_and_names_what_mends_it()
    {
        var decision = Decide(new(), [Vulnerable("CVE-1", Severity.High, "2.0"), Vulnerable("CVE-2", Severity.Low, null)]);
        Assert.True(decision.Blocks);
        Assert.Contains("CVE-1 (high) in lib 1.0, mended in 2.0", decision.Says);
        Assert.Equal([Standing.Blocks, Standing.Below], decision.Findings.Select(each => each.Standing));
    }

    [Fact]
    public void A_severity_that_nobody_told_counts_as_high() =>
        Assert.True(Decide(new(), [Vulnerable("CVE-1", Severity.Unknown, "2.0")]).Blocks);

    [Fact]
    public void What_the_release_that_is_out_has_as_well_asks_for_a_triage_and_a_new_one_blocks()
    {
        var (old, fresh) = (Vulnerable("CVE-1", Severity.Critical, "2.0"), Vulnerable("CVE-2", Severity.Critical, "2.0"));
        ImmutableHashSet<string> known = [old.Fingerprint];
        Assert.False(Decide(new(), [old], known: known).Blocks);
        Assert.True(Decide(new() { Known = ScanMeasure.Block }, [old], known: known).Blocks);
        Assert.Contains("CVE-2", Decide(new(), [old, fresh], known: known).Says);
    }

    [Fact]
    public void A_vulnerability_that_nobody_can_mend_may_only_warn()
    {
        Finding[] findings = [Vulnerable("CVE-1", Severity.Critical, null)];
        Assert.True(Decide(new(), findings).Blocks);
        Assert.False(Decide(new() { Unfixed = ScanMeasure.Warn }, findings).Blocks);
    }

    [Fact]
    public void A_triage_lets_in_by_any_name_until_it_ends_and_then_it_is_louder_than_before()
    {
        var finding = Vulnerable("CVE-1", Severity.High, "2.0") with { Aliases = ["GHSA-1"] };
        foreach (var subject in new[] { "cve-1", "GHSA-1", finding.Fingerprint })
            Assert.False(Decide(new(), [finding], triage: Triaged(subject, Now.AddDays(1))).Blocks);
        ImmutableHashSet<string> known = [finding.Fingerprint];
        var ended = Decide(new(), [finding], triage: Triaged("CVE-1", Now), known: known);
        Assert.True(ended.Blocks);
        Assert.Contains("The triage of ann (accepted: we know) ended on 2030-06-01", ended.Says);
    }

    [Fact]
    public void A_vex_statement_settles_the_packages_that_it_names_and_no_other()
    {
        var finding = Vulnerable("CVE-1", Severity.High, "2.0");
        ScanDecision With(VexStatement statement) => ScanGate.Decide(new(), new("r", [Source(finding),
            new("vex", new("OpenVEX", [], null) { Statements = [statement] })], []), null, Triage.None, Now);
        Assert.False(With(new(["CVE-1"], ["pkg:npm/lib"], "not_affected", "inline_mitigations_already_exist")).Blocks);
        Assert.True(With(new(["CVE-1"], ["pkg:npm/other"], "not_affected", null)).Blocks);
        Assert.True(With(new(["CVE-1"], [], "under_investigation", null)).Blocks);
    }

    [Fact]
    public void Where_a_scan_is_required_no_result_is_no_evidence()
    {
        Assert.True(ScanGate.Decide(new() { Required = true }, ScanResults.None("r"), null, Triage.None, Now).Blocks);
        Assert.False(ScanGate.Decide(new(), ScanResults.None("r"), null, Triage.None, Now).Blocks);
        var unscanned = new ScanResults("r", [new("job a", new("npm audit", [], "The registry has no advisories."))], []);
        var decision = ScanGate.Decide(new() { Required = true }, unscanned, null, Triage.None, Now);
        Assert.True(decision.Blocks);
        Assert.Contains("could not be scanned: The registry has no advisories.", decision.Says);
        Assert.False(ScanGate.Decide(new() { Required = true }, new("r", [new("a", new("SARIF", [], null))], []), null, Triage.None, Now).Blocks);
    }

    [Fact]
    public void Without_a_policy_everything_is_shown_and_nothing_kept_out()
    {
        var decision = Decide(ScanPolicy.ShowOnly, [Vulnerable("CVE-1", Severity.Critical, "2.0")]);
        Assert.False(decision.Blocks);
        Assert.Equal(Standing.Warns, Assert.Single(decision.Findings).Standing);
    }

    [Fact]
    public void A_triage_has_a_reason_and_an_end_that_is_not_far()
    {
        Assert.NotNull(Triage.None.WhyRefused("CVE-1", "", Now.AddDays(1), Now));
        Assert.NotNull(Triage.None.WhyRefused("CVE-1", "we know", Now, Now));
        Assert.NotNull(Triage.None.WhyRefused("CVE-1", "we know", Now.AddDays(400), Now));
        Assert.Null(Triage.None.WhyRefused("CVE-1", "we know", Now.AddDays(30), Now));
    }

    private static ScanDecision Decide(
        ScanPolicy policy, Finding[] findings, Triage? triage = null, ImmutableHashSet<string>? known = null) =>
        ScanGate.Decide(policy, new("r", [Source(findings)], []), known, triage ?? Triage.None, Now);

    private static ScanSource Source(params Finding[] findings) => new("job scan, a.json", new("OSV", [.. findings], null));

    private static Finding Vulnerable(string rule, Severity severity, string? mended) =>
        new("tool", rule, severity, "bad", Fingerprint.OfPackage(rule, "lib"))
        {
            Package = new("lib", "1.0", "pkg:npm/lib@1.0", mended),
        };

    private static Triage Triaged(string subject, DateTimeOffset until) => Triage.Fold(
        [new Recorded<ScanEvent>(new ScanEvent.Triaged(subject, TriageKind.Accepted, "we know", until), 1, 1, Now.AddDays(-9), "ann")]);
}
