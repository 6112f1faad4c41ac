using Headway.Core.Pipelines;
using Headway.Core.Services;
using Xunit;
using static Headway.Core.Tests.Pipelines.RunStory;

namespace Headway.Core.Tests.Pipelines;

public sealed class CarriedCommitsTests
{
    private static RunState Run(int number, RunOutcome? outcome, RunTrigger? trigger = null, params JobSpec[] jobs)
    {
        var story = new RunStory(spec => spec, trigger ?? Push("a"), jobs).Follows();
        if (outcome is { } end) story.Then(new RunEvent.Finished(end, "", null));
        return story.State with { Number = number, Commit = Commit with { Sha = $"c{number}" } };
    }

    [Theory]
    [InlineData(RunOutcome.Failed)]
    [InlineData(RunOutcome.Cancelled)]
    [InlineData(RunOutcome.Superseded)]
    public void Changes_of_a_run_that_did_not_succeed_still_count(RunOutcome outcome)
    {
        RunState[] runs = [Run(2, outcome), Run(1, RunOutcome.Succeeded)];
        Assert.Equal("c1", CarriedCommits.BaseOfJobs(runs, "main"));
        Assert.Equal("c1", CarriedCommits.BaseOfRuns(runs, "main"));
    }

    [Fact]
    public void A_run_under_way_may_still_do_its_change_but_its_jobs_are_not_done()
    {
        RunState[] runs = [Run(2, null), Run(1, RunOutcome.Succeeded)];
        Assert.Equal("c1", CarriedCommits.BaseOfJobs(runs, "main"));
        Assert.Equal("c2", CarriedCommits.BaseOfRuns(runs, "main"));
    }

    [Fact]
    public void Only_pushes_to_the_branch_count()
    {
        var other = Push("a") with { Branch = "other" };
        var schedule = Push("a") with { Kind = TriggerKind.Schedule };
        RunState[] runs = [Run(3, RunOutcome.Succeeded, other), Run(2, RunOutcome.Succeeded, schedule)];
        Assert.Null(CarriedCommits.BaseOfJobs(runs, "main"));
    }

    [Fact]
    public void A_change_whose_job_was_kept_back_by_its_condition_is_not_lost()
    {
        var docs = Job("docs") with { Paths = ["docs/**"], When = "branch == 'x'" };
        RunState[] runs = [Run(2, RunOutcome.Succeeded, Push("docs/a"), docs), Run(1, RunOutcome.Succeeded)];
        Assert.Equal("c1", CarriedCommits.BaseOfJobs(runs, "main"));
        RunState[] untouched = [Run(2, RunOutcome.Succeeded, Push("src/a"), docs), Run(1, RunOutcome.Succeeded)];
        Assert.Equal("c2", CarriedCommits.BaseOfJobs(untouched, "main"));
    }

    [Theory]
    [InlineData("headway.yaml", "", "cart/a", true)]
    [InlineData("shop/headway.yaml", "", "cart/a", false)]
    [InlineData("shop/headway.yaml", "", "shop/a/b", true)]
    [InlineData("shop/headway.yaml", "", "shopping/a", false)]
    [InlineData("shop/headway.yaml", "lib/**", "lib/a", true)]
    [InlineData("headway.yaml", "src/**", "docs/a", false)]
    [InlineData("headway.yaml", "src/**", "headway.yaml", true)]
    public void A_service_is_built_from_its_folder_and_its_paths(string spec, string paths, string changed, bool built)
    {
        var service = Spec() with { Paths = paths.Length == 0 ? [] : [paths] };
        var why = ServiceScope.WhyUntouched(spec, service, [changed], Commit);
        Assert.Equal(built, why is null);
        Assert.Null(ServiceScope.WhyUntouched(spec, service, null, Commit));
    }

    [Fact]
    public void The_reason_names_the_commit_and_the_folder() => Assert.Equal(
        "Commit 9f2c1ab does not touch shop/: nothing to build.",
        ServiceScope.WhyUntouched("shop/headway.yaml", Spec(), ["a"], Commit));

    [Fact]
    public void A_push_does_not_cut_a_tag_a_schedule_or_a_merge_request()
    {
        var push = Push();
        Assert.True(RunLine.IsSame(push, push with { Kind = TriggerKind.Manual }));
        Assert.True(RunLine.IsSame(null, push));
        Assert.False(RunLine.IsSame(push with { Kind = TriggerKind.Tag, Tag = "v1" }, push));
        Assert.False(RunLine.IsSame(push with { Kind = TriggerKind.Schedule }, push));
        Assert.False(RunLine.IsSame(push with { MergeRequest = new(1, "a", "b", false) }, push));
    }
}
