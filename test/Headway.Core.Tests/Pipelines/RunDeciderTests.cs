using Headway.Core.Pipelines;
using Headway.Core.Targets;
using Xunit;
using static Headway.Core.Tests.Pipelines.RunStory;

namespace Headway.Core.Tests.Pipelines;

public sealed class RunDeciderTests
{
    private static RunStory Story() => new(Job("package", "test"), Job("test"), Job("lint"));

    [Fact]
    public void Jobs_are_ready_once_what_they_need_has_succeeded()
    {
        var story = Story();
        Assert.Equal(["test", "lint"], story.Ready);
        story.Starts("test");
        Assert.Equal(["lint"], story.Ready);
        story.Ends("test");
        Assert.Equal(["package", "lint"], story.Ready.OrderDescending());
    }

    [Fact]
    public void A_run_succeeds_when_every_job_has()
    {
        var story = Story().Starts("test").Ends("test").Starts("lint").Ends("lint").Starts("package");
        Assert.Null(RunDecider.Ending(story.State));
        story.Ends("package");
        Assert.Equal(RunOutcome.Succeeded, RunDecider.Ending(story.State)?.Outcome);
    }

    [Fact]
    public void After_a_failure_nothing_starts_and_what_runs_is_waited_for()
    {
        var story = Story().Starts("test").Starts("lint").Ends("lint", Outcome.Failed);
        Assert.Empty(story.Ready);
        Assert.Null(RunDecider.Ending(story.State));
        story.Ends("test");
        Assert.Empty(story.Ready);
        var ending = RunDecider.Ending(story.State);
        Assert.Equal(RunOutcome.Failed, ending?.Outcome);
        Assert.Contains("Job lint failed", ending?.Says);
    }

    [Fact]
    public void Cancelling_a_quiet_run_ends_it_at_once()
    {
        var story = Story();
        story.Asked(new RunCommand.Cancel("not wanted"));
        Assert.Equal(RunOutcome.Cancelled, story.State.Outcome);
        Assert.Empty(story.Ready);
    }

    [Fact]
    public void Cancelling_a_run_waits_for_its_runners_and_makes_no_release_even_when_all_succeeds()
    {
        var story = new RunStory(Job("test")).Starts("test");
        story.Asked(new RunCommand.Cancel("not wanted"));
        Assert.True(story.State.IsOpen);
        story.Ends("test");
        Assert.Equal(RunOutcome.Cancelled, RunDecider.Ending(story.State)?.Outcome);
    }

    [Fact]
    public void An_ended_run_cannot_be_cancelled()
    {
        var story = Story();
        story.Asked(new RunCommand.Cancel("first"));
        Assert.Equal("open", story.Asked(new RunCommand.Cancel("second")).Refusal?.Rule);
    }

    [Fact]
    public void A_newer_commit_ends_a_run_at_once_or_when_its_runners_have_stopped()
    {
        var waiting = Story();
        waiting.Asked(new RunCommand.Supersede("shop-2"));
        Assert.Equal(RunOutcome.Superseded, waiting.State.Outcome);

        var begun = Story().Starts("test");
        begun.Asked(new RunCommand.Supersede("shop-2"));
        Assert.Equal("shop-2 is newer.", begun.State.CancelWhy);
        Assert.Empty(begun.Ready);
        begun.Ends("test", Outcome.Failed);
        Assert.Equal(RunOutcome.Superseded, RunDecider.Ending(begun.State)?.Outcome);
        begun.Then(new RunEvent.Finished(RunOutcome.Superseded, "shop-2 is newer.", null));
        Assert.Equal("superseded", begun.Asked(new RunCommand.RestartJob("test", "again")).Refusal?.Rule);
    }

    [Fact]
    public void A_run_that_is_about_to_make_its_release_is_not_cut()
    {
        var story = new RunStory(Job("package") with { Artifact = "out" }, Job("smoke", "package"));
        story.Starts("package").Then(new RunEvent.JobFinished("package", Outcome.Succeeded, 0, "Done.", "sha256:00"));
        story.Starts("smoke");
        story.Asked(new RunCommand.Supersede("shop-2"));
        Assert.Null(story.State.CancelWhy);
        Assert.Null(story.State.Outcome);
    }

    [Fact]
    public void A_run_of_a_service_that_does_not_want_it_is_not_cut()
    {
        var story = new RunStory(spec => spec with { Supersede = false }, null, Job("test")).Starts("test");
        story.Asked(new RunCommand.Supersede("shop-2"));
        Assert.Null(story.State.CancelWhy);
    }

    [Fact]
    public void Restarting_a_job_with_a_matrix_restarts_the_cells_that_failed()
    {
        var story = new RunStory(Cell("test", "15"), Cell("test", "16")).Starts("test (pg=15)").Starts("test (pg=16)")
            .Ends("test (pg=15)").Ends("test (pg=16)", Outcome.Failed)
            .Then(new RunEvent.Finished(RunOutcome.Failed, "failed", null));
        story.Asked(new RunCommand.RestartJob("test", "again"));
        Assert.Equal(["test (pg=16)"], story.Ready);
    }

    [Fact]
    public void What_is_ready_of_200_jobs_is_in_the_order_of_the_file()
    {
        var jobs = Enumerable.Range(0, 200).Select(i => Job($"j{i}", i % 2 == 1 ? [$"j{i - 1}"] : [])).ToArray();
        var story = new RunStory(jobs);
        Assert.Equal(jobs.Where((_, i) => i % 2 == 0).Select(job => job.Name), story.Ready);
        story.Starts("j2").Ends("j2");
        Assert.Equal(["j0", "j3", "j4"], story.Ready.Take(3));
    }

    [Fact]
    public void A_job_whose_runner_is_lost_is_tried_once_more_and_then_lost()
    {
        var story = new RunStory(Job("test")).Starts("test");
        story.Then(RunDecider.RunnerLost(story.State, "test", "r1 is silent.").Events);
        Assert.Equal(["test"], story.Ready);
        story.Starts("test", "r2");
        Assert.Equal(2, story.State.Job("test")?.Attempt);
        story.Then(RunDecider.RunnerLost(story.State, "test", "r2 is silent.").Events);
        Assert.Equal(JobPhase.Lost, story.State.Job("test")?.Phase);
        Assert.Equal(RunOutcome.Failed, RunDecider.Ending(story.State)?.Outcome);
    }

    [Fact]
    public void A_job_that_ended_is_not_lost_afterwards() =>
        Assert.Empty(RunDecider.RunnerLost(new RunStory(Job("test")).Starts("test").Ends("test").State, "test", "x").Events);

    [Fact]
    public void Restarting_a_failed_job_opens_the_run_and_repeats_what_needs_it()
    {
        var story = Story().Starts("lint").Ends("lint").Starts("test").Ends("test", Outcome.Failed);
        story.Then(new RunEvent.Finished(RunOutcome.Failed, "test failed", null));
        Assert.Null(story.Asked(new RunCommand.RestartJob("test", "flaky")).Refusal);
        Assert.Equal(["test"], story.Ready);
        story.Starts("test").Ends("test").Starts("package").Ends("package");
        Assert.Equal(RunOutcome.Succeeded, RunDecider.Ending(story.State)?.Outcome);
    }

    [Fact]
    public void Restarting_one_of_two_failed_jobs_restarts_both()
    {
        var story = Story().Starts("lint").Starts("test").Ends("lint", Outcome.Failed).Ends("test", Outcome.Failed);
        story.Then(new RunEvent.Finished(RunOutcome.Failed, "failed", null));
        story.Asked(new RunCommand.RestartJob("test", "again"));
        Assert.Equal(["lint", "test"], story.Ready.Order());
    }

    [Theory]
    [InlineData("nothing", "known job")]
    [InlineData("test", "run ended")]
    public void A_restart_that_cannot_be_is_refused(string job, string rule)
    {
        var story = Story().Starts("test");
        Assert.Equal(rule, story.Asked(new RunCommand.RestartJob(job, "again")).Refusal?.Rule);
    }

    [Fact]
    public void A_run_that_made_a_release_is_never_opened_again()
    {
        var story = new RunStory(Job("test")).Starts("test").Ends("test");
        story.Then(new RunEvent.Finished(RunOutcome.Succeeded, "done",
            new("shop-1-9f2c1ab", "shop", 1, Commit, "sha256:00", null, story.State.Spec, story.State.StartedAt)));
        Assert.Equal("release made", story.Asked(new RunCommand.RestartJob("test", "again")).Refusal?.Rule);
    }
}
