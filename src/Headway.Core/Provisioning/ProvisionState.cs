using System.Collections.Immutable;
using Headway.Core.Pipelines;

namespace Headway.Core.Provisioning;

/// <summary>How an environment of a service stands: read off the runs that were about it, the oldest first.</summary>
public sealed record ProvisionState(ImmutableArray<RunState> Runs)
{
    public static readonly ProvisionState None = new([]);

    public RunState? Last => Runs.IsEmpty ? null : Runs[^1];

    /// <summary>What was made last and is there; null before, after it was taken away, and where nobody knows what a failure left.</summary>
    public Provisioned? Stands => Runs.LastOrDefault(run => Of(run).Act is not ProvisionAct.Check) is
        { Outcome: RunOutcome.Succeeded } made && Of(made).Act is ProvisionAct.Make ? Of(made) : null;

    /// <summary>There may be something that somebody has to take away.</summary>
    public bool MayBeThere => Runs.LastOrDefault(run => Of(run).Act is not ProvisionAct.Check) is { } last
        && (Of(last).Act is ProvisionAct.Make || last.Outcome is not RunOutcome.Succeeded);

    /// <summary>The last look found something else than what was made.</summary>
    public bool HasDrifted => Last is { IsOpen: false, Outcome: not RunOutcome.Succeeded } last && Of(last).Act is ProvisionAct.Check;

    /// <summary>The run that could not make what the key describes, where that is how its newest attempt ended.</summary>
    public RunState? FailureOf(string key) => Runs.LastOrDefault(run => Of(run) is { Act: ProvisionAct.Make } made && made.Key == key) is
        { IsOpen: false, Outcome: not RunOutcome.Succeeded } failed ? failed : null;

    /// <summary>How many of the newest runs could not make anything, one after the other.</summary>
    public int FailuresInARow => Runs.Reverse().TakeWhile(run => Of(run).Act is ProvisionAct.Make && run is { IsOpen: false, Outcome: not RunOutcome.Succeeded }).Count();

    /// <summary>How often it was made again within the time because a look had found something else.</summary>
    public int Heals(DateTimeOffset since) => Runs.Zip(Runs.Skip(1)).Count(pair => pair.Second.StartedAt >= since
        && Of(pair.First).Act is ProvisionAct.Check && pair.First.Outcome is not RunOutcome.Succeeded && Of(pair.Second).Act is ProvisionAct.Make);

    public static Provisioned Of(RunState run) => run.Trigger!.Provisions!;
}
