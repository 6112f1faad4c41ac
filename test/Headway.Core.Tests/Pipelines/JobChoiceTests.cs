using System.Collections.Immutable;
using Headway.Core.Nodes;
using Headway.Core.Pipelines;
using Headway.Core.Rollouts;
using Headway.Core.Services;
using Headway.Core.Waiting;
using Xunit;

namespace Headway.Core.Tests.Pipelines;

public sealed class JobChoiceTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly ImmutableDictionary<string, long> Nobody = ImmutableDictionary<string, long>.Empty;

    [Fact]
    public void Services_take_turns_and_within_one_the_oldest_run_comes_first()
    {
        var open = new[] { Run("a", 1, Job("x"), Job("y")), Run("a", 2, Job("x")), Run("b", 1, Job("x")) };
        Assert.Equal("a-1", JobChoice.Next(open, RunnerOffer.Plain("r"), Nobody)!.Run.Id);
        Assert.Equal("b-1", JobChoice.Next(open, RunnerOffer.Plain("r"), Nobody.Add("a", 1))!.Run.Id);
        Assert.Equal("a-1", JobChoice.Next(open, RunnerOffer.Plain("r"), Nobody.Add("a", 1).Add("b", 2))!.Run.Id);
    }

    [Fact]
    public void A_job_that_nobody_can_carry_does_not_keep_the_next_one_waiting()
    {
        var open = new[] { Run("a", 1, Job("x", new() { Labels = ["gpu"] }), Job("y")) };
        Assert.Equal("y", JobChoice.Next(open, RunnerOffer.Plain("r"), Nobody)!.Job.Name);
        Assert.Equal("x", JobChoice.Next(open, new("r", ["gpu"], JobTrust.Branch), Nobody)!.Job.Name);
    }

    [Fact]
    public void Jobs_of_forks_and_of_branches_never_meet_on_a_runner()
    {
        var fork = Run("a", 1, Job("x")) with
        {
            Trigger = new(TriggerKind.MergeRequest, "main") { MergeRequest = new(1, "c0ffee", "stranger", FromFork: true) },
        };
        Assert.Null(JobChoice.Next([fork], RunnerOffer.Plain("r"), Nobody));
        Assert.NotNull(JobChoice.Next([fork], new("r", [], JobTrust.Fork), Nobody));
        Assert.Null(JobChoice.Next([Run("a", 1, Job("x"))], new("r", [], JobTrust.Fork), Nobody));
    }

    [Fact]
    public void A_full_group_is_passed_over_and_its_limit_counts_over_services()
    {
        var lab = new JobRoom { Groups = [new("lab", 2)] };
        var open = new[]
        {
            Begun(Run("a", 1, Job("x", lab), Job("y", lab), Job("z")), "x"), Begun(Run("b", 1, Job("x", lab)), "x"),
        };
        Assert.Equal("z", JobChoice.Next(open, RunnerOffer.Plain("r"), Nobody)!.Job.Name);
    }

    [Fact]
    public void Without_any_runner_it_is_said_how_to_start_one() =>
        Assert.Contains("`headway runner`", JobWaits.Of(Run("a", 1, Job("x")), [], []).Unblocks);

    private static JobSpec Job(string name, JobRoom? room = null) =>
        new(name, "true", null, [], null, TimeSpan.FromMinutes(1), false) { Room = room };

    private static RunState Run(string service, int number, params ImmutableArray<JobSpec> jobs) =>
        RunState.Evolve(null, Recorded(new RunEvent.Started($"{service}-{number}", service, number,
            new("c0ffee", "Subject", "author", Noon), new(service, jobs, new(""), ObjectivesSpec.None, []))));

    private static RunState Begun(RunState run, string job) =>
        RunState.Evolve(run, Recorded(new RunEvent.JobStarted(job, "other")));

    private static Recorded<RunEvent> Recorded(RunEvent e) => new(e, 1, 1, Noon, "test");
}
