using Headway.Server.Specs.Imports;
using Xunit;

namespace Headway.Server.Tests.Specs.Imports;

public class ArgoImportTests
{
    private const string Template =
        """
        apiVersion: argoproj.io/v1alpha1
        kind: AnalysisTemplate
        metadata: { name: success-rate }
        spec:
          args: [{ name: service-name }, { name: canary-hash }, { name: limit, value: "7" }]
          dryRun: [{ metricName: saturation }]
          metrics:
          - name: Success Rate
            interval: 5m
            count: 4
            successCondition: len(result) == 0 || result[0] >= 0.95
            failureLimit: 3
            provider:
              prometheus:
                address: http://prometheus.example.com:9090
                query: |
                  sum(irate(requests_total{service="{{args.service-name}}",hash="{{args.canary-hash}}",
                    code!~"5.*"}[5m]))
                  / sum(irate(requests_total{service="{{args.service-name}}",hash="{{args.canary-hash}}"}[5m]))
          - name: saturation
            failureCondition: result[0] > 0.9
            provider: { prometheus: { address: "http://p:9090", query: "saturation{rs=\"{{args.canary-hash}}\"}" } }
          - name: whole
            successCondition: result[0] >= 0.95
            provider: { prometheus: { address: "http://p:9090", query: "sum(up)" } }
          - name: odd
            successCondition: all(result, {# < {{args.limit}}})
            provider: { prometheus: { query: "x{release=\"{{args.canary-hash}}\"}" } }
          - name: job
            provider: { job: { spec: {} } }
        """;

    [Fact]
    public void A_template_becomes_signals_that_tell_the_candidate_apart()
    {
        var (found, problems) = SpecImport.Read("t.yaml", Template);
        Assert.Empty(problems);
        Assert.Equal(["success-rate", "saturation", "whole", "odd"], found.Signals.Select(signal => signal.Name));
        var rate = found.Signals[0];
        Assert.Equal(["prometheus", "gauge", "atLeast", "every"], rate.Keys.Select(pair => pair.Key));
        Assert.Equal("0.95", rate.Keys[2].Value);
        Assert.Equal("5m", rate.Keys[3].Value);
        Assert.StartsWith("sum(irate(requests_total{service=\"$service\",hash=\"$release\", code!~\"5.*\"}[5m])) / sum(",
            rate.Keys[1].Value);
        Assert.Equal(["0.9", "observe"], found.Signals[1].Keys.Skip(2).Select(pair => pair.Value));
    }

    [Fact]
    public void What_covers_the_whole_service_or_cannot_be_said_stays_a_comment_with_its_reason()
    {
        var (found, _) = SpecImport.Read("t.yaml", Template);
        Assert.Contains("covers the whole service", found.Signals[2].Problem);
        Assert.Contains("cannot be said in CEL", found.Signals[3].Problem);
        Assert.Contains("\n  # Not valid yet: it covers the whole service", ImportedText.Of(found));
        Assert.Contains("\n  # whole:\n", ImportedText.Of(found));
    }

    [Fact]
    public void What_is_left_behind_is_said()
    {
        var (found, _) = SpecImport.Read("t.yaml", Template);
        Assert.Contains(found.Left, left => left.Contains("`failureLimit: 3` has no counterpart"));
        Assert.Contains(found.Left, left => left.Contains("the provider `job` is not carried over"));
    }

    [Theory]
    [InlineData("result[0] >= 0.95", true, "atLeast", "0.95")]
    [InlineData("result < 100", true, "atMost", "100")]
    [InlineData("result[0] >= 5", false, "atMost", "5")]
    [InlineData("!isNaN(result[0]) && result[0] <= 0.5", true, "atMost", "0.5")]
    [InlineData("result[0] > 1 && result[0] < 3", true, "badWhen", "!(candidate.last > 1 && candidate.last < 3)")]
    [InlineData("result[0] < 1 or result[0] > 3", false, "badWhen", "candidate.last < 1 || candidate.last > 3")]
    public void Conditions_become_limits_where_they_are_and_conditions_where_not(
        string condition, bool isSuccess, string key, string value) =>
        Assert.Equal((key, value), ArgoCondition.Of(condition, isSuccess));

    [Fact]
    public void The_steps_of_a_rollout_become_a_canary()
    {
        var (found, _) = SpecImport.Read("r.yaml",
            """
            apiVersion: argoproj.io/v1alpha1
            kind: Rollout
            metadata: { name: shop }
            spec:
              strategy:
                canary:
                  steps:
                  - setWeight: 20
                  - pause: { duration: 600 }
                  - setWeight: 40
                  - pause: {}
                  - setCanaryScale: { replicas: 3 }
                  - setWeight: 30
                  - setWeight: 100
            """);
        Assert.Equal(["20% for 10m", "40% until approved"], found.Canary);
        Assert.Contains(found.Left, left => left.Contains("`setCanaryScale` is not carried over"));
        Assert.Contains(found.Left, left => left.Contains("`30%` does not rise"));
    }
}
