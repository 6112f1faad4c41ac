using Headway.Cli.Pipelines;
using Headway.Core.Pipelines;
using Headway.Server.Specs;
using Xunit;

namespace Headway.Cli.Tests.Pipelines;

public sealed class RunTextTests
{
    private static readonly DateTimeOffset Now = new(2030, 5, 1, 3, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_job_that_a_failed_run_never_began_does_not_wait()
    {
        var open = Run(new(TriggerKind.Push, "main") { Changed = ["a.cs"] });
        Assert.Contains("  . test: waits", RunText.Of(open, Now));
        Assert.Contains("  started by a push to main: 1 file changed", RunText.Of(open, Now));
        var ended = open with { Outcome = RunOutcome.Failed, Says = "Job lint failed.", FinishedAt = Now };
        Assert.Contains("  . test: did not run: the run had ended.", RunText.Of(ended, Now));
    }

    [Fact]
    public void A_run_that_tries_a_release_does_not_look_like_a_push()
    {
        var run = Run(new(TriggerKind.Push, "main") { Verifies = new("shop-1-abc", "staging", "http://127.0.0.1:1/") });
        Assert.Contains("  started by shop-1-abc being out in staging, which asks for it to be verified", RunText.Of(run, Now));
    }

    private static RunState Run(RunTrigger trigger)
    {
        var spec = SpecReader.Read("headway.yaml", """
            service: shop
            build: { test: { run: make test, artifact: out } }
            run: { command: ./out }
            """).Spec!;
        return RunState.Evolve(null, new(new RunEvent.Started("shop-1", "shop", 1, new("abc", "First", "Ada", Now), spec)
        {
            Trigger = trigger,
        }, 0, 0, Now, "test"));
    }
}
