using System.Text.Json;
using Headway.Cli.Demo;
using Headway.Core;
using Headway.Core.Judging;
using Xunit;

namespace Headway.Cli.Tests.Demo;

public sealed class DemoSummaryTests
{
    private static readonly DemoSummary Good = new(
        [new("shop-1-a", "promoted", 30.1), new("shop-2-b", "promoted", 99), new("shop-3-c", "rolledBack", 40)],
        100_000, 7, 2.5, Verdict.None("Proven worse."))
    { Lost = 1, FailedByGoodReleases = 2, BadRollout = "shop-production-3" };

    [Fact]
    public void The_json_has_exactly_the_promised_fields()
    {
        var json = JsonSerializer.SerializeToElement(Good, Wire.Json);

        Assert.Equal(["releases", "requests", "failedByBadRelease", "secondsToRollback", "evidence"],
            json.EnumerateObject().Select(field => field.Name));
        Assert.Equal(["version", "outcome", "commitToProductionSeconds"],
            json.GetProperty("releases")[2].EnumerateObject().Select(field => field.Name));
        Assert.Equal("rolledBack", json.GetProperty("releases")[2].GetProperty("outcome").GetString());
    }

    [Fact]
    public void Anything_but_two_promoted_and_one_taken_back_is_not_as_promised()
    {
        Assert.True(Good.IsAsPromised);
        Assert.False((Good with { Releases = [.. Good.Releases.Take(2)] }).IsAsPromised);
        Assert.False((Good with { Releases = Good.Releases.SetItem(2, Good.Releases[1]) }).IsAsPromised);
    }
}
