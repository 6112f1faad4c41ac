namespace Headway.Core.Judging;

/// <summary>
/// Failures of the candidate beyond what stable had for the same traffic in the same batches. Raw failures would be
/// spent by good releases of services that fail a little anyway, and a comparison with stable's past by incidents.
/// </summary>
public sealed class ExcessBudget
{
    /// <summary>Excess at which the candidate goes, in trials, whatever the user's budget is.</summary>
    public const double Limit = 25;

    /// <summary>How many standard deviations the excess must be from nothing.</summary>
    public const double Deviations = 4;

    /// <summary>Excess in the unit of the tests (clients, when they stay on their side).</summary>
    public double Excess { get; private set; }

    /// <summary>Its variance when both sides are alike.</summary>
    public double Variance { get; private set; }

    /// <summary>Excess in requests: what users felt, and what a user's budget is about.</summary>
    public double Requests { get; private set; }

    public bool IsClear => Excess >= Deviations * Math.Sqrt(Variance + 1);

    /// <summary>
    /// The requests of one client fail together, so only the excess in trials can show that it is no accident; the
    /// excess in requests then says whether the user's budget is spent.
    /// </summary>
    public bool IsSpent(int budgetFailedRequests) =>
        IsClear && (Excess >= Limit || (budgetFailedRequests > 0 && Requests >= budgetFailedRequests));

    public void Apply(in Trials trials, in Trials requests)
    {
        if (trials.IsJudgeable)
        {
            var (nc, ns) = (trials.CandidateTrials, trials.StableTrials);
            Excess += trials.CandidateEvents - nc * trials.StableEvents / ns;
            var pooled = (trials.CandidateEvents + trials.StableEvents) / (nc + ns);
            Variance += pooled * nc * (1 + nc / ns);
        }

        if (requests.IsJudgeable)
            Requests += requests.CandidateEvents
                - requests.CandidateTrials * requests.StableEvents / requests.StableTrials;
    }
}
