using Headway.Core.Evidence;
using Headway.Server.Specs;
using Xunit;

namespace Headway.Server.Tests.Specs;

/// <summary>Sources outside in the `evidence:` section.</summary>
public sealed class EvidenceSpecTests
{
    private const string Head = "service: a\nrun: { command: x }\nevidence:\n";

    [Theory]
    [InlineData("  s: { prometheus: main, bad: 'x{r=\"$release\"}', total: y_total }", 4, 57, "`total` covers the whole service", null)]
    [InlineData("  s: { prometheus: main, gauge: queue_depth }", 4, 33, "names none of `$release`, `$side` and `$commit`", null)]
    [InlineData("  s:\n    prometheus: main\n    bad: rate(x{r=\"$release\"}[1m])\n    total: x{r=\"$release\"}", 6, 10, "`rate` in `bad`", null)]
    [InlineData("  s: { prometheus: main, gauge: 'x{r=\"$relaese\"}' }", 4, 33, "`$relaese` stands for nothing", "$release")]
    [InlineData("  s: { prometheus: main, bad: 'x{r=\"$release\"}' }", 4, 26, "`bad` alone says nothing", null)]
    [InlineData("  s: { prometheus: main }", 4, 6, "nothing is asked of the source", null)]
    [InlineData("  s: { prometheus: 'http://me:pw@host', gauge: 'x{r=\"$release\"}' }", 4, 20, "credentials do not stand in headway.yaml", null)]
    [InlineData("  s: { prometheus: 'ftp://host', gauge: 'x{r=\"$release\"}' }", 4, 20, "neither an address nor the name", null)]
    [InlineData("  s: { prometheus: main, template: istio-erors }", 4, 36, "`istio-erors` has no meaning here", "istio-errors")]
    [InlineData("  s: { prometheus: main, template: istio-errors }", 4, 26, "`istio-errors` needs `namespace`, `workload`", null)]
    [InlineData("  s: { prometheus: main, template: istio-errors, with: { namespace: shop, workload: checkout } }", 4, 56, "covers the whole service", null)]
    [InlineData("  s: { prometheus: main, template: istio-errors, with: { namespace: shop, worklod: a-$side, workload: a-$side } }", 4, 75, "`istio-errors` has no `worklod`", "workload")]
    [InlineData("  s: { prometheus: main, template: nginx-ingress-errors, with: { namespace: shop, ingress: web } }", 4, 26, "needs `sides`", null)]
    [InlineData("  s: { prometheus: main, gauge: 'x{r=\"$side\"}', sides: { stable: v1, candidate: v1 } }", 4, 70, "both sides are called `v1`", null)]
    [InlineData("  s: { instances: memory, bad: 'x{r=\"$release\"}' }", 4, 27, "`bad` means nothing beside `instances`", null)]
    [InlineData("  s: { datadog: dd, every: 10s, gauge: 'avg:x{v:$release}' }", 4, 21, "filled by the minute", null)]
    [InlineData("  s: { datadog: dd, bad: 'sum:f{v:$release}', total: 'sum:t{v:$release}.as_count()' }", 4, 26, "unless it ends in `.as_count()`", null)]
    [InlineData("  s: { datadog: 'https://api.datadoghq.com', gauge: 'avg:x{v:$release}' }", 4, 17, "is not the name of a connection", null)]
    [InlineData("  s: { newRelic: nr, gauge: \"SELECT 1 FROM X WHERE r = '$release' SINCE 1 hour ago\" }", 4, 29, "Headway sets the time", null)]
    [InlineData("  s: { cloudWatch: aws, gauge: 'Latency of $release' }", 4, 32, "names no metric of CloudWatch", null)]
    [InlineData("  s: { json: 'http://host/stats', value: a.b }", 4, 14, "`json` covers the whole service", null)]
    [InlineData("  s: { json: 'http://host/$release', value: a..b }", 4, 45, "`value` is no path", null)]
    public void A_source_that_cannot_be_evidence_is_refused_at_its_place(
        string evidence, int line, int column, string says, string? nearest)
    {
        var reading = SpecReader.Read("headway.yaml", Head + evidence);
        Assert.Null(reading.Spec);
        Assert.True(reading.Problems.Any(p => (p.Line, p.Column, p.Nearest) == (line, column, nearest)
            && p.Says.Contains(says, StringComparison.Ordinal)), reading.Says);
    }

    [Fact]
    public void Sources_and_templates_are_read_as_they_will_be_asked()
    {
        var spec = Read("""
              payments: { prometheus: "http://127.0.0.1:9090", bad: "f{r=\"$release\"}", total: "t{r=\"$release\"}" }
              slow: { prometheus: main, template: istio-slow, with: { namespace: shop, workload: shop-$side, slower: 500 } }
              ingress:
                prometheus: main
                template: nginx-ingress-errors
                with: { namespace: shop, ingress: web }
                sides: { stable: "", candidate: shop-canary-80 }
              queue: { cloudWatch: aws, gauge: "AWS/SQS Depth{Queue=jobs-$side} Maximum" }
              stats: { json: "stats/v1/$release", value: data.0.depth }
            """);
        var slow = Assert.IsType<SignalSource.Prometheus>(spec["slow"].Source).Queries;
        const string where = "reporter=\"destination\",destination_workload_namespace=\"shop\",destination_workload=\"shop-$side\"";
        Assert.Equal($"istio_request_duration_milliseconds_count{{{where}}}", slow.Total);
        Assert.Equal($"{slow.Total} - ignoring(le) istio_request_duration_milliseconds_bucket{{{where},le=\"500\"}}", slow.Bad);
        Assert.True(slow.AlwaysBoth);
        Assert.IsType<SignalTest.Counts>(spec["slow"].Test);
        Assert.Equal(new SideWords("", "shop-canary-80"), spec["ingress"].Source.Asks!.Sides);
        Assert.Equal(TimeSpan.FromMinutes(1), spec["queue"].Every);
        Assert.IsType<SignalTest.Gauge>(spec["queue"].Test);
        Assert.Equal("data.0.depth", spec["stats"].Source.Asks!.Gauge);
    }

    private static Dictionary<string, SignalSpec> Read(string evidence)
    {
        var reading = SpecReader.Read("headway.yaml", Head + evidence);
        Assert.True(reading.Spec is not null, reading.Says);
        return reading.Spec!.Evidence.ToDictionary(signal => signal.Name);
    }
}
