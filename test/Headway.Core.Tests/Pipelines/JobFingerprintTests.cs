using System.Collections.Immutable;
using Headway.Core.Pipelines;
using Xunit;
using static Headway.Core.Tests.Pipelines.RunStory;

namespace Headway.Core.Tests.Pipelines;

public sealed class JobFingerprintTests
{
    private static readonly JobSpec Base = Job("test", "lint") with
    {
        Variables = ImmutableSortedDictionary<string, string>.Empty.Add("A", "1"),
    };

    private static readonly JobIngredients Seen =
        new("shop", "branch/main", "files", "tools", ["sha256:01", "sha256:02"], ["smoke.sh"]);

    public static TheoryData<string, JobSpec, JobIngredients> Changed => new()
    {
        { "command", Base with { Run = "false" }, Seen },
        { "variable", Base with { Variables = Base.Variables.SetItem("A", "2") }, Seen },
        { "further variable", Base with { Variables = Base.Variables.Add("B", "") }, Seen },
        { "artifact", Base with { Artifact = "out" }, Seen },
        { "reports", Base with { Reports = "*.trx" }, Seen },
        { "network", Base with { Network = true }, Seen },
        { "name", Base with { Name = "other" }, Seen },
        { "service", Base, Seen with { Service = "cart" } },
        { "trust", Base, Seen with { Trust = "fork/1" } },
        { "files", Base, Seen with { Files = "other" } },
        { "tools", Base, Seen with { Tools = "other" } },
        { "upstream", Base, Seen with { Upstream = ["sha256:01", "sha256:03"] } },
        { "order of upstream", Base, Seen with { Upstream = ["sha256:02", "sha256:01"] } },
        { "included files", Base, Seen with { Include = [] } },
    };

    [Theory, MemberData(nameof(Changed))]
    public void Everything_that_a_job_can_see_is_in_its_key(string what, JobSpec job, JobIngredients ingredients) =>
        Assert.True(JobFingerprint.Of(Base, Seen) != JobFingerprint.Of(job, ingredients), what);

    [Fact]
    public void When_it_runs_and_for_how_long_is_not_in_the_key()
    {
        var same = Base with
        {
            When = "true", Paths = ["src/**"], Timeout = TimeSpan.FromHours(1), Needs = [], Cache = true,
            Inputs = ["**"], Template = "x@1",
        };
        Assert.Equal(JobFingerprint.Of(Base, Seen), JobFingerprint.Of(same, Seen));
    }

    [Fact]
    public void The_order_in_which_variables_were_written_does_not_matter()
    {
        var one = Base with { Variables = Base.Variables.Add("b", "2").Add("B", "3") };
        var other = Base with
        {
            Variables = ImmutableSortedDictionary<string, string>.Empty.Add("B", "3").Add("b", "2").Add("A", "1"),
        };
        Assert.Equal(JobFingerprint.Of(one, Seen), JobFingerprint.Of(other, Seen));
    }

    [Theory]
    [InlineData("100755", "aa", "src/app.cs")]
    [InlineData("100644", "cc", "src/app.cs")]
    [InlineData("100644", "aa", "src/app2.cs")]
    public void Mode_content_and_path_of_a_file_count(string mode, string content, string path)
    {
        var job = Job("test");
        Assert.NotEqual(FileSet.DigestsOf([job], Files)[""],
            FileSet.DigestsOf([job], [new(mode, content, path), Files[1]])[""]);
    }

    [Fact]
    public void Of_a_job_with_inputs_only_those_files_count()
    {
        var job = Job("test") with { Inputs = ["src/**"] };
        string Digest(params ImmutableArray<TreeFile> files) => FileSet.DigestsOf([job], files)["src/**"];
        Assert.Equal(Digest(Files), Digest(Files[0], new("100644", "other", "docs/index.md")));
        Assert.NotEqual(Digest(Files), Digest(new("100644", "other", "src/app.cs"), Files[1]));
    }

    [Fact]
    public void A_job_with_network_is_only_known_again_when_its_owner_says_so()
    {
        Assert.True(JobFingerprint.MayStand(Base));
        Assert.False(JobFingerprint.MayStand(Base with { Network = true }));
        Assert.True(JobFingerprint.MayStand(Base with { Network = true, Cache = true }));
        Assert.False(JobFingerprint.MayStand(Base with { Cache = false }));
    }

    [Fact]
    public void A_branch_takes_nothing_from_merge_requests_and_a_fork_nothing_from_anyone()
    {
        var own = new RunTrigger(TriggerKind.MergeRequest, "main") { MergeRequest = new(7, "abc", "ann", false) };
        var fork = own with { MergeRequest = own.MergeRequest with { FromFork = true } };
        Assert.Equal(["branch/main"], ResultTrust.ReadableBy(Push()));
        Assert.Equal(["merge request/7", "branch/main"], ResultTrust.ReadableBy(own));
        Assert.Equal(["fork/7"], ResultTrust.ReadableBy(fork));
    }

    [Theory]
    [InlineData(TriggerKind.Tag)]
    [InlineData(TriggerKind.Manual)]
    [InlineData(TriggerKind.Push)]
    public void A_branch_takes_nothing_from_a_commit_that_is_not_on_it_whatever_named_that(TriggerKind kind)
    {
        var aside = new RunTrigger(kind, "main") { ChecksOnly = true };
        Assert.DoesNotContain(ResultTrust.Of(aside), ResultTrust.ReadableBy(Push()));
        Assert.Equal([ResultTrust.Of(aside), "branch/main"], ResultTrust.ReadableBy(aside));
    }
}
