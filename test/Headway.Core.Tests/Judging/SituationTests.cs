using Headway.Core.Judging;
using Headway.Simulation.Replay;
using Xunit;

namespace Headway.Core.Tests.Judging;

/// <summary>
/// Good releases in the situations that production brings: never blamed when counted as the product counts, and often
/// when not, which shows that the replay contains the trap. Seeds are fixed; larger numbers come from the benchmarks.
/// </summary>
public class SituationTests
{
    private const int Runs = 25;

    public static TheoryData<string> Names => [.. Situation.All.Select(s => s.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_good_release_is_not_blamed_and_would_be_without_the_remedy(string name)
    {
        var situation = Situation.All.Single(s => s.Name == name);
        Assert.Equal(0, situation.BlamedShare(Runs, remedied: true));
        Assert.True(situation.BlamedShare(Runs, remedied: false) >= 0.15);
    }

    [Fact]
    public void Broken_clients_and_retry_storms_blame_nobody_when_clients_are_counted()
    {
        Assert.Equal(0, Share(run => ClientSituations.Broken(run, byClient: true, broken: 2, share: 0.25)));
        Assert.True(Share(run => ClientSituations.Broken(run, byClient: false, broken: 2, share: 0.25)) > 0.2);
        Assert.Equal(0, Share(run => ClientSituations.Storms(run, byClient: true, share: 0.05)));
        Assert.True(Share(run => ClientSituations.Storms(run, byClient: false, share: 0.05)) > 0.3);
    }

    [Fact]
    public void Replayed_rollouts_end_as_they_should()
    {
        var settings = new JudgeSettings();
        var replay = new HeadwayReplay(settings, new(settings));
        var good = replay.Run(new(500, 0.01), Ladder.Ramped(500), run: 1);
        Assert.Null(good.RolledBackAt);
        Assert.InRange(good.PromotedAt!.Value, 60, 300);

        var bad = replay.Run(new(500, 0.01) { FaultRate = 0.5 }, Ladder.Ramped(500), run: 1);
        Assert.InRange(bad.RolledBackAt!.Value, 1, 10);
        Assert.InRange(bad.FailedRequests, 3, 15);

        var incident = replay.Run(new(500, 0.01) { Incident = (0.3, 20, 200) }, Ladder.Ramped(500), run: 1);
        Assert.Null(incident.RolledBackAt);
        Assert.True(incident.PromotedAt > 200);
    }

    [Fact]
    public void The_opponents_do_what_their_sources_say()
    {
        var dead = new World(50, 0.001) { FaultRate = 1 };
        Assert.Equal(360, ThresholdReplay.FlaggerStock.Run(dead, 1).RolledBackAt);
        Assert.Equal(240, ThresholdReplay.ArgoDocs.Run(dead, 1).RolledBackAt);
        Assert.Equal(600, KayentaReplay.Run(dead, 1).RolledBackAt);
        var good = new World(50, 0.001);
        Assert.Equal(600, ThresholdReplay.FlaggerStock.Run(good, 1).PromotedAt);
        Assert.Equal(900, ThresholdReplay.ArgoDocs.Run(good, 1).PromotedAt);
        Assert.Null(KayentaReplay.Run(good, 1).RolledBackAt);
        Assert.Equal(72, ThresholdReplay.Tunable().Count());
    }

    [Theory]
    [InlineData(3)]
    [InlineData(40)]
    public void Chance_has_the_mean_and_spread_that_it_should(double mean)
    {
        var (poisson, binomial) = (new List<double>(), new List<double>());
        for (var run = 0; run < 20_000; run++)
        {
            var chance = new Chance(run, 1);
            poisson.Add(chance.Poisson(mean));
            binomial.Add(chance.Binomial(100, mean / 100));
        }

        Assert.Equal(mean, poisson.Average(), 0.02 * mean);
        Assert.Equal(mean, poisson.Sum(x => (x - mean) * (x - mean)) / 20_000, 0.05 * mean);
        Assert.Equal(mean, binomial.Average(), 0.02 * mean);
        Assert.Equal(mean * (1 - mean / 100), binomial.Sum(x => (x - mean) * (x - mean)) / 20_000, 0.05 * mean);
    }

    private static double Share(Func<long, bool> blames) => Enumerable.Range(0, Runs).Count(r => blames(r)) / (double)Runs;
}
