using System.Collections.Immutable;
using Headway.Core.Pipelines;
using Headway.Core.Releases;
using Headway.Core.Rollouts;
using Headway.Core.Services;
using Headway.Core.Targets;

namespace Headway.Core.Tests.Pipelines;

/// <summary>A run that is told event by event.</summary>
internal sealed class RunStory
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private long _version;

    public RunStory(params JobSpec[] jobs) : this(spec => spec, null, jobs) { }

    public RunStory(Func<ServiceSpec, ServiceSpec> change, RunTrigger? trigger, params JobSpec[] jobs) =>
        Then(new RunEvent.Started("shop-1", "shop", 1, Commit, change(Spec(jobs)))
        {
            Trigger = trigger, Files = FileSet.DigestsOf([.. jobs], Files),
        });

    public static readonly ImmutableArray<TreeFile> Files =
        [new("100644", "aa", "src/app.cs"), new("100644", "bb", "docs/index.md")];

    public static Commit Commit { get; } = new("9f2c1ab0000000000000000000000000000000ff", "Add cart", "Ada", Start);

    public RunState State { get; private set; } = null!;

    public IEnumerable<string> Ready => RunDecider.Ready(State).Select(job => job.Name);

    public static JobSpec Job(string name, params string[] needs) =>
        new(name, "true", null, [.. needs], null, TimeSpan.FromMinutes(1), Network: false);

    public static JobSpec Cell(string name, string value)
    {
        var cell = new MatrixCell(name, [new("pg", value)]);
        return Job(cell.Name) with { Matrix = cell };
    }

    public static RunTrigger Push(params string[] changed) =>
        new(TriggerKind.Push, "main") { Base = "1234567890", Changed = [.. changed] };

    /// <summary>What follows of itself, as the server would append it.</summary>
    public RunStory Follows(EarlierResults? earlier = null) =>
        Then(RunFollow.Of(State, earlier ?? EarlierResults.None));

    public static ServiceSpec Spec(params JobSpec[] jobs) =>
        new("shop", [.. jobs], new RunSpec("./run"), ObjectivesSpec.None, []);

    public RunStory Then(params ImmutableArray<RunEvent> events)
    {
        foreach (var e in events)
        {
            _version++;
            State = RunState.Evolve(State, new(e, _version * 10, _version, Start.AddSeconds(_version), "test"));
        }
        return this;
    }

    public RunStory Starts(string job, string runner = "r1") => Then(new RunEvent.JobStarted(job, runner));

    public RunStory Ends(string job, Outcome outcome = Outcome.Succeeded) =>
        Then(new RunEvent.JobFinished(job, outcome, outcome is Outcome.Succeeded ? 0 : 1, $"{outcome}.", null));

    public RunDecision Asked(RunCommand command)
    {
        var decision = RunDecider.Decide(State, command);
        Then(decision.Events);
        return decision;
    }
}
