using Headway.Core.Pipelines;
using Xunit;
using static Headway.Core.Tests.Pipelines.RunStory;

namespace Headway.Core.Tests.Pipelines;

public sealed class JobGraphTests
{
    [Fact]
    public void Jobs_come_after_what_they_need_and_otherwise_as_written()
    {
        var ordered = JobGraph.Ordered([Job("package", "test", "lint"), Job("test"), Job("lint"), Job("sign", "package")]);
        Assert.Equal(["test", "lint", "package", "sign"], ordered.Select(job => job.Name));
    }

    [Fact]
    public void A_cycle_is_refused_with_the_jobs_that_make_it()
    {
        var problem = Assert.Single(JobGraph.ProblemsOf([Job("a"), Job("b", "a", "d"), Job("c", "b"), Job("d", "c")]));
        Assert.Contains("b needs d", problem.Says);
        Assert.Contains("d needs c", problem.Says);
        Assert.Contains("c needs b", problem.Says);
        Assert.DoesNotContain("a needs", problem.Says);
    }

    [Fact]
    public void A_job_that_waits_for_a_cycle_is_not_blamed_for_it()
    {
        var problem = Assert.Single(JobGraph.ProblemsOf([Job("last", "x"), Job("x", "y"), Job("y", "x")]));
        Assert.NotEqual("last", problem.Job);
    }

    [Fact]
    public void An_unknown_need_names_the_jobs_that_there_are()
    {
        var problem = Assert.Single(JobGraph.ProblemsOf([Job("test"), Job("package", "tset")]));
        Assert.Equal("package", problem.Job);
        Assert.Contains("needs tset", problem.Says);
        Assert.Contains("package, test", problem.Says);
    }

    [Fact]
    public void Two_jobs_of_one_name_are_refused()
    {
        var problem = Assert.Single(JobGraph.ProblemsOf([Job("test"), Job("test")]));
        Assert.Contains("Two jobs are called test", problem.Says);
    }

    [Fact]
    public void A_job_that_needs_itself_is_refused() =>
        Assert.NotEmpty(JobGraph.ProblemsOf([Job("test", "test")]));

    [Fact]
    public void Dependents_are_found_through_others()
    {
        var dependents = JobGraph.DependentsOf([Job("c", "b"), Job("b", "a"), Job("a"), Job("other")], "a");
        Assert.Equal(["b", "c"], dependents.Order());
    }

    [Fact]
    public void A_graph_with_problems_has_no_order() =>
        Assert.Throws<ArgumentException>(() => JobGraph.Ordered([Job("a", "b"), Job("b", "a")]));
}
