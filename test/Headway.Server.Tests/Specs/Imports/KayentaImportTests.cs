using Headway.Core.Evidence;
using Headway.Server.Specs;
using Headway.Server.Specs.Imports;
using Xunit;

namespace Headway.Server.Tests.Specs.Imports;

public class KayentaImportTests
{
    private const string Config =
        """
        {
        	"name": "shop",
        	"judge": { "name": "NetflixACAJudge-v1.0" },
        	"metrics": [
        		{ "name": "Errors", "groups": ["Errors"],
        		  "query": { "type": "prometheus", "metricName": "errors_total", "labelBindings": ["release=\"${scope}\""] },
        		  "analysisConfigurations": { "canary": { "direction": "increase", "critical": true, "mustHaveData": true,
        		    "effectSize": { "allowedIncrease": 1.1, "criticalIncrease": 2 } } } },
        		{ "name": "Memory",
        		  "query": { "type": "prometheus", "customInlineTemplate": "PromQL:max(mem{version=\"${version}\"})" },
        		  "analysisConfigurations": { "canary": { "nanStrategy": "replace" } } },
        		{ "name": "Disk", "query": { "type": "stackdriver", "metricType": "x" } }
        	],
        	"classifier": { "groupWeights": { "Errors": 100 }, "scoreThresholds": { "pass": 95, "marginal": 75 } }
        }
        """;

    [Fact]
    public void Metrics_become_gauges_with_their_direction_and_tolerance()
    {
        var (found, problems) = SpecImport.Read("k.json", Config);
        Assert.Empty(problems);
        var memory = found.Signals.Single(signal => signal.Name == "memory");
        Assert.Null(memory.Problem);
        Assert.Equal("max(mem{version=\"$release\"})", memory.Keys.Single(pair => pair.Key == "gauge").Value);
        Assert.Equal("go on", memory.Keys.Single(pair => pair.Key == "missing").Value);
        var errors = found.Signals.Single(signal => signal.Name == "errors");
        Assert.Equal("higher", errors.Keys.Single(pair => pair.Key == "worse").Value);
        Assert.Equal("10%", errors.Keys.Single(pair => pair.Key == "tolerance").Value);
        Assert.DoesNotContain(errors.Keys, pair => pair.Key is "trust" or "missing");
        Assert.Equal("avg(errors_total{release=\"$release\"})", errors.Keys.Single(pair => pair.Key == "gauge").Value);
    }

    [Fact]
    public void What_is_left_behind_is_said()
    {
        var left = SpecImport.Read("k.json", Config).Found.Left;
        Assert.Contains(left, one => one.Contains("`stackdriver` is not carried over"));
        Assert.Contains(left, one => one.Contains("`groupWeights` has no counterpart"));
        Assert.Contains(left, one => one.Contains("`nanStrategy: replace`"));
    }

    [Fact]
    public void What_is_written_is_a_valid_specification()
    {
        var text = ImportedText.Of(SpecImport.Read("k.json", Config).Found);
        var reading = SpecReader.Read("f", $"service: a\nrun: {{ command: x }}\n{text}");
        Assert.Empty(reading.Problems);
        Assert.Equal(["errors", "memory"], reading.Spec!.Evidence.Select(one => one.Name));
        var signal = reading.Spec.Evidence[1];
        Assert.Equal((Trust.Pause, WhenMissing.GoOn), (signal.Trust, signal.Missing));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a: [")]
    [InlineData("kind: Deployment")]
    [InlineData("[]")]
    [InlineData("{ \"metrics\": [1, null, {}], \"judge\": 4 }")]
    [InlineData("apiVersion: argoproj.io/v1\nkind: Rollout\nspec: { strategy: { canary: { steps: [3, { a: x }] } } }")]
    public void Anything_else_is_a_clear_problem_or_an_empty_import_and_never_an_exception(string text)
    {
        var (found, problems) = SpecImport.Read("f", text);
        Assert.True(found.From.Length > 0 || problems.Length > 0);
        Assert.Empty(found.Canary);
    }
}
