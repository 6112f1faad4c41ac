using System.Collections.Immutable;
using Headway.Node.Gateway.Counting;
using Headway.Node.Gateway.Routing;
using Xunit;

namespace Headway.Node.Tests.Gateway;

public sealed class BalanceTests
{
    private readonly HandClock time = new();
    private readonly TickClock clock;

    public BalanceTests() => clock = new(time);

    private ImmutableArray<Instance> Instances(int count) =>
    [
        .. Enumerable.Range(1, count).Select(i =>
            new Instance(new("a/b", "r1", $"i{i}", $"127.0.0.1:{i}", true, time.GetUtcNow()), clock)),
    ];

    private List<string> Eject(ImmutableArray<Instance> ready)
    {
        var ejected = new List<string>();
        Balance.Eject(ready, clock.Now, time.TimestampFrequency, (instance, _) => ejected.Add(instance.Id));
        return ejected;
    }

    [Fact]
    public void The_less_busy_of_two_gets_the_request()
    {
        var ready = Instances(2);
        for (var i = 0; i < 10; i++) ready[0].Enter();
        var picks = Enumerable.Range(0, 1000).Count(_ => Balance.Pick(ready, clock.Now) == ready[1]);
        Assert.InRange(picks, 650, 850);
    }

    [Fact]
    public void One_that_fails_far_above_its_peers_is_left_out_for_a_while()
    {
        var ready = Instances(3);
        for (var i = 0; i < 40; i++)
            foreach (var instance in ready) instance.Ejection.Count(instance == ready[0]);
        Assert.Equal(["i1"], Eject(ready));
        for (var i = 0; i < 100; i++) Assert.NotSame(ready[0], Balance.Pick(ready, clock.Now));
        time.Pass(10.1);
        Assert.Contains(ready[0], Enumerable.Range(0, 100).Select(_ => Balance.Pick(ready, clock.Now)));
    }

    [Fact]
    public void When_all_fail_alike_nobody_is_left_out()
    {
        var ready = Instances(3);
        for (var i = 0; i < 40; i++)
            foreach (var instance in ready) instance.Ejection.Count(failed: true);
        Assert.Empty(Eject(ready));
    }

    [Fact]
    public void Refused_connections_leave_one_out_but_never_the_last()
    {
        var ready = Instances(2);
        foreach (var instance in ready)
            for (var i = 0; i < 3; i++) instance.Ejection.CountRefusedConnection();
        Assert.Equal(["i1"], Eject(ready));
        Assert.Empty(Eject(ready));
        var only = Instances(1);
        for (var i = 0; i < 9; i++) only[0].Ejection.CountRefusedConnection();
        Assert.Empty(Eject(only));
        Assert.Same(only[0], Balance.Pick(only, clock.Now));
    }
}
