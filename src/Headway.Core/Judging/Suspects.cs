namespace Headway.Core.Judging;

/// <summary>
/// The error test again with each instance of the candidate left out. When the evidence vanishes without one of them,
/// that instance (its node, its disk) explains the failures as well as the release does.
/// </summary>
internal sealed class Suspects
{
    /// <summary>More instances than this are not followed one by one.</summary>
    private const int Most = 16;

    private readonly Dictionary<string, FailProcess> without = [];

    public int Count => without.Count;

    /// <param name="batch">The closed batch of errors.</param>
    /// <param name="instances">Its candidate side by instance.</param>
    /// <param name="before">The whole test before this batch: what a test without a new instance looked like.</param>
    public void Apply(
        in Trials batch, IReadOnlyDictionary<string, (double Trials, double Events)> instances, FailProcess before,
        double stableRate, bool wakes)
    {
        foreach (var name in instances.Keys)
            if (!without.ContainsKey(name) && without.Count < Most) without[name] = before.Copy();
        foreach (var (name, process) in without)
        {
            var (n, k) = instances.GetValueOrDefault(name);
            var rest = batch with
            {
                CandidateTrials = Math.Max(batch.CandidateTrials - n, 0),
                CandidateEvents = Math.Max(batch.CandidateEvents - k, 0),
            };
            process.Apply(rest with { CandidateEvents = Math.Min(rest.CandidateEvents, rest.CandidateTrials) },
                stableRate, wakes);
        }
    }

    /// <summary>The instance without which least is left, and the ln e that is left.</summary>
    public (string? Instance, double LogE) Worst()
    {
        var worst = ((string?)null, double.PositiveInfinity);
        foreach (var (name, process) in without)
            if (process.GatedLogE(MetricTest.LeastEvents) is var log && log < worst.Item2) worst = (name, log);
        return worst;
    }
}
