using Headway.Core.Pipelines;
using Headway.Core.Secrets;
using Xunit;

namespace Headway.Core.Tests.Secrets;

public sealed class SecretScopeTests
{
    private static readonly SecretScope Production = new(["shop"], ["production"], JobReach.None);
    private static readonly SecretScope Publishing = new(["shop-*"], [], JobReach.Branches);

    [Fact]
    public void Only_what_a_scope_names_is_given_the_secret()
    {
        Assert.Null(Production.WhyNot("db", Run("shop", "production")));
        Assert.Contains("not given to `staging`", Production.WhyNot("db", Run("shop", "staging")));
        Assert.Contains("not for the service `cart`", Production.WhyNot("db", Run("cart", "production")));
        Assert.Contains("not given to jobs", Production.WhyNot("db", Job("shop")));
        Assert.Null(Publishing.WhyNot("npm", Job("shop-web")));
        Assert.Contains("only to jobs of the branch", Publishing.WhyNot("npm", Job("shop-web", TriggerKind.MergeRequest)));
        Assert.Contains("it is for jobs", Publishing.WhyNot("npm", Run("shop-web", "production")));
    }

    [Fact]
    public void A_fork_is_given_nothing_whatever_the_scope_says()
    {
        var open = new SecretScope(["*"], ["*"], JobReach.MergeRequests);
        Assert.Null(open.WhyNot("npm", Job("shop", TriggerKind.MergeRequest)));
        Assert.Contains("from a fork", open.WhyNot("npm", Job("shop", TriggerKind.MergeRequest, fromFork: true)));
    }

    [Fact]
    public void What_was_pushed_beside_the_branch_is_given_what_merge_requests_are()
    {
        var pushed = Job("shop-web") with { OffBranch = new RunTrigger(TriggerKind.Push, "feature") { ChecksOnly = true }.IsOffBranch };
        Assert.Contains("not on the branch, only to jobs of the branch", Publishing.WhyNot("npm", pushed));
        Assert.Contains("only to instances in `production`", Production.WhyNot("db", pushed with { Service = "shop" }));
        Assert.Null((Publishing with { Jobs = JobReach.MergeRequests }).WhyNot("npm", pushed));
        Assert.False(new RunTrigger(TriggerKind.Push, "main").IsOffBranch);
    }

    [Theory]
    [InlineData("*", "shop", true)]
    [InlineData("sh*p", "shop", true)]
    [InlineData("shop*", "shop", true)]
    [InlineData("*shop", "workshop", true)]
    [InlineData("s*p", "shops", false)]
    [InlineData("", "shop", false)]
    [InlineData("*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false)]
    public void A_star_stands_for_any_letters(string pattern, string service, bool given) =>
        Assert.Equal(given, new SecretScope([pattern], ["*"], JobReach.None).WhyNot("x", Run(service, "production")) is null);

    [Fact]
    public void A_new_version_makes_the_current_one_previous_and_the_one_before_goes()
    {
        var first = SecretVersions.None.Set();
        var second = first.Set();
        Assert.Equal(new(2, 1, null, 2), second);
        Assert.Equal(new(3, 2, null, 3), second.Set());
        var waiting = second.SetNext();
        Assert.Equal(new(2, 1, 3, 3), waiting);
        Assert.Equal(new(3, 2, null, 3), waiting.Promote());
        Assert.Equal(new(2, null, 3, 3), waiting.Promote()!.RollBack());
        Assert.Null(first.Promote());
        Assert.Null(first.RollBack());
        Assert.Null(first.Retire());
    }

    private static SecretReader.Run Run(string service, string environment) => new(service, environment, "r", "i", "n");

    private static SecretReader.Job Job(string service, TriggerKind trigger = TriggerKind.Push, bool fromFork = false) =>
        new(service, "run/job", 1, "r1", trigger, fromFork);
}
