using System.Collections.Immutable;
using Headway.Core.Registry;
using Xunit;

namespace Headway.Core.Tests.Registry;

public sealed class RetentionTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static HeldManifest Manifest(string digest, int daysOld, string? subject = null, params string[] uses) =>
        new(digest, Now.AddDays(-daysOld), subject, [.. uses]);

    private static HeldTag Tag(string name, string digest, int daysOld) => new(name, digest, Now.AddDays(-daysOld));

    private static RetentionRule Rule(
        int? keepLast = null, int? keepDays = null, string? keepTags = null, int? untaggedDays = null) =>
        new("*", keepLast, keepDays, keepTags, untaggedDays);

    private static RetentionDecision Decide(
        RetentionRule? rule, HeldTag[] tags, HeldManifest[] manifests, params (string Digest, string Why)[] inUse) =>
        Retention.Decide(new("shop", [.. tags], [.. manifests]), rule,
            new(Now, TimeSpan.FromDays(1), inUse.ToDictionary(one => one.Digest, one => one.Why)));

    private static IEnumerable<string> Going(ImmutableArray<Fate> fates) =>
        fates.Where(fate => fate.Goes).Select(fate => fate.Name).Order(StringComparer.Ordinal);

    [Fact]
    public void Without_a_rule_everything_stays()
    {
        var decision = Decide(null, [Tag("old", "a", 900)], [Manifest("a", 900), Manifest("untagged", 900)]);
        Assert.Empty(Going(decision.Tags));
        Assert.Empty(Going(decision.Manifests));
    }

    [Fact]
    public void The_newest_tags_stay_with_their_manifests_and_the_others_go_with_theirs()
    {
        var decision = Decide(Rule(keepLast: 2),
            [Tag("1", "a", 30), Tag("2", "b", 20), Tag("3", "c", 10)],
            [Manifest("a", 30), Manifest("b", 20), Manifest("c", 10)]);
        Assert.Equal(["1"], Going(decision.Tags));
        Assert.Equal(["a"], Going(decision.Manifests));
        Assert.Contains("newest 2", decision.Tags.Single(fate => fate.Goes).Why);
    }

    [Fact]
    public void Any_limit_that_keeps_a_tag_keeps_it()
    {
        var decision = Decide(Rule(keepLast: 1, keepDays: 15, keepTags: "release-*"),
            [Tag("release-1", "a", 300), Tag("young", "b", 14), Tag("old", "c", 16), Tag("newest", "d", 2)],
            [Manifest("a", 300), Manifest("b", 14), Manifest("c", 16), Manifest("d", 2)]);
        Assert.Equal(["old"], Going(decision.Tags));
    }

    [Fact]
    public void A_manifest_with_another_tag_that_stays_stays()
    {
        var decision = Decide(Rule(keepLast: 1), [Tag("1", "a", 30), Tag("2", "a", 20)], [Manifest("a", 30)]);
        Assert.Equal(["1"], Going(decision.Tags));
        Assert.Empty(Going(decision.Manifests));
    }

    [Theory, InlineData("a"), InlineData("layer")]
    public void What_a_lane_needs_stays_whatever_the_rule_says(string needed)
    {
        var decision = Decide(Rule(keepLast: 0, untaggedDays: 0),
            [Tag("1", "a", 300)],
            [Manifest("a", 300, null, "layer"), Manifest("signature", 300, "a"), Manifest("of-signature", 300, "signature"),
                Manifest("b", 300)],
            (needed, "shop-3 runs in shop/production"));
        Assert.Empty(Going(decision.Tags));
        Assert.Equal(["b"], Going(decision.Manifests));
        Assert.All(decision.Tags, fate => Assert.Contains("runs in shop/production", fate.Why));
    }

    [Fact]
    public void Parts_of_a_list_and_what_speaks_of_it_share_its_fate()
    {
        HeldManifest[] manifests =
        [
            Manifest("list", 300, null, "amd", "arm"), Manifest("amd", 300), Manifest("arm", 300),
            Manifest("sbom", 300, "arm"), Manifest("other", 300, null, "arm"),
        ];
        Assert.Empty(Going(Decide(Rule(keepTags: "*"), [Tag("1", "list", 300)], manifests).Manifests));
        var gone = Decide(Rule(keepLast: 0), [Tag("1", "list", 300), Tag("2", "other", 300)], manifests);
        Assert.Equal(["amd", "arm", "list", "other", "sbom"], Going(gone.Manifests));
        // What another list needs stays with what speaks of it.
        var kept = Decide(Rule(keepTags: "2"), [Tag("1", "list", 300), Tag("2", "other", 300)], manifests);
        Assert.Equal(["amd", "list"], Going(kept.Manifests));
    }

    [Fact]
    public void Untagged_manifests_go_after_their_days_and_never_within_the_grace()
    {
        HeldManifest[] manifests = [Manifest("old", 31), Manifest("young", 29), Manifest("dangling", 31, "not-here")];
        Assert.Empty(Going(Decide(Rule(keepLast: 1), [], manifests).Manifests));
        Assert.Equal(["dangling", "old"], Going(Decide(Rule(untaggedDays: 30), [], manifests).Manifests));
        Assert.Empty(Going(Decide(Rule(untaggedDays: 0), [], [Manifest("new", 0)]).Manifests));
    }

    [Fact]
    public void Ten_thousand_manifests_are_decided_about()
    {
        var manifests = Enumerable.Range(0, 10_000).Select(at => Manifest($"m{at}", 300, null, $"l{at}", $"m{at + 1}"));
        var tags = Enumerable.Range(0, 10_000).Select(at => Tag($"t{at}", $"m{at}", 300));
        Assert.Equal(10_000, Going(Decide(Rule(keepLast: 0), [.. tags], [.. manifests]).Manifests).Count());
    }

    [Fact]
    public void Rules_that_say_nothing_or_cannot_match_are_refused()
    {
        Assert.NotNull(new RegistryRules([], [Rule()]).WhyRefused());
        Assert.NotNull(new RegistryRules([], [Rule(keepLast: -1)]).WhyRefused());
        Assert.NotNull(new RegistryRules([new("a b", "*", true)], []).WhyRefused());
        Assert.NotNull(new RegistryRules([], [Rule(keepTags: "$")]).WhyRefused());
        Assert.Null(new RegistryRules([new("shop/*", "v*", true)], [Rule(keepLast: 3)]).WhyRefused());
    }
}
