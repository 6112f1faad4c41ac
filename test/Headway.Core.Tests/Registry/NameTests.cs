using Headway.Core.Registry;
using Xunit;

namespace Headway.Core.Tests.Registry;

public sealed class NameTests
{
    [Theory]
    [InlineData("shop"), InlineData("shop/checkout"), InlineData("a/b/c/d/e"), InlineData("0/1"), InlineData("a.b_c__d-e---f")]
    public void Names_of_the_specification_are_good(string name) => Assert.Null(RepositoryName.WhyRefused(name));

    [Theory]
    [InlineData(""), InlineData("/"), InlineData("Shop"), InlineData("shop/"), InlineData("/shop"), InlineData("shop//checkout")]
    [InlineData(".."), InlineData("shop/../etc"), InlineData("shop/%2e%2e"), InlineData("shop%2Fcheckout"), InlineData("-a")]
    [InlineData("a-"), InlineData("a..b"), InlineData("a___b"), InlineData("a._b"), InlineData("a b"), InlineData("a\\b")]
    [InlineData("\u00e4"), InlineData("a\0b"), InlineData("_a"), InlineData("a.")]
    public void Everything_else_is_refused_with_a_sentence(string name) =>
        Assert.EndsWith(".", RepositoryName.WhyRefused(name)!.TrimEnd('`'));

    [Fact]
    public void A_name_has_at_most_255_characters()
    {
        Assert.Null(RepositoryName.WhyRefused(new string('a', 255)));
        Assert.Contains("300", RepositoryName.WhyRefused(new string('a', 300)));
    }

    [Theory]
    [InlineData("latest", true), InlineData("v1.2.3", true), InlineData("_", true), InlineData(".a", false)]
    [InlineData("-a", false), InlineData("", false), InlineData("a/b", false), InlineData("a:b", false), InlineData("a%2e", false)]
    public void Tags_are_those_of_the_specification(string tag, bool isOne) => Assert.Equal(isOne, TagName.IsOne(tag));

    [Fact]
    public void A_tag_has_at_most_128_characters()
    {
        Assert.True(TagName.IsOne(new string('a', 128)));
        Assert.False(TagName.IsOne(new string('a', 129)));
    }

    [Theory]
    [InlineData("sha256", 64, true), InlineData("sha512", 128, true), InlineData("sha256", 63, false)]
    [InlineData("sha512", 64, false), InlineData("md5", 32, false), InlineData("SHA256", 64, false)]
    public void Digests_are_of_two_kinds(string algorithm, int digits, bool isOne)
    {
        Assert.Equal(isOne, ContentDigest.IsOne($"{algorithm}:{new string('a', digits)}"));
        Assert.False(ContentDigest.IsOne($"{algorithm}:{new string('A', digits)}"));
        Assert.False(ContentDigest.IsOne($"{algorithm}:../{new string('a', digits - 3)}"));
    }

    [Theory]
    [InlineData("*", "a/b", true), InlineData("shop/*", "shop/a/b", true), InlineData("shop/*", "shop", false)]
    [InlineData("*/api", "x/y/api", true), InlineData("shop", "shop", true), InlineData("shop", "shops", false)]
    [InlineData("a*b*c", "aXbYbZc", true), InlineData("a*b*c", "abcd", false), InlineData("**", "", true)]
    public void Patterns_match_with_stars(string pattern, string name, bool matches) =>
        Assert.Equal(matches, NamePattern.Matches(pattern, name));

    [Fact]
    public void A_pattern_of_stars_takes_no_time_to_fail() =>
        Assert.False(NamePattern.Matches(string.Concat(Enumerable.Repeat("a*", 120)) + "b", new string('a', 255)));

    [Theory]
    [InlineData("1.2.3", true), InlineData("v1.2.3", true), InlineData("v1.2.3-rc.1", true), InlineData("0.0.0", true)]
    [InlineData("1.2", false), InlineData("latest", false), InlineData("01.2.3", false), InlineData("1.2.3.4", false)]
    [InlineData("v1", false), InlineData("1.2.3-", false), InlineData("main", false), InlineData("1.2.x", false)]
    public void A_version_tag_is_a_whole_version(string tag, bool isOne) => Assert.Equal(isOne, VersionTag.IsOne(tag));
}
