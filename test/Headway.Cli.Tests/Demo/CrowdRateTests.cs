using Headway.Cli.Demo;
using Xunit;

namespace Headway.Cli.Tests.Demo;

public sealed class CrowdRateTests
{
    [Fact]
    public void The_crowd_arrives_within_seconds_and_stays_as_large_as_wanted()
    {
        var rate = CrowdRate.First(700);
        Assert.Equal(140, rate.Now);
        for (var second = 0; second < 8; second++) rate = rate.After(waiting: 5);
        Assert.Equal(700, rate.Now);
    }

    [Fact]
    public void A_machine_that_cannot_keep_up_gets_fewer_visits_until_it_can()
    {
        var rate = new CrowdRate(700, 700);
        rate = rate.After(waiting: 3000);
        Assert.Equal(490, rate.Now);
        for (var second = 0; second < 20; second++) rate = rate.After(waiting: 3000);
        Assert.Equal(20, rate.Now);
        Assert.True(rate.After(waiting: 1).Now > 20);
    }

    [Fact]
    public void A_smaller_crowd_does_not_grow_again()
    {
        var rate = new CrowdRate(700, 700).AtMost(100);
        Assert.Equal(100, rate.After(waiting: 0).Now);
        Assert.Equal(1, CrowdRate.First(1).After(waiting: 0).Now);
    }
}
