using System.Collections.Immutable;
using Headway.Core.Conditions;
using Headway.Core.Conditions.Values;

namespace Headway.Core.Pipelines;

/// <summary>
/// What a `when:` may ask about: `service`, `event`, `branch`, `tag`, `commit`, `changed`, `mergeRequest` and `needs`.
/// docs/reference/pipelines.md describes each.
/// </summary>
public static class RunFacts
{
    public const string Changed = "changed";
    public const string Needs = "needs";

    public static readonly ImmutableArray<string> Names =
        ["service", "event", "branch", "tag", "commit", Changed, "mergeRequest", Needs];

    /// <summary>Values for one job of a run; `changed` is missing when it is not known.</summary>
    public static ImmutableDictionary<string, ConditionValue> Of(RunState run, JobSpec job)
    {
        var trigger = run.Trigger ?? new RunTrigger(TriggerKind.Push, "");
        var facts = ImmutableDictionary.CreateBuilder<string, ConditionValue>(StringComparer.Ordinal);
        facts["service"] = Text(run.Service);
        facts["event"] = Text(WordOf(trigger.Kind));
        facts["branch"] = Text(trigger.Branch);
        facts["tag"] = Text(trigger.Tag ?? "");
        facts["commit"] = Map(
            ("sha", Text(run.Commit.Sha)), ("subject", Text(run.Commit.Subject)), ("author", Text(run.Commit.Author)));
        if (trigger.Changed is { } changed)
            facts[Changed] = new ConditionValue.List([.. changed.Select(path => Text(path))]);
        facts["mergeRequest"] = trigger.MergeRequest is { } request
            ? Map(("number", new ConditionValue.Int(request.Number)), ("head", Text(request.Head)),
                ("author", Text(request.Author)), ("fromFork", ConditionValue.Bool.Of(request.FromFork)))
            : ConditionValue.Null.Value;
        facts[Needs] = NeedsOf(run, job);
        return facts.ToImmutable();
    }

    public static string WordOf(TriggerKind kind) => kind switch
    {
        TriggerKind.Push => "push",
        TriggerKind.Tag => "tag",
        TriggerKind.Schedule => "schedule",
        TriggerKind.Manual => "manual",
        TriggerKind.MergeRequest => "mergeRequest",
        TriggerKind.Handover => "handover",
        TriggerKind.Verify => "verify",
        TriggerKind.Provision => "provision",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind of trigger."),
    };

    /// <summary>Each needed job by its written name; all cells of a matrix count as one.</summary>
    private static ConditionValue.Map NeedsOf(RunState run, JobSpec job)
    {
        var phases = run.Jobs.ToDictionary(each => each.Name, each => each.Phase, StringComparer.Ordinal);
        return Map([.. run.Spec.Jobs.Where(each => job.Needs.Contains(each.Name))
            .GroupBy(each => each.WrittenName, each => phases[each.Name])
            .Select(group => (group.Key, Map(("outcome", Text(OutcomeOf([.. group]))))))]);
    }

    private static string OutcomeOf(ImmutableArray<JobPhase> phases) =>
        phases.Contains(JobPhase.Failed) ? "failed"
        : phases.Contains(JobPhase.Lost) ? "lost"
        // One that waits is asked about only when a failure elsewhere keeps it from beginning.
        : phases.Contains(JobPhase.Waiting) || phases.All(phase => phase is JobPhase.Skipped) ? "skipped" : "succeeded";

    private static ConditionValue.Text Text(string text) => new(text);

    private static ConditionValue.Map Map(params ImmutableArray<(string Key, ConditionValue Value)> fields) =>
        new ConditionValue.Map(fields.Aggregate(
            new MapEntries.Builder(), (map, field) => map.Add(field.Key, field.Value)).Build());
}
