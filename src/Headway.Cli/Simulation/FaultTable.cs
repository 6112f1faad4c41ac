using Headway.Core.Judging.Explanations;
using Headway.Simulation.Replay;

namespace Headway.Cli.Simulation;

/// <summary>What the judge makes of one kind of candidate, over many simulated rollouts.</summary>
/// <param name="MedianSeconds">From its first user to the rollback; null when fewer than half were taken back.</param>
/// <param name="P90Seconds">Null when fewer than nine in ten were taken back.</param>
/// <param name="TakenBackLow">Lower end of the 95 % interval of the share that is taken back.</param>
/// <param name="Asked">Share that stopped and asked a person instead.</param>
/// <param name="RequestsHit">Requests that the fault failed or slowed down: mean, and nine in ten have at most
/// `P90RequestsHit`.</param>
internal sealed record FaultRow(
    string Candidate, int Runs, double TakenBack, double TakenBackLow, double TakenBackHigh, double Asked,
    double? MedianSeconds, double? P90Seconds, double RequestsHit, double P90RequestsHit, double UsersHit,
        double P90UsersHit)
{
    public static FaultRow Of(TrafficRun plan, CandidateFault fault, int runs, long seed, Action told,
        CancellationToken stop)
    {
        var outcomes = new TrafficOutcome[runs];
        Parallel.For(0, runs, new ParallelOptions { CancellationToken = stop }, run =>
        {
            outcomes[run] = plan.Run(fault, seed + run);
            told();
        });
        var back = outcomes.Count(o => o.TakenBackAt is not null);
        var (share, low, high) = Difference.Wilson(back, runs);
        double? At(double q) =>
            outcomes.Select(o => (double?)o.TakenBackAt).Quantile(q) is var value && double.IsFinite(value) ? value
                : null;
        return new(
            fault.Name, runs, share, low, high, outcomes.Count(o => o.AskedAt is not null) / (double)runs, At(0.5),
                At(0.9),
            Math.Round(outcomes.Average(o => (double)o.RequestsHit), 1), outcomes.Select(o =>
                (double?)o.RequestsHit).Quantile(0.9),
            Math.Round(outcomes.Average(o => (double)o.UsersHit), 1), outcomes.Select(o =>
                (double?)o.UsersHit).Quantile(0.9));
    }
}
