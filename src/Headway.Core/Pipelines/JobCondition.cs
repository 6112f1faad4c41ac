using System.Collections.Immutable;
using Headway.Core.Conditions;

namespace Headway.Core.Pipelines;

/// <summary>The `when:` of a job, read once for a decision.</summary>
public static class JobCondition
{
    /// <summary>Everything that is wrong with the text whatever the run is; empty when nothing is.</summary>
    public static ImmutableArray<ConditionError> ProblemsOf(string when) => Condition.Parse(when) switch
    {
        { Error: { } wrong } => [wrong],
        var read => read.Condition!.Check(RunFacts.Names),
    };

    /// <summary>A job that asks how others ended is decided when they have, also when they failed.</summary>
    public static bool AsksHowNeedsEnded(JobSpec job) => job.When is { } when && Mentions(when, RunFacts.Needs);

    /// <summary>The decision about a job whose needs have ended.</summary>
    public static JobTurn Decide(RunState run, JobSpec job)
    {
        if (job.When is not { } when) return new JobTurn.Runs(null);
        if (Condition.Parse(when).Condition is not { } condition)
            return new JobTurn.Fails($"The `when` of {job.Name} cannot be read: {when}");
        if (run.Trigger?.Changed is null && Mentions(when, RunFacts.Changed))
            return new JobTurn.Runs("What changed is not known, so its `when` counts as true.");
        return condition.Evaluate(RunFacts.Of(run, job)) switch
        {
            { Holds: true } => new JobTurn.Runs($"Its `when` holds: {Shown(when)}"),
            { Value: Conditions.ConditionValue.Bool } => new JobTurn.Skips($"Its `when` does not hold: {Shown(when)}"),
            { Error: { } error } => new JobTurn.Fails(
                $"The `when` of {job.Name} cannot be decided at {error.Line}:{error.Column}: {error.Says}"),
            _ => new JobTurn.Fails($"The `when` of {job.Name} is neither true nor false: {Shown(when)}"),
        };
    }

    private static bool Mentions(string when, string name) => Condition.Parse(when).Condition is { } condition
        && !condition.Check(RunFacts.Names.Where(each => each != name)).IsEmpty;

    private static string Shown(string when)
    {
        var line = when.ReplaceLineEndings(" ").Trim();
        return line.Length <= 200 ? line : line[..197] + "...";
    }
}
