using System.Collections.Immutable;
using Headway.Core.Pipelines;
using Headway.Core.Targets;
using Xunit;
using static Headway.Core.Tests.Pipelines.RunStory;

namespace Headway.Core.Tests.Pipelines;

/// <summary>What is skipped, what runs, what is known already, and the reasons.</summary>
public sealed class RunFollowTests
{
    private static RunStory Story(RunTrigger? trigger, params JobSpec[] jobs) =>
        new RunStory(spec => spec, trigger, jobs).Follows();

    [Fact]
    public void A_job_whose_paths_are_not_touched_is_skipped_and_what_needs_it_goes_on()
    {
        var story = Story(Push("docs/index.md"),
            Job("lint") with { Paths = ["src/**"] }, Job("publish", "lint") with { Paths = ["docs/**"] });
        Assert.Equal(JobPhase.Skipped, story.State.Job("lint")?.Phase);
        Assert.Equal("Nothing that matches src/** changed since 1234567.", story.State.Job("lint")?.Why);
        Assert.Equal(["publish"], story.Ready);
    }

    [Fact]
    public void The_reason_of_a_job_that_runs_names_the_file_and_the_pattern()
    {
        var run = new RunStory(spec => spec, Push("docs/a.md", "src/app.cs"), Job("lint") with { Paths = ["src/**"] }).State;
        var turn = Assert.IsType<JobTurn.Runs>(JobTurn.Of(run, run.Spec.Jobs[0], new(run)));
        Assert.Equal("src/app.cs changed, matched by src/** (2 files changed).", turn.Why);
    }

    [Fact]
    public void When_it_is_not_known_what_changed_everything_runs() =>
        Assert.Equal(["lint", "docs"], Story(new(TriggerKind.Push, "main"),
            Job("lint") with { Paths = ["src/**"] }, Job("docs") with { When = "changed.exists(p, p == 'x')" }).Ready);

    [Theory]
    [InlineData("event == 'push' && branch == 'main'", true)]
    [InlineData("event == 'tag'", false)]
    [InlineData("commit.subject.startsWith('Add') && commit.author == 'Ada'", true)]
    [InlineData("changed.exists(path, path.endsWith('.md'))", true)]
    [InlineData("changed.all(path, path.endsWith('.cs'))", false)]
    [InlineData("mergeRequest != null && mergeRequest.fromFork", false)]
    [InlineData("tag == '' && service == 'shop'", true)]
    public void A_condition_decides_over_what_started_the_run(string when, bool runs)
    {
        var story = Story(Push("docs/index.md"), Job("test") with { When = when });
        Assert.Equal(runs ? JobPhase.Waiting : JobPhase.Skipped, story.State.Job("test")?.Phase);
        if (!runs) Assert.Equal($"Its `when` does not hold: {when}", story.State.Job("test")?.Why);
    }

    [Fact]
    public void A_job_that_tells_of_a_failure_does_not_wait_for_jobs_that_the_failure_keeps_from_beginning()
    {
        var story = Story(Push("a"), Job("test"), Job("package", "test"),
            Job("tell", "test", "package") with { When = "needs.test.outcome == 'failed' && needs.package.outcome == 'skipped'" },
            Job("after", "tell") with { When = "needs.tell.outcome == 'succeeded'" });
        story.Starts("test").Ends("test", Outcome.Failed).Follows();
        Assert.Equal(["tell"], story.Ready);
        story.Starts("tell").Ends("tell").Follows();
        Assert.Equal(["after"], story.Ready);
        story.Starts("after").Ends("after").Follows();
        Assert.Equal(RunOutcome.Failed, RunDecider.Ending(story.State)?.Outcome);
    }

    [Fact]
    public void A_condition_is_decided_whatever_started_the_run()
    {
        foreach (var kind in Enum.GetValues<TriggerKind>())
            Assert.NotEqual(JobPhase.Waiting, Story(new(kind, "main"), Job("soak") with { When = "event == ''" }).State.Job("soak")?.Phase);
        Assert.Equal(["soak"], Story(new(TriggerKind.Verify, "main"), Job("soak") with { When = "event == 'verify'" }).Ready);
    }

    [Theory]
    [InlineData("mergeRequest.number > 3", "1:")]
    [InlineData("commit.sha", "neither true nor false")]
    public void A_condition_without_an_answer_fails_the_job(string when, string says)
    {
        var story = Story(Push("a"), Job("test") with { When = when });
        Assert.Equal(JobPhase.Failed, story.State.Job("test")?.Phase);
        Assert.Contains(says, story.State.Job("test")?.Says);
        Assert.Equal(RunOutcome.Failed, RunDecider.Ending(story.State)?.Outcome);
    }

    [Fact]
    public void A_job_that_asks_how_others_ended_runs_after_they_failed_and_the_run_fails_all_the_same()
    {
        var story = Story(Push("a"), Job("test"), Job("package", "test"),
            Job("tell", "test") with { When = "needs.test.outcome == 'failed'" });
        story.Starts("test").Ends("test", Outcome.Failed).Follows();
        Assert.Equal(["tell"], story.Ready);
        Assert.Null(RunDecider.Ending(story.State));
        story.Starts("tell").Ends("tell").Follows();
        Assert.Equal(RunOutcome.Failed, RunDecider.Ending(story.State)?.Outcome);
        Assert.Equal(0, story.State.Job("package")?.Attempt);
    }

    [Fact]
    public void A_job_that_asks_how_others_ended_is_skipped_when_they_did_not()
    {
        var story = Story(Push("a"), Cell("test", "15"), Cell("test", "16"), Job("tell", "test (pg=15)", "test (pg=16)")
            with { When = "needs.test.outcome == 'failed'" });
        story.Starts("test (pg=15)").Ends("test (pg=15)").Starts("test (pg=16)").Ends("test (pg=16)").Follows();
        Assert.Equal(JobPhase.Skipped, story.State.Job("tell")?.Phase);
        Assert.Equal("2 jobs succeeded, 1 skipped.", RunDecider.Ending(story.State)?.Says);
    }

    [Fact]
    public void What_needs_an_artifact_that_is_not_made_is_skipped_too()
    {
        var story = Story(Push("a"), Job("package") with { Artifact = "out", When = "event == 'tag'" },
            Job("smoke", "package"));
        Assert.Equal("It needs the artifact of package, which was skipped.", story.State.Job("smoke")?.Why);
        Assert.Equal(RunOutcome.Succeeded, RunDecider.Ending(story.State)?.Outcome);
    }

    [Fact]
    public void An_untouched_artifact_is_taken_from_the_run_that_changes_are_counted_from()
    {
        var package = Job("package") with { Artifact = "out", Paths = ["src/**"] };
        var earlier = EarlierResults.None with { AtBase = job => new("shop-0", job, "sha256:00", []) };
        var story = new RunStory(spec => spec, Push("docs/index.md"), package).Follows(earlier);
        Assert.Equal("sha256:00", story.State.Job("package")?.Digest);
        Assert.Equal(new("shop-0", "package"), story.State.Job("package")?.Reuses);

        // Without one it has to be made.
        Assert.Equal(["package"], new RunStory(spec => spec, Push("docs/index.md"), package).Follows().Ready);
    }

    [Fact]
    public void A_known_result_stands_for_the_job_and_for_those_that_need_it_in_one_step()
    {
        var story = new RunStory(spec => spec, Push("a"), Job("test"), Job("package", "test")).Follows(Known("t"));
        Assert.All(story.State.Jobs, job => Assert.Equal(JobPhase.Succeeded, job.Phase));
        Assert.Equal("Not run: same inputs as in shop-12, where it succeeded.", story.State.Job("package")?.Says);
        Assert.Equal("All 2 jobs succeeded, 2 of them by an earlier run with the same inputs.",
            RunDecider.Ending(story.State)?.Says);
    }

    [Fact]
    public void Nothing_is_known_while_no_runner_with_the_same_tools_is()
    {
        var story = new RunStory(spec => spec, Push("a"), Job("test")).Follows(Known());
        Assert.Equal(["test"], story.Ready);
    }

    [Fact]
    public void Nothing_is_known_when_the_files_could_not_be_listed()
    {
        var story = new RunStory().Then();
        var state = story.State with { Files = null, Spec = Spec(Job("test")), Jobs = [JobState.New("test")] };
        Assert.Empty(RunFollow.Of(state, Known("t")));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(null, true)]
    public void A_job_that_does_not_want_it_or_has_the_network_is_always_run(bool? cache, bool network)
    {
        var job = Job("test") with { Cache = cache, Network = network };
        Assert.Equal(["test"], new RunStory(spec => spec, Push("a"), job).Follows(Known("t")).Ready);
    }

    [Fact]
    public void A_job_that_a_person_restarts_is_run_whatever_is_known_and_whatever_its_conditions_say()
    {
        var story = new RunStory(spec => spec, Push("a"), Job("test"), Job("tag") with { When = "event == 'tag'" },
            Job("bad") with { Cache = false });
        story.Follows(Known("t")).Starts("bad").Ends("bad", Outcome.Failed)
            .Then(new RunEvent.Finished(RunOutcome.Failed, "failed", null));
        Assert.Null(story.Asked(new RunCommand.RestartJob("test", "again")).Refusal);
        Assert.Equal(["test", "bad"], story.Follows(Known("t")).Ready);
        story.Starts("bad").Ends("bad", Outcome.Failed).Starts("test").Ends("test")
            .Then(new RunEvent.Finished(RunOutcome.Failed, "failed", null));
        story.Asked(new RunCommand.RestartJob("tag", "again"));
        Assert.Equal(["tag", "bad"], story.Follows(Known("t")).Ready);
    }

    private static EarlierResults Known(params ImmutableArray<string> tools) =>
        EarlierResults.None with { Tools = tools, ByKey = _ => new("shop-12", "test", null, []) };
}
