using Headway.Server.Specs;
using Headway.Server.Specs.Imports;
using Xunit;

namespace Headway.Server.Tests.Specs.Imports;

public class FlaggerImportTests
{
    private const string Canary =
        """
        apiVersion: flagger.app/v1beta1
        kind: Canary
        metadata: { name: podinfo }
        spec:
          analysis:
            interval: 1m
            threshold: 5
            maxWeight: 50
            stepWeight: 20
            metrics:
            - name: request-success-rate
              thresholdRange: { min: 99 }
              interval: 1m
            - name: request-duration
              thresholdRange: { max: 500 }
            - name: "404s"
              templateRef: { name: not-found }
              thresholdRange: { max: 5 }
              interval: 30s
              templateVariables: { version: $release }
            - name: gone
              templateRef: { name: elsewhere }
            webhooks:
            - { name: load, url: "http://l/", metadata: { cmd: "hey -z 1m http://x/" } }
            - { name: gate, type: confirm-promotion, url: "http://g/" }
        ---
        apiVersion: flagger.app/v1beta1
        kind: MetricTemplate
        metadata: { name: not-found }
        spec:
          provider: { type: prometheus, address: "http://prom:9090" }
          query: |
            100 - sum(rate(x{version="{{ variables.version }}",ns="{{ namespace }}"}[{{ interval }}]))
        """;

    [Fact]
    public void Built_in_metrics_become_objectives_and_steps_a_canary()
    {
        var (found, problems) = SpecImport.Read("c.yaml", Canary);
        Assert.Empty(problems);
        Assert.Equal(
            ["availability: 99%", "latency: { p99: 500ms }"], found.Objectives.Select(o => $"{o.Key}: {o.Value}"));
        Assert.Equal(["20% for 1m", "40% for 1m"], found.Canary);
    }

    [Fact]
    public void A_template_of_the_same_file_becomes_a_signal()
    {
        var signal = Assert.Single(SpecImport.Read("c.yaml", Canary).Found.Signals);
        Assert.Equal("m-404s", signal.Name);
        Assert.Equal(
            ["http://prom:9090", "100 - sum(rate(x{version=\"$release\",ns=\"$environment\"}[30s]))", "5", "30s"],
            signal.Keys.Select(pair => pair.Value));
    }

    [Fact]
    public void What_is_left_behind_is_said()
    {
        var left = SpecImport.Read("c.yaml", Canary).Found.Left;
        Assert.Contains(left, one => one.Contains("`threshold: 5` has no counterpart"));
        Assert.Contains(left, one => one.Contains("`elsewhere` is not in the file"));
        Assert.Contains(left, one => one.Contains("is written `load:`"));
        Assert.Contains(left, one => one.Contains("`until approved`"));
    }

    [Fact]
    public void What_is_written_is_a_valid_specification()
    {
        var text = ImportedText.Of(SpecImport.Read("c.yaml", Canary).Found);
        var reading = SpecReader.Read("f", $"service: a\nrun: {{ command: x }}\n{text}");
        Assert.Empty(reading.Problems);
        Assert.Equal("m-404s", Assert.Single(reading.Spec!.Evidence).Name);
        Assert.Equal(0.99, reading.Spec.Objectives.Availability);
    }
}
