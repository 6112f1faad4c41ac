using Headway.Core.Evidence.Queries;
using Headway.Core.Evidence.Templates;
using Xunit;

namespace Headway.Core.Tests.Evidence;

public sealed class PromQueryTests
{
    [Theory]
    [InlineData("x{r=\"$release\"}", "x{r=\"shop-1\"}")]
    [InlineData("x{r='${release}'} # of $release", "x{r='shop-1'} # of $release")]
    [InlineData("x{r=~\"$release|y$\"}", "x{r=~\"shop\\\\-1|y$\"}")]
    [InlineData("x{r=`$release`}", "x{r=`shop-1`}")]
    [InlineData("rate(x{r=\"$release\"}[$window])", "rate(x{r=\"shop-1\"}[60s])")]
    [InlineData("x{a=\"\\\"#\",r=\"$release\"}", "x{a=\"\\\"#\",r=\"shop-1\"}")]
    public void Placeholders_are_filled_in_where_they_stand(string query, string filled) =>
        Assert.Equal(filled, PromQuery.Fill(query, name => name == "window" ? "60s" : "shop-1"));

    [Theory]
    [InlineData("x{r=\"$side\"}", "a\"} or y{z=\"", "x{r=\"a\\\"} or y{z=\\\"\"}")]
    [InlineData("x{r='$side'}", "it's\\", "x{r='it\\'s\\\\'}")]
    [InlineData("x{r=`$side`}", "a`b", "x{r=`ab`}")]
    [InlineData("x{r=\"$side\"}", "two\nlines", "x{r=\"two\\nlines\"}")]
    [InlineData("x{r!~\"$side\"}", "a.b|.*", "x{r!~\"a\\\\.b\\\\|\\\\.\\\\*\"}")]
    public void A_value_stays_within_its_quotes_whatever_it_is(string query, string value, string filled) =>
        Assert.Equal(filled, PromQuery.Fill(query, _ => value));

    [Theory]
    [InlineData("payments_total", "covers the whole service")]
    [InlineData("payments_total{service=\"$service\"}", "covers the whole service")]
    [InlineData("payments_total # $release", "covers the whole service")]
    [InlineData("payments_total{r=\"$relese\"}", "`$relese` stands for nothing")]
    [InlineData("payments_total{r=$release}", "outside of quotes")]
    [InlineData("payments_total{r=\"$release}", "does not end")]
    [InlineData("rate(payments_total{r=\"$release\"}[1m])", "`rate` in `bad`")]
    [InlineData("increase (payments_total{r=\"$release\"}[1m])", "`increase` in `bad`")]
    [InlineData("1 - irate(payments_total{r=\"$release\"}[1m])", "`irate` in `bad`")]
    [InlineData("max_over_time(payments_total{r=\"$release\"}[1m])", "`max_over_time` in `bad`")]
    [InlineData("sum(payments_total{r=\"$release\"})", "`sum` in `bad` hides whose counter it is")]
    [InlineData("sum by (pod) (payments_total{r=\"$release\"})", "`sum` in `bad`")]
    public void A_query_that_is_no_evidence_is_refused_with_the_reason(string query, string says) =>
        Assert.Contains(says, PromQuery.WhyRefused(query, "bad", isCounter: true)?.Says);

    [Theory]
    [InlineData("payments_total{r=\"$release\"}")]
    [InlineData("payments_total{side=\"$side\",how=\"rate(x)\"}")]
    [InlineData("rate_total{r=\"$commit\"} - ignoring(le) x_bucket{r=\"$commit\",le=\"5\"}")]
    [InlineData("sum_of_payments{r=\"$release\"} # rate(x)")]
    public void A_counter_of_one_release_is_taken(string query) =>
        Assert.Null(PromQuery.WhyRefused(query, "bad", isCounter: true));

    [Fact]
    public void A_gauge_may_be_computed() => Assert.Null(PromQuery.WhyRefused(
        "sum(rate(x{r=\"$release\"}[$window]))", "gauge", isCounter: false));

    [Fact]
    public void Every_template_makes_queries_that_tell_the_releases_apart_once_it_is_filled_in()
    {
        Assert.Distinct(EvidenceTemplates.All.Select(t => t.Name));
        Assert.All(EvidenceTemplates.All, template =>
        {
            var queries = template.Fill(name => name == template.Parameters[^1] ? "x" : "shop-$side");
            if (template.Parameters.Length == 1) queries = template.Fill(_ => "shop-$side");
            foreach (var (query, isCounter) in (ValueTuple<string?, bool>[])
                [(queries.Bad, true), (queries.Total, true), (queries.Gauge, false)])
                if (query is not null) Assert.Null(PromQuery.WhyRefused(query, template.Name, isCounter)?.Says);
            Assert.True(queries.Bad is not null == queries.Total is not null && (queries.Total ?? queries.Gauge) is not null);
        });
    }
}
