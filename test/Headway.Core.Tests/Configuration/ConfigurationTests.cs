using System.Collections.Immutable;
using Headway.Core.Configuration;
using Headway.Core.Environments;
using Headway.Core.Releases;
using Headway.Core.Services;
using Xunit;

namespace Headway.Core.Tests.Configuration;

public sealed class ConfigurationTests
{
    private static readonly ServiceSpec Spec = new("shop", [], new("serve") { Variables = Of(("A", "run"), ("B", "run")) }, ObjectivesSpec.None,
        [Environment("staging", ("A", "staging")), Environment("production")]);

    private static readonly Release Release = new("shop-3-abc1234", "shop", 3, new("abc1234", "Change", "Ann", DateTimeOffset.UnixEpoch), "sha256:1", null, Spec, DateTimeOffset.UnixEpoch);

    [Fact]
    public void The_nearer_place_wins_and_the_others_are_told()
    {
        var entries = ConfigurationLayers.Entries(ConfigurationLayers.Of(Spec, "staging", Of(("A", "all"), ("C", "all")), Of(("A", "one"))));
        Assert.Equal(["A=one", "B=run", "C=all"], entries.Select(entry => $"{entry.Key}={entry.Value}"));
        Assert.Equal("config/shop/staging.yaml", entries[0].Place);
        Assert.Equal([("config/shop.yaml", "all"), ("headway.yaml, env of staging", "staging"), ("headway.yaml, run.env", "run")],
            entries[0].Overrides.Select(each => (each.Place, each.Value)));
    }

    [Fact]
    public void A_version_is_of_the_environments_that_changed_and_the_release_with_it_never_changes()
    {
        var first = ConfigurationVersion.Next(null, Wanted(("staging", Of()), ("production", Of(("A", "1")))))!;
        Assert.Equal((1, 1, 0), (first.Number, first.Since["production"], first.Since.GetValueOrDefault("staging")));
        Assert.Null(ConfigurationVersion.Next(first, Wanted(("staging", Of()), ("production", Of(("A", "1"))))));
        var second = ConfigurationVersion.Next(first, Wanted(("staging", Of(("B", "2"))), ("production", Of(("A", "1")))))!;
        Assert.Equal((2, 1, 2), (second.Number, second.Since["production"], second.Since["staging"]));
        var third = ConfigurationVersion.Next(second, Wanted(("staging", Of(("B", "2"))), ("production", Of())))!;
        Assert.Equal((3, 3), (third.Number, third.Since["production"]));

        var release = first.Apply(Release);
        Assert.Equal(("shop-3-abc1234.c1", "shop-3-abc1234", 3, 1, "sha256:1"), (release.Id, release.Base, release.Number, release.Revision, release.ArtifactDigest));
        Assert.Equal("1", release.Spec.Environments[1].Variables["A"]);
        Assert.Equal("staging", release.Spec.Environments[0].Variables["A"]);
        Assert.Equal("shop-3-abc1234.c3", third.Apply(release).Id);
    }

    [Theory]
    [InlineData("shop-3-abc1234.c12", "shop-3-abc1234")]
    [InlineData("shop-3-abc1234", "shop-3-abc1234")]
    [InlineData("shop.c1-3-abc1234", "shop.c1-3-abc1234")]
    [InlineData("shop-3-abc1234.c", "shop-3-abc1234.c")]
    public void What_was_built_is_told_from_how_it_is_configured(string id, string of) => Assert.Equal(of, Release.BaseOf(id));

    [Fact]
    public void A_newer_configuration_of_the_newest_release_is_newer_and_an_older_release_never_is()
    {
        var lane = Then(LaneState.Empty("shop", "production"), new LaneEvent.PromotionDecided("shop-3-a", 3, "new"));
        Assert.Null(LaneDecider.Promote(lane, ("shop-3-a", 3, 0), "again"));
        Assert.Null(LaneDecider.Promote(lane, ("shop-2-a.c9", 2, 9), "older"));
        lane = Then(lane, Assert.IsType<LaneEvent.PromotionDecided>(LaneDecider.Promote(lane, ("shop-3-a.c1", 3, 1), "configured")));
        Assert.Null(LaneDecider.Promote(lane, ("shop-3-a.c1", 3, 1), "again"));
        // What the judge took back is tried again in another configuration; what a person held is not.
        var judged = Then(lane, new LaneEvent.HoldPlaced("shop-3-a.c1", "worse"), "headway");
        Assert.NotNull(LaneDecider.Promote(judged, ("shop-3-a.c2", 3, 2), "configured"));
        var held = Then(lane, new LaneEvent.HoldPlaced("shop-3-a.c1", "not this"), "ann");
        Assert.Null(LaneDecider.Promote(held, ("shop-3-a.c2", 3, 2), "configured"));
        Assert.NotNull(LaneDecider.Promote(held, ("shop-4-b.c2", 4, 2), "newer"));
        lane = Then(lane, new LaneEvent.PromotionDecided("shop-4-b", 4, "new"));
        Assert.Equal((4, 0), (lane.Newest, lane.NewestRevision));
    }

    [Fact]
    public void Keys_that_the_environment_before_has_of_its_own_are_missed_here()
    {
        Assert.Equal(["X"], ConfigurationLayers.Missing(["X", "Y", "Z"], ["Y"], ["Z"]));
        Assert.Empty(ConfigurationLayers.Missing([], ["Y"], []));
    }

    [Fact]
    public void A_file_is_changed_where_it_has_to_be_and_people_keep_what_they_wrote()
    {
        const string File = "# Ours\nA: 1   # why\nB: |\n  two\n  lines\n\nC: 3\n";
        Assert.Equal("# Ours\nA: \"x\"\nC: 3\nD: \"\\n\"\n".Replace("C: 3", "\nC: 3", StringComparison.Ordinal), ConfigurationFile.With(File, Changes(("A", "x"), ("B", null), ("D", "\n"))));
        Assert.Equal("A: \"1\"\n", ConfigurationFile.With(null, Changes(("A", "1"), ("B", null))));
        Assert.Null(ConfigurationFile.With("A: 1\n", Changes(("A", null))));
    }

    private static LaneState Then(LaneState lane, LaneEvent happened, string by = "headway") =>
        LaneEvolution.Evolve(lane, new(happened, lane.Version + 1, 0, DateTimeOffset.UnixEpoch, by));

    private static Dictionary<string, string?> Changes(params (string Key, string? Value)[] changes) => changes.ToDictionary(each => each.Key, each => each.Value);

    private static ImmutableSortedDictionary<string, string> Of(params (string Key, string Value)[] values) =>
        values.ToImmutableSortedDictionary(each => each.Key, each => each.Value, StringComparer.Ordinal);

    private static Dictionary<string, ImmutableSortedDictionary<string, string>> Wanted(params (string Environment, ImmutableSortedDictionary<string, string> Values)[] wanted) =>
        wanted.ToDictionary(each => each.Environment, each => each.Values);

    private static EnvironmentSpec Environment(string name, params (string Key, string Value)[] values) =>
        new(name, [], null, 50, OnInconclusive.Ask, TimeSpan.Zero, 0, null, null, Of(values));
}
