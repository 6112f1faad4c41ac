namespace Headway.Simulation.Replay;

/// <summary>What happens to users while a release rolls out, whoever judges it.</summary>
/// <param name="RequestsPerSecond">Poisson arrivals, assigned independently at the share in force.</param>
/// <param name="BaseRate">p0: what fails in any case.</param>
public sealed record World(double RequestsPerSecond, double BaseRate)
{
    /// <summary>Failure rate of the candidate from the onset on; null is no fault.</summary>
    public double? FaultRate { get; init; }

    public int FaultFrom { get; init; }

    /// <summary>The candidate's answers take longer by this factor.</summary>
    public double Slower { get; init; } = 1;

    /// <summary>Share of the candidate's answers that take ten times as long.</summary>
    public double VerySlow { get; init; }

    /// <summary>Both sides fail at this rate, from .. to.</summary>
    public (double Rate, int From, int To)? Incident { get; init; }

    /// <summary>Stable's rate rises by this factor over half an hour, up and down like a day.</summary>
    public double Drift { get; init; } = 1;

    public int Seconds { get; init; } = 1800;

    public double StableRate(int second)
    {
        var rate = BaseRate * (1 + (Drift - 1) * Math.Sin(Math.PI * second / 1800));
        return Incident is { } i && second >= i.From && second < i.To ? Math.Max(i.Rate, rate) : Math.Min(rate, 1);
    }

    public double CandidateRate(int second) =>
        FaultRate is { } fault && second >= FaultFrom ? Math.Max(fault, StableRate(second)) : StableRate(second);

    public bool IsFaultyAt(int second) => FaultRate is not null && second >= FaultFrom;
}

/// <summary>The arrivals of one second at one share.</summary>
public readonly record struct Arrivals(int Candidate, int CandidateFailures, int Stable, int StableFailures)
{
    public static Arrivals Of(World world, long run, int second, double share)
    {
        var chance = new Chance(run, second);
        var all = chance.Poisson(world.RequestsPerSecond);
        var candidate = chance.Binomial(all, share);
        return new(
            candidate, chance.Binomial(candidate, world.CandidateRate(second)),
            all - candidate, chance.Binomial(all - candidate, world.StableRate(second)));
    }
}
