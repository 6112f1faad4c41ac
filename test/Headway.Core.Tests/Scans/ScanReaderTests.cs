using System.Text;
using Headway.Core.Scans;
using Headway.Core.Scans.Formats;
using Xunit;

namespace Headway.Core.Tests.Scans;

public sealed class ScanReaderTests
{
    [Fact]
    public void Sarif_gives_severity_place_suppression_and_what_a_baseline_says_is_gone()
    {
        var reading = Read("""
            { "version": "2.1.0", "runs": [ { "tool": { "driver": { "name": "CodeQL", "rules": [
                { "id": "sql", "properties": { "security-severity": "9.1" } },
                { "id": "style", "defaultConfiguration": { "level": "note" } } ] } },
              "results": [
                { "ruleId": "sql", "message": { "text": "SQL from a request" }, "locations": [ { "physicalLocation": {
                    "artifactLocation": { "uri": "file:///job/src/Db.cs" }, "region": { "startLine": 12 } } } ] },
                { "ruleId": "style", "message": { "text": "long" } },
                { "ruleId": "sql", "level": "error", "message": { "text": "x" }, "suppressions": [
                    { "kind": "inSource", "justification": "only in tests" } ] },
                { "ruleId": "sql", "message": { "text": "y" }, "suppressions": [ { "kind": "external", "status": "underReview" } ] },
                { "ruleId": "sql", "message": { "text": "gone" }, "baselineState": "absent" } ] } ] }
            """);
        Assert.Null(reading.NotScanned);
        Assert.Equal([Severity.Critical, Severity.Low, Severity.Critical, Severity.Critical], reading.Findings.Select(f => f.Severity));
        Assert.Equal(new("src/Db.cs", 12), reading.Findings[0].Place);
        Assert.Equal("suppressed in the source: only in tests", reading.Findings[2].Settled);
        Assert.Null(reading.Findings[3].Settled);
    }

    [Fact]
    public void A_finding_keeps_its_name_when_its_line_moves_and_two_alike_have_two()
    {
        static string Sarif(int line) => $$"""
            { "version": "2.1.0", "runs": [ { "tool": { "driver": { "name": "t" } }, "results": [
              { "ruleId": "r", "message": { "text": "bad at line {{line}}" }, "locations": [ { "physicalLocation": {
                "artifactLocation": { "uri": "a.cs" }, "region": { "startLine": {{line}} } } } ] },
              { "ruleId": "r", "message": { "text": "bad at line {{line + 5}}" }, "locations": [ { "physicalLocation": {
                "artifactLocation": { "uri": "a.cs" }, "region": { "startLine": {{line + 5}} } } } ] } ] } ] }
            """;
        var (before, after) = (Read(Sarif(3)), Read(Sarif(90)));
        Assert.Equal(before.Findings.Select(f => f.Fingerprint), after.Findings.Select(f => f.Fingerprint));
        Assert.Equal(2, before.Findings.Select(f => f.Fingerprint).Distinct().Count());
    }

    [Fact]
    public void A_tool_that_says_it_failed_is_no_evidence() => Assert.Contains("says that it failed", Read("""
        { "version": "2.1.0", "runs": [ { "tool": { "driver": { "name": "t" } }, "results": [],
          "invocations": [ { "executionSuccessful": false } ] } ] }
        """).NotScanned);

    [Fact]
    public void CycloneDx_vulnerabilities_carry_their_vex_and_the_mended_version()
    {
        var reading = Read("""
            { "bomFormat": "CycloneDX", "specVersion": "1.5", "components": [
                { "bom-ref": "a", "name": "left", "version": "1.0.0", "purl": "pkg:npm/%40x/left@1.0.0" } ],
              "vulnerabilities": [
                { "id": "CVE-2024-1", "ratings": [ { "severity": "low" }, { "severity": "high" } ],
                  "affects": [ { "ref": "a", "versions": [ { "version": "1.0.1", "status": "unaffected" } ] } ] },
                { "id": "CVE-2024-2", "ratings": [ { "score": 9.8 } ], "affects": [ { "ref": "a" } ],
                  "analysis": { "state": "not_affected", "justification": "code_not_reachable" } },
                { "id": "CVE-2024-3", "affects": [ { "ref": "a" } ], "analysis": { "state": "in_triage" } } ] }
            """);
        Assert.Equal(["CVE-2024-1", "CVE-2024-2", "CVE-2024-3"], reading.Findings.Select(f => f.Rule));
        Assert.Equal([Severity.High, Severity.Critical, Severity.Unknown], reading.Findings.Select(f => f.Severity));
        Assert.Equal(new("@x/left", "1.0.0", "pkg:npm/%40x/left@1.0.0", "1.0.1"), reading.Findings[0].Package);
        Assert.Equal([null, "VEX: not_affected, code_not_reachable", null], reading.Findings.Select(f => f.Settled));
    }

    [Fact]
    public void A_bill_of_materials_alone_has_not_been_scanned() => Assert.NotNull(
        Read("""{ "bomFormat": "CycloneDX", "specVersion": "1.5", "components": [] }""").NotScanned);

    [Fact]
    public void Osv_results_are_known_by_their_cve_and_by_their_worst_score()
    {
        var finding = Assert.Single(Read("""
            { "results": [ { "source": { "path": "package-lock.json" }, "packages": [ {
                "package": { "name": "lodash", "version": "4.17.4", "ecosystem": "npm" },
                "groups": [ { "ids": [ "GHSA-1" ], "max_severity": "7.4" } ],
                "vulnerabilities": [ { "id": "GHSA-1", "aliases": [ "CVE-2020-8203" ], "summary": "Prototype pollution",
                  "affected": [ { "package": { "name": "lodash", "ecosystem": "npm" },
                    "ranges": [ { "type": "SEMVER", "events": [ { "introduced": "0" }, { "fixed": "4.17.19" } ] } ] } ] } ] } ] } ] }
            """).Findings);
        Assert.Equal(("CVE-2020-8203", Severity.High, "4.17.19"), (finding.Rule, finding.Severity, finding.Package!.FixedIn));
        Assert.True(finding.Is("ghsa-1"));
    }

    [Fact]
    public void Npm_audit_tells_an_advisory_once_and_its_failure_is_no_evidence()
    {
        var finding = Assert.Single(Read("""
            { "auditReportVersion": 2, "vulnerabilities": {
                "lodash": { "name": "lodash", "severity": "high", "via": [ { "source": 1, "name": "lodash", "dependency": "lodash",
                    "title": "Prototype pollution", "url": "https://github.com/advisories/GHSA-p6mc-m468-83gw", "severity": "high",
                    "range": "<4.17.19" } ], "fixAvailable": true },
                "user": { "name": "user", "severity": "high", "via": [ "lodash" ], "fixAvailable": false } } }
            """).Findings);
        Assert.Equal(("GHSA-p6mc-m468-83gw", Severity.High), (finding.Rule, finding.Severity));
        Assert.Contains("ENOTFOUND", Read("""{ "message": "x", "error": { "code": "ENOTFOUND", "summary": "ENOTFOUND here" } }""").NotScanned);
    }

    [Fact]
    public void Dotnet_list_package_finds_through_frameworks_and_transitives_and_its_errors_are_no_evidence()
    {
        var reading = Read("""
            { "version": 1, "parameters": "--vulnerable --include-transitive", "projects": [ { "path": "a.csproj", "frameworks": [ {
              "framework": "net10.0", "transitivePackages": [ { "id": "Newtonsoft.Json", "resolvedVersion": "9.0.1",
                "vulnerabilities": [ { "severity": "High", "advisoryurl": "https://github.com/advisories/GHSA-5crp-9r3c-p9vr" } ] } ] } ] } ] }
            """);
        Assert.Equal("GHSA-5crp-9r3c-p9vr", Assert.Single(reading.Findings).Rule);
        Assert.NotNull(Read("""{ "version": 1, "parameters": "--vulnerable", "problems": [ { "level": "error", "text": "no" } ], "projects": [] }""").NotScanned);
        Assert.NotNull(Read("""{ "version": 1, "parameters": "", "projects": [ { "path": "a" } ] }""").NotScanned);
    }

    [Fact]
    public void Two_tools_that_find_one_vulnerability_of_a_package_give_it_one_name()
    {
        var trivy = Read("""{ "SchemaVersion": 2, "ArtifactName": "x", "Results": [ { "Target": "t", "Vulnerabilities": [ { "VulnerabilityID": "CVE-1", "PkgName": "openssl", "InstalledVersion": "1", "Severity": "HIGH" } ] } ] }""");
        var grype = Read("""{ "matches": [ { "vulnerability": { "id": "GHSA-x", "severity": "Critical" }, "relatedVulnerabilities": [ { "id": "CVE-1" } ], "artifact": { "name": "openssl", "version": "1" } } ] }""");
        Assert.Equal(trivy.Findings[0].Fingerprint, grype.Findings[0].Fingerprint);
        var both = new ScanResults("r", [new("a", trivy), new("b", grype)], []);
        Assert.Equal(Severity.Critical, Assert.Single(both.Findings).Severity);
    }

    [Theory]
    [InlineData(""), InlineData("{"), InlineData("[]"), InlineData("null"), InlineData("{}"), InlineData("7"), InlineData("<xml/>")]
    [InlineData("""{ "runs": [ 1, null, {} , { "results": [ null, 3, { "locations": 4 } ] } ] }""")]
    [InlineData("""{ "bomFormat": "CycloneDX", "vulnerabilities": [ 1, { "affects": [ 2, {} ], "ratings": "x" } ] }""")]
    [InlineData("""{ "auditReportVersion": 2, "vulnerabilities": { "a": 1, "b": { "via": [ {} ] } } }""")]
    [InlineData("""{ "results": [ { "packages": [ { "package": 1, "vulnerabilities": [ {} ] } ] } ] }""")]
    public void Nothing_that_a_job_writes_throws(string text) => Assert.NotNull(Read(text));

    [Fact]
    public void Deep_and_many_pieces_are_refused_before_anything_is_built()
    {
        Assert.NotNull(Read(new string('[', 100_000)).NotScanned);
        var many = "[" + string.Concat(Enumerable.Repeat("[],", 2_100_000)) + "[]]";
        Assert.Contains("pieces", Read(many).NotScanned);
    }

    [Fact]
    public void More_findings_than_are_read_are_no_complete_scan()
    {
        var results = string.Join(",", Enumerable.Range(0, 10_050).Select(at => $$"""{ "ruleId": "r{{at}}", "message": { "text": "m" } }"""));
        var reading = Read($$"""{ "version": "2.1.0", "runs": [ { "tool": { "driver": { "name": "t" } }, "results": [ {{results}} ] } ] }""");
        Assert.Equal(ScanReading.MostFindings, reading.Findings.Length);
        Assert.NotNull(reading.NotScanned);
    }

    [Fact]
    public void What_a_terminal_would_obey_does_not_get_through()
    {
        var finding = Assert.Single(Read("""{ "version": "2.1.0", "runs": [ { "tool": { "driver": { "name": "t" } }, "results": [ { "ruleId": "r", "message": { "text": "a\u001b[31mb" } } ] } ] }""").Findings);
        Assert.DoesNotContain('\u001b', finding.Message);
    }

    [Fact]
    public void Advisories_that_come_later_are_compared_with_the_bill_of_materials()
    {
        var parts = BillOfMaterials.PartsOf(Encoding.UTF8.GetBytes("""
            { "bomFormat": "CycloneDX", "components": [ { "purl": "pkg:nuget/Newtonsoft.Json@12.0.3" }, { "purl": "pkg:npm/lodash@4.17.21" } ] }
            """));
        byte[]? Compared(string advisory) => BillOfMaterials.Compare(parts, Encoding.UTF8.GetBytes(advisory));
        var hit = Compared("""
            { "id": "GHSA-5crp", "aliases": [], "database_specific": { "severity": "HIGH" }, "affected": [ { "package": { "ecosystem": "NuGet",
              "name": "Newtonsoft.Json" }, "ranges": [ { "type": "ECOSYSTEM", "events": [ { "introduced": "0" }, { "fixed": "13.0.1" } ] } ] } ] }
            """);
        var finding = Assert.Single(ScanReader.Read(hit).Findings);
        Assert.Equal((Severity.High, "13.0.1", "12.0.3"), (finding.Severity, finding.Package!.FixedIn, finding.Package.Version));
        Assert.Empty(ScanReader.Read(Compared("""
            { "id": "GHSA-old", "affected": [ { "package": { "ecosystem": "npm", "name": "lodash" },
              "ranges": [ { "type": "SEMVER", "events": [ { "introduced": "0" }, { "fixed": "4.17.21" } ] } ] } ] }
            """)).Findings);
        Assert.Null(Compared("nothing"));
    }

    [Theory]
    [InlineData("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8)]
    [InlineData("CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 6.1)]
    [InlineData("CVSS:3.0/AV:L/AC:L/PR:L/UI:N/S:U/C:N/I:N/A:N", 0.0)]
    public void The_base_score_of_a_vector_is_that_of_the_specification(string vector, double score) =>
        Assert.Equal(score, Cvss.Score(vector));

    private static ScanReading Read(string text) => ScanReader.Read(Encoding.UTF8.GetBytes(text));
}
