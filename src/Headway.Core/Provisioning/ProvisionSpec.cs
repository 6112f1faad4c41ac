using System.Collections.Immutable;
using Headway.Core.Pipelines;

namespace Headway.Core.Provisioning;

/// <summary>What an environment is made of: commands that bring it about, look whether it is there, and take it away.</summary>
/// <param name="Make">Brings about what this commit describes; run again it changes nothing.</param>
/// <param name="Check">Fails where the environment is not what was made; null when nothing is looked at.</param>
/// <param name="Remove">Takes it away; null when it is left there.</param>
/// <param name="CheckEvery">How long after the last look the next one comes.</param>
/// <param name="Paths">Files that describe it: only when they, or the commands, change is it made anew. Empty: at every commit.</param>
public sealed record ProvisionSpec(JobSpec Make, JobSpec? Check, JobSpec? Remove, TimeSpan CheckEvery, ImmutableArray<string> Paths)
{
    public const string MakeName = "make", CheckName = "check", RemoveName = "remove";

    /// <summary>The jobs of a run that does this. What was made is looked at before it counts as made.</summary>
    public ImmutableArray<JobSpec> JobsOf(ProvisionAct act) => act switch
    {
        ProvisionAct.Make when Check is { } check => [Make, check with { Needs = [MakeName] }],
        ProvisionAct.Make => [Make],
        ProvisionAct.Check => Check is { } check ? [check] : [],
        ProvisionAct.Remove => Remove is { } remove ? [remove] : [],
        _ => throw new ArgumentOutOfRangeException(nameof(act), act, "Not something that is done to an environment."),
    };
}
