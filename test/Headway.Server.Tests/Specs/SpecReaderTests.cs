using Headway.Core.Services;
using Headway.Core.Strategies;
using Headway.Server.Specs;
using Xunit;

namespace Headway.Server.Tests.Specs;

public sealed class SpecReaderTests
{
    private const string Checkout = """
        service: checkout
        build:
          test:    { run: dotnet test --logger trx, reports: "**/*.trx" }
          package: { run: dotnet publish -c Release -o out, artifact: out, needs: test }
        run: { command: ./out/Checkout, port: http, health: /healthz }
        objectives: { availability: 99.9%, latency: { p99: 300ms } }
        release:
          staging:    { checks: [ ./smoke.sh ] }
          production: { canary: [5%, 25%, 50%], exposure: 50 failed requests }
        """;

    private const string Everything = """
        service: shop
        build:
          test: { run: make test, timeout: 2m, network: true }
          lint: { run: make lint }
          package: { run: make, artifact: dist/app, needs: [test, lint] }
        run:
          command: ./dist/app --quiet
          health: /ready
          liveness: /alive
          instances: { min: 2, max: 6 }
          scale: { cpu: 70%, requests: 50/s }
          memory: 256 MB
          cpu: 0.5
          start within: 90s
          stopWithin: 1m
          env: { MODE: fast, EMPTY: }
        objectives: { latency: { p50: 20ms, p90: 0.1s, p99: 1s } }
        release:
          test: { rolling: { batch: 2 }, instances: 3 }
          staging: { blueGreen: true, env: { MODE: slow } }
          production:
            checks: [./smoke.sh, ./deep.sh]
            canary: [1%, 5% for 30m, 25% for 1000 requests, 50% until approved]
            exposure: 10 failed requests
            inconclusive: promote
            holdBack: 2h
            listen: 8080
            instances: { min: 1, max: 4 }
        """;

    [Fact]
    public void The_short_form_is_read_with_its_defaults()
    {
        var spec = Good(Checkout);

        Assert.Equal("checkout", spec.Service);
        Assert.Equal(["test", "package"], spec.Jobs.Select(job => job.Name));
        Assert.Equal("dotnet test --logger trx", spec.Jobs[0].Run);
        Assert.Equal("**/*.trx", spec.Jobs[0].Reports);
        Assert.Equal("out", spec.Jobs[1].Artifact);
        Assert.Equal(["test"], spec.Jobs[1].Needs);
        Assert.Equal(TimeSpan.FromMinutes(10), spec.Jobs[1].Timeout);
        Assert.False(spec.Jobs[1].Network);
        Assert.Equal("/healthz", spec.Run.Health);
        Assert.Equal((1, 1), (spec.Run.MinInstances, spec.Run.MaxInstances));
        Assert.Equal(0.999, spec.Objectives.Availability);
        Assert.Equal(TimeSpan.FromMilliseconds(300), spec.Objectives.LatencyP99);
        Assert.Equal(["staging", "production"], spec.Environments.Select(environment => environment.Name));
        Assert.Equal(["./smoke.sh"], spec.Environments[0].Checks);
        Assert.Null(spec.Environments[0].Strategy);
        Assert.Equal(TimeSpan.Zero, spec.Environments[0].HoldBack);
        var canary = Assert.IsType<StrategySpec.Canary>(spec.Environments[1].Strategy);
        Assert.Equal([0.05, 0.25, 0.5], canary.Steps.Select(step => step.Share));
        Assert.Equal(50, spec.Environments[1].BudgetFailedRequests);
        Assert.Equal(TimeSpan.FromMinutes(60), spec.Environments[1].HoldBack);
        Assert.Equal(OnInconclusive.Ask, spec.Environments[1].OnInconclusive);
    }

    [Theory]
    [InlineData("10% of error budget", 0.1)]
    [InlineData("2.5 % of the error budget", 0.025)]
    public void Exposure_may_be_a_share_of_the_error_budget(string written, double share)
    {
        var spec = Good($$"""
            service: shop
            run: { command: ./run }
            objectives: { availability: 99.9% }
            release: { production: { exposure: {{written}} } }
            """);
        Assert.Equal((share, ErrorBudget.Otherwise), (spec.Environments[0].BudgetShare, spec.Environments[0].BudgetFailedRequests));
    }

    [Fact]
    public void Every_key_is_read()
    {
        var spec = Good(Everything);

        Assert.Equal(["test", "lint"], spec.Jobs[2].Needs);
        Assert.Equal(TimeSpan.FromMinutes(2), spec.Jobs[0].Timeout);
        Assert.True(spec.Jobs[0].Network);
        Assert.Equal(new RunSpec("./dist/app --quiet", "/ready", "/alive", 2, 6, 256_000_000, 0.5, 0.7, 50,
            TimeSpan.FromSeconds(90), TimeSpan.FromMinutes(1)) { Variables = spec.Run.Variables }, spec.Run);
        Assert.Equal("fast", spec.Run.Variables["MODE"]);
        Assert.Equal("", spec.Run.Variables["EMPTY"]);
        Assert.Equal(new ObjectivesSpec(null, TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(100),
            TimeSpan.FromSeconds(1)), spec.Objectives);
        Assert.Equal(new StrategySpec.Rolling(2), spec.Environments[0].Strategy);
        Assert.Equal((3, 3), (spec.Environments[0].MinInstances, spec.Environments[0].MaxInstances));
        Assert.Equal(new StrategySpec.BlueGreen(TimeSpan.FromMinutes(10)), spec.Environments[1].Strategy);
        Assert.Equal("slow", spec.Environments[1].Variables["MODE"]);
        var production = spec.Environments[2];
        Assert.Equal([new ShareStep(0.01), new ShareStep(0.05, TimeSpan.FromMinutes(30)),
            new ShareStep(0.25, Requests: 1000),
            new ShareStep(0.5, UntilApproved: true)], Assert.IsType<StrategySpec.Canary>(production.Strategy).Steps);
        Assert.Equal(10, production.BudgetFailedRequests);
        Assert.Equal(OnInconclusive.Promote, production.OnInconclusive);
        Assert.Equal(TimeSpan.FromHours(2), production.HoldBack);
        Assert.Equal(8080, production.Listen);
        Assert.Equal((1, 4), (production.MinInstances, production.MaxInstances));
    }

    [Fact]
    public void The_least_that_can_be_written_is_a_source_that_runs_and_a_canary()
    {
        var spec = Good("service: tiny\nrun: { command: ./server }");

        Assert.Equal(".", Assert.Single(spec.Jobs).Artifact);
        var production = Assert.Single(spec.Environments);
        Assert.Equal("production", production.Name);
        Assert.Equal([0.05, 0.25, 0.5], Assert.IsType<StrategySpec.Canary>(production.Strategy)
            .Steps.Select(s => s.Share));
        Assert.Equal(TimeSpan.FromMinutes(60), production.HoldBack);
    }

    [Fact]
    public void Anchors_aliases_blocks_comments_and_windows_lines_are_read()
    {
        var spec = Good("\uFEFFservice: a # name\r\nrun: &r { command: './a b' }\r\nbuild:\r\n  p:\r\n    artifact: "
            + ".\r\n    run: |\r\n      make\r\n      \tx\r\n"
            + "release: { staging: &e { checks: [\"./c d\"] }, production: *e }\r\n");

        Assert.Equal("./a b", spec.Run.Command);
        Assert.Equal("make\n\tx", spec.Jobs[0].Run);
        Assert.Equal(spec.Environments[0].Checks, spec.Environments[1].Checks);
    }

    private static ServiceSpec Good(string yaml)
    {
        var reading = SpecReader.Read("headway.yaml", yaml);
        Assert.Equal("", reading.Says);
        return reading.Spec!;
    }
}
