using Headway.Core.Pipelines;
using Headway.Core.SupplyChain;
using Headway.Core.Targets;
using Headway.Core.Tests.Pipelines;
using Xunit;

namespace Headway.Core.Tests.SupplyChain;

public sealed class ReproductionsTests
{
    private static readonly JobSpec Package = RunStory.Job("package") with { Artifact = "out" };

    [Fact]
    public void The_same_commit_with_the_same_bytes_is_reproduced()
    {
        var found = Reproductions.Of(Run(2, "sha256:a"), "sha256:a", [Run(1, "sha256:a"), Run(2, "sha256:a")])!;
        Assert.True(found.IsSame);
        Assert.Contains("reproduced: shop-1", Reproductions.Sentence(found));
    }

    [Fact]
    public void The_same_commit_with_other_bytes_is_not_reproducible()
    {
        var found = Reproductions.Of(Run(2, "sha256:b"), "sha256:b", [Run(1, "sha256:a")])!;
        Assert.False(found.IsSame);
        Assert.Contains("not reproducible: shop-1", Reproductions.Sentence(found));
    }

    [Fact]
    public void Another_commit_or_another_job_says_nothing()
    {
        var run = Run(2, "sha256:b");
        Assert.Null(Reproductions.Of(run, "sha256:b", [Run(1, "sha256:a") with { Commit = run.Commit with { Sha = "other" } }]));
        Assert.Null(Reproductions.Of(run, "sha256:b", [Run(1, "sha256:a", Package with { Run = "make" })]));
        Assert.Null(Reproductions.Of(run, "sha256:b", [Run(3, "sha256:a")]));
    }

    [Fact]
    public void What_was_taken_over_from_an_earlier_run_was_not_built_again_and_keys_say_more_than_commits()
    {
        var (first, second) = (Run(1, "sha256:a"), Run(2, "sha256:a"));
        Assert.Null(Reproductions.Of(With(second, job => job with { Reuses = new("shop-1", "package") }), "sha256:a", [first]));
        var keyed = With(second, job => job with { Key = "k" });
        var otherCommit = With(first, job => job with { Key = "k" }) with { Commit = first.Commit with { Sha = "other" } };
        Assert.True(Reproductions.Of(keyed, "sha256:a", [otherCommit])!.IsSame);
        Assert.Null(Reproductions.Of(keyed, "sha256:a", [With(first, job => job with { Key = "l" })]));

        static RunState With(RunState run, Func<JobState, JobState> change) => run with { Jobs = [change(run.Jobs[0])] };
    }

    private static RunState Run(int number, string digest, JobSpec? job = null) =>
        new RunStory(job ?? Package).Starts("package")
            .Then(new RunEvent.JobFinished("package", Outcome.Succeeded, 0, "", digest)).State with
            {
                Id = $"shop-{number}", Number = number,
            };
}
