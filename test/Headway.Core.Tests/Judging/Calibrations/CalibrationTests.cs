using System.Collections.Immutable;
using Headway.Core.Evidence;
using Headway.Core.Judging;
using Headway.Core.Judging.Calibrations;
using Headway.Simulation.Replay;
using Xunit;

namespace Headway.Core.Tests.Judging.Calibrations;

/// <summary>
/// Traffic of clients as a gateway counts it, alone on stable, then compared with itself. The study
/// (docs/concepts/trust.md)
/// has 0.3 % false alarms for independent requests and 14 to 33 % where four to ten fail together.
/// </summary>
public sealed class CalibrationTests(ITestOutputHelper output)
{
    private const int Seconds = 3600, Runs = 200, Count = 500;
    private static readonly double[] Shares = [0.05, 0.25, 0.5];

    [Fact]
    public void Independent_requests_may_be_counted_one_by_one()
    {
        var calibration = Calibrate(Profile((_, _) => 0.01, retries: 0));
        Assert.True(calibration.RequestsAreSafe, calibration.Says);
        Assert.InRange(calibration.Requests.Dispersion.VarianceToMean!.Value, 0.85, 1.15);
        Assert.InRange(calibration.Requests.Dispersion.NextSecond!.Value, -0.1, 0.1);
        Assert.StartsWith("The request unit would be safe here", calibration.Says);
    }

    [Fact]
    public void Where_failures_come_in_clusters_clients_must_be_the_unit()
    {
        // Now and then a client fails for some seconds on end, and tries again at once.
        var until = new int[Count];
        var chance = new Chance(5, -11);
        var profile = Profile((client, second) =>
        {
            if (until[client] <= second && chance.Happens(0.002)) until[client] = second + 5;
            return second < until[client] ? 0.9 : 0.001;
        }, retries: 3);

        var calibration = Calibrate(profile);

        Assert.False(calibration.RequestsAreSafe, calibration.Says);
        Assert.True(calibration.Requests.Rate > 0.05, calibration.Says);
        Assert.True(calibration.Clients.Rate <= 0.01, calibration.Says);
        Assert.True(calibration.Requests.Dispersion.VarianceToMean > 2);
        Assert.StartsWith("Clients must be the unit here", calibration.Says);
    }

    [Fact]
    public void Too_little_is_said_to_be_too_little()
    {
        var few = new TrafficProfile("shop/production", null, null, StableHistory.None, [new(10, 0, 10, 0)]);
        var none = new AlikeSplits("requests", 0, 0, Dispersion.OfRequests(few.Counts));
        Assert.Null(Calibration.Of(few, none, none, 0.03).RequestsAreSafe);
        Assert.Contains("300 are", Calibration.Of(few, none, none, 0.03).Says);
    }

    /// <summary>
    /// Pairs that fail together scatter twice as much as single ones, whatever the rate does over minutes.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Failures_that_come_in_groups_scatter_by_their_size(int together)
    {
        var chance = new Chance(3, 1);
        var counts = ImmutableArray.CreateBuilder<SecondCounts>();
        for (var s = 0; s < 7200; s++)
        {
            var groups = chance.Poisson(0.5 * (1 + Math.Sin(s / 300.0)));
            counts.Add(new(1000, together * groups, 900, groups));
        }

        var found = Dispersion.OfRequests(counts.ToImmutable()).VarianceToMean!.Value;
        Assert.InRange(found, 0.88 * together, 1.12 * together);
        Assert.InRange(Dispersion.OfClients(counts.ToImmutable()).VarianceToMean!.Value, 0.88, 1.12);
    }

    [Fact]
    public void A_profile_leaves_out_seconds_with_a_candidate_and_finds_the_number_of_clients()
    {
        var recording = new ProfileRecording("shop/production");
        var clients = new Clients(Count, 9);
        for (var s = 0; s < 600; s++)
        {
            var chance = new Chance(9, s);
            var (stable, _) = clients.Second(ref chance, s, 200, 0, (_, _) => 0);
            var candidate = s is >= 100 and < 200 ? SideCounts.None("r2") with { Requests = 5 } : null;
            recording.Add(Situation.Start.AddSeconds(s) is var at
                ? new("n1", "b1", s + 1, "shop/production", 1, at, stable with { Release = "r1" }, candidate) : null!);
        }

        var profile = recording.Finish();

        Assert.Equal(500, profile.Counts.Length);
        Assert.InRange(profile.Past.RequestsPerSecond, 190, 210);
        Assert.InRange(profile.Clients!.Value, 0.9 * Count, 1.1 * Count);
    }

    private Calibration Calibrate(TrafficProfile profile)
    {
        var split = new SplitAlike(profile.Counts, Shares);
        var calibration = Calibration.Of(
            profile, split.Run(Runs, false, 1, 0.03, () => { }), split.Run(Runs, true, 1, 0.03, () => { }), 0.03);
        output.WriteLine(calibration.Says);
        output.WriteLine($"{calibration.Requests}\n{calibration.Clients}");
        return calibration;
    }

    private static TrafficProfile Profile(Func<int, int, double> fails, int retries)
    {
        var clients = new Clients(Count, 4);
        var recording = new ProfileRecording("shop/production");
        for (var s = 0; s < Seconds; s++)
        {
            var (chance, second) = (new Chance(4, s), s);
            var (stable, _) = clients.Second(ref chance, s, 50, 0, (client, _) => fails(client, second), retries);
            var counted = retries == 0 ? stable
                : stable with { Requests = stable.Routes[0].Requests, Failures = stable.Routes[0].Failures };
            recording.Add(new("n1", "b1", s + 1, "shop/production", 1, Situation.Start.AddSeconds(s), counted, null));
        }

        return recording.Finish();
    }
}
