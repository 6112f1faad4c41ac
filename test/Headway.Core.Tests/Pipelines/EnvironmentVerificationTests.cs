using System.Collections.Immutable;
using Headway.Core.Pipelines;
using Headway.Core.Releases;
using Headway.Core.Services;
using Headway.Core.Targets;
using Headway.Core.Waiting;
using Xunit;

namespace Headway.Core.Tests.Pipelines;

public sealed class EnvironmentVerificationTests
{
    private static readonly JobSpec Soak = new("soak", "./soak.sh", null, [], null, TimeSpan.FromMinutes(30), true);

    [Fact]
    public void The_jobs_are_told_where_the_release_is_and_make_none()
    {
        var (spec, trigger) = EnvironmentVerification.Of(Release([Soak]), "staging", "http://127.0.0.1:8080", "main");
        Assert.Equal(["soak"], spec.Jobs.Select(job => job.Name));
        Assert.Equal("http://127.0.0.1:8080", spec.Jobs[0].Variables["HEADWAY_URL"]);
        Assert.Equal("shop-1-aaaaaaa", spec.Jobs[0].Variables["HEADWAY_RELEASE"]);
        Assert.Equal("staging", spec.Jobs[0].Variables["HEADWAY_ENVIRONMENT"]);
        Assert.False(trigger.MayRelease);
    }

    [Fact]
    public void What_comes_after_waits_until_they_have_passed()
    {
        var release = Release([Soak]);
        Assert.Equal(WaitKind.Gate, EnvironmentVerification.WhyWaits(release, "staging", null)!.Kind);
        var run = Run(release);
        Assert.Contains("soak", EnvironmentVerification.WhyWaits(release, "staging", run.State)!.Says);
        run.Then(new RunEvent.JobStarted("soak", "r1"),
            new RunEvent.JobFinished("soak", Outcome.Failed, 1, "It leaked.", null),
            new RunEvent.Finished(RunOutcome.Failed, "Job soak failed: It leaked.", null));
        var failed = EnvironmentVerification.WhyWaits(release, "staging", run.State)!;
        Assert.Contains("It leaked.", failed.Says);
        Assert.Contains($"headway runs restart {run.State.Id} soak", failed.Unblocks);
        run.Then(new RunEvent.JobRequeued("soak", "Again.", false), new RunEvent.JobStarted("soak", "r1"),
            new RunEvent.JobFinished("soak", Outcome.Succeeded, 0, "Done.", null),
            new RunEvent.Finished(RunOutcome.Succeeded, "All 1 jobs succeeded.", null));
        Assert.Null(EnvironmentVerification.WhyWaits(release, "staging", run.State));
    }

    [Fact]
    public void A_trial_that_gave_way_goes_on_when_its_release_is_out_again()
    {
        var run = Run(Release([Soak])).Starts("soak");
        Assert.Null(EnvironmentVerification.Again(run.State));
        run.Asked(new RunCommand.Supersede("shop-2-staging"));
        run.Ends("soak", Outcome.Failed).Then(new RunEvent.Finished(RunOutcome.Superseded, run.State.CancelWhy!, null));
        Assert.Equal("shop-1-aaaaaaa is not what is out in staging any more: shop-2-staging tries what is.", run.State.Says);
        Assert.Null(run.Asked(EnvironmentVerification.Again(run.State)!).Refusal);
        Assert.Equal(["soak"], run.Ready);
    }

    [Fact]
    public void An_environment_that_asks_for_nothing_keeps_nothing_back() =>
        Assert.Null(EnvironmentVerification.WhyWaits(Release([]), "staging", null));

    private static RunStory Run(Release release)
    {
        var (spec, trigger) = EnvironmentVerification.Of(release, "staging", "http://127.0.0.1:8080", "main");
        return new RunStory(_ => spec, trigger, [.. spec.Jobs]);
    }

    private static Release Release(ImmutableArray<JobSpec> verify)
    {
        var staging = new EnvironmentSpec("staging", [], null, 50, OnInconclusive.Ask, TimeSpan.Zero, 0, null, null,
            ImmutableSortedDictionary<string, string>.Empty) { Verify = verify };
        return new("shop-1-aaaaaaa", "shop", 1, RunStory.Commit, "sha256:1", null,
            RunStory.Spec() with { Environments = [staging, staging with { Name = "production", Verify = [] }] },
            RunStory.Commit.CommittedAt);
    }
}
