using Headway.Core.Evidence;

namespace Headway.Core.Judging;

/// <summary>
/// What one gateway has counted since its last closed batch, under one route version, and what stable's rates are
/// there. Nothing is ever pooled over gateways or route versions: at different shares the sides would differ in their
/// mix, and a good release would look bad.
/// </summary>
internal sealed class OpenBatch(StableRate[] rates)
{
    private readonly Trials[] open = new Trials[rates.Length];
    private Trials requests;

    public StableRate[] Rates => rates;

    public long RouteVersion { get; set; }

    public ReadOnlySpan<Trials> Trials => open;

    public Trials Requests => requests;

    /// <summary>Candidate trials and failures by instance.</summary>
    public Dictionary<string, (double Trials, double Events)> Instances { get; } = [];

    /// <summary>One clock for all metrics: clients at risk, or those that may still have a spell.</summary>
    public bool IsJudgeable(int errors, int spell) => spell < 0
        ? open[errors].IsJudgeable
        : Math.Max(open[errors].CandidateTrials, open[spell].CandidateTrials) >= 1
            && Math.Max(open[errors].StableTrials, open[spell].StableTrials) >= 1;

    public void Add(EvidenceBatch batch, BatchReading reading, MetricTest[] tests)
    {
        for (var i = 0; i < open.Length; i++) open[i] += reading.Of(tests[i].Metric, batch);
        requests += BatchReading.Requests(batch);
        if (batch.Candidate is not { } candidate || candidate.Instances.IsDefaultOrEmpty) return;
        foreach (var instance in candidate.Instances)
        {
            var (n, k) = Instances.GetValueOrDefault(instance.Instance);
            Instances[instance.Instance] = (n + instance.Clients, k + instance.ClientFailures);
        }
    }

    public void Clear()
    {
        Array.Clear(open);
        requests = default;
        Instances.Clear();
    }
}
