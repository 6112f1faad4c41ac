using System.Text.Json;
using Headway.Core.Scans;
using Headway.Core.Waiting;
using Headway.Server.Scans;
using Headway.Server.Tests.Sources;
using Xunit;

namespace Headway.Server.Tests.Scans;

/// <summary>From a commit whose job writes the result of a scanner to the gate before production, with the real parts.</summary>
public sealed class ScanGatePathTests
{
    private const string Yaml = """
        service: shop
        scans: { block: high, required: true }
        build:
          package: { run: "mkdir -p out && cp page.txt out/", artifact: out, scans: "scan/*.json" }
        run: { command: ./out/serve }
        release:
          production: {}
        """;

    private static string Npm(params string[] vulnerable) => JsonSerializer.Serialize(new
    {
        auditReportVersion = 2,
        vulnerabilities = vulnerable.ToDictionary(name => name, name => new
        {
            name, via = new[] { new { dependency = name, title = "bad", url = $"https://github.com/advisories/GHSA-{name}", severity = "high" } },
            fixAvailable = true,
        }),
    });

    [Fact]
    public async Task A_vulnerable_release_waits_at_the_gate_and_goes_on_by_itself_once_somebody_has_decided()
    {
        using var repository = Shop(Npm("lodash"));
        await using var server = await GateServer.StartAsync();
        await server.CarryAsync(repository.Folder);
        var run = await server.EndedAsync("shop-1");
        Assert.True(run.Release is not null, run.Says);

        var kept = await server.WaitsAsync("shop", wait => wait.Kind is WaitKind.Gate);
        Assert.Contains("GHSA-lodash (high) in lodash", kept.Says);
        Assert.Contains("headway scans shop", kept.Unblocks);
        var view = await server.GetAsync<ScansView>("api/v1/scans/shop");
        Assert.True(Assert.Single(view.Releases).Decision.Blocks);

        await server.PostAsync("api/v1/scans/shop/triage", new TriageAsked("GHSA-lodash", TriageKind.NotAffected, "only used in the build", null));
        await server.WaitsAsync("shop", wait => wait.Kind is not WaitKind.Gate);
        Assert.Equal("first admin", Assert.Single((await server.GetAsync<ScansView>("api/v1/scans/shop")).Triage).Entry.By);
        Assert.Contains("not_affected", await server.Http.GetStringAsync("api/v1/scans/shop/vex"));

        await server.PostAsync("api/v1/scans/shop/triage/withdraw", new TriageWithdrawAsked("GHSA-lodash", "it is used after all"));
        Assert.Empty((await server.GetAsync<ScansView>("api/v1/scans/shop")).Triage);
    }

    [Fact]
    public async Task Where_a_scan_is_required_a_job_that_wrote_none_and_a_scan_that_failed_are_no_evidence()
    {
        using var repository = Shop(null);
        await using var server = await GateServer.StartAsync();
        await server.CarryAsync(repository.Folder);
        await server.EndedAsync("shop-1");
        var none = await server.WaitsAsync("shop", wait => wait.Kind is WaitKind.Gate);
        Assert.Contains("Job package wrote no file that matches scan/*.json.", none.Says);

        repository.Write("scan/npm.json", """{ "error": { "code": "E404", "summary": "no audit endpoint" } }""").Commit("A registry without advisories");
        await server.EndedAsync("shop-2");
        var failed = await server.WaitsAsync("shop", wait => wait.Says.Contains("shop-2", StringComparison.Ordinal));
        Assert.Contains("could not be scanned: npm audit failed: no audit endpoint", failed.Says);

        repository.Write("scan/npm.json", Npm()).Commit("Scanned");
        await server.EndedAsync("shop-3");
        await server.WaitsAsync("shop", wait => wait.Kind is not WaitKind.Gate);
    }

    [Fact]
    public async Task What_is_learned_later_is_compared_with_the_bill_of_materials_and_keeps_the_release_out()
    {
        using var repository = Shop("""{ "bomFormat": "CycloneDX", "components": [ { "purl": "pkg:npm/lodash@4.17.4" } ], "vulnerabilities": [] }""");
        await using var server = await GateServer.StartAsync();
        await server.CarryAsync(repository.Folder);
        var release = (await server.EndedAsync("shop-1")).Release!.Id;
        await server.WaitsAsync("shop", wait => wait.Kind is not (WaitKind.Gate or WaitKind.NoRelease));
        using var answer = await server.SendAsync($"api/v1/scans/shop/rescan?release={release}", """
            { "id": "GHSA-new", "database_specific": { "severity": "CRITICAL" }, "affected": [ { "package": { "ecosystem": "npm", "name": "lodash" },
              "ranges": [ { "type": "SEMVER", "events": [ { "introduced": "0" }, { "fixed": "4.17.21" } ] } ] } ] }
            """);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        var view = await server.GetAsync<ScansView>($"api/v1/scans/shop?release={release}");
        Assert.Contains("GHSA-new (critical) in lodash 4.17.4, mended in 4.17.21", Assert.Single(view.Releases).Decision.Says);
    }

    private static GitRepository Shop(string? scan)
    {
        var repository = new GitRepository().Write("headway.yaml", Yaml).Write("page.txt", "hello\n");
        if (scan is not null) repository.Write("scan/npm.json", scan);
        repository.Commit("First page");
        return repository;
    }
}
