using System.Diagnostics;
using Headway.Core.Nodes;
using Headway.Core.Targets;
using Headway.Node.Tests.Programs;
using Xunit;

namespace Headway.Node.Tests.Tasks;

/// <summary>One-shot tasks with real processes: once, with an end that is known or said to be unknown.</summary>
public sealed class TaskTests
{
    private const string Release = "shop-1-aaaaaaa";

    [Fact]
    public async Task A_task_runs_in_a_copy_of_its_artifact_against_a_ready_instance()
    {
        await using var node = await TestNode.StartAsync();
        var digest = node.WebArtifact(("smoke.sh",
            "#!/bin/sh\necho url=$HEADWAY_URL release=$HEADWAY_RELEASE_ID\necho written > here || exit 9\ncat here\n"));
        node.Place(Release, digest, TestNode.Web(), 1);
        Ask(node, "smoke", digest, "./smoke.sh");
        var done = await DoneAsync(node, "smoke#1");
        Assert.Equal((Outcome.Succeeded, 0), (done.Outcome, done.ExitCode));
        var port = node.Seen(Release)!.Instances.Single().Port;
        Assert.Equal($"url=http://127.0.0.1:{port} release={Release}\nwritten", done.OutputTail);
    }

    [Fact]
    public async Task A_task_that_fails_says_how_and_is_not_run_again()
    {
        await using var node = await TestNode.StartAsync();
        var count = CountFile(node);
        var digest = node.WebArtifact();
        Ask(node, "smoke", digest, $"echo ran >> {count}; echo broken >&2; exit 4");
        var done = await DoneAsync(node, "smoke#1");
        Assert.Equal((Outcome.Failed, 4, "broken"), (done.Outcome, done.ExitCode, done.OutputTail));
        await node.StopAsync();
        node.Run();
        // The same task under a newer fence is still the same attempt.
        node.Server.Want(desired => desired with { Tasks = [desired.Tasks[0] with { Fence = new Fence(0, 9) }] });
        await node.EventuallyAsync(() => node.Server.Report!.Tasks is [{ Fence.Version: 9, Outcome: Outcome.Failed }]);
        Assert.Equal(["ran"], File.ReadAllLines(count));
    }

    [Fact]
    public async Task A_task_that_takes_too_long_is_killed_with_its_children()
    {
        await using var node = await TestNode.StartAsync();
        var pids = CountFile(node);
        Ask(node, "load", node.WebArtifact(), $"setsid sh -c 'echo $$ >> {pids}; exec sleep 1000' & sleep 1000",
            TimeSpan.FromSeconds(1));
        var done = await DoneAsync(node, "load#1");
        Assert.Equal(Outcome.Failed, done.Outcome);
        Assert.Contains("it ran for longer than 1.0 s", done.OutputTail);
        var child = int.Parse(File.ReadAllText(pids));
        Assert.Null(Headway.Node.Instances.ProcessIdentity.Of(child));
    }

    [Fact]
    public async Task A_task_goes_on_when_control_is_killed_and_its_end_is_still_known()
    {
        await using var node = await TestNode.StartOutsideAsync();
        var count = CountFile(node);
        var gate = Path.Combine(node.Data, "gate");
        Ask(node, "migrate", node.WebArtifact(), $"echo ran >> {count}; until [ -e {gate} ]; do sleep 0.05; done; exit 5");
        await node.EventuallyAsync(() => File.ReadAllText(count).Length > 0);
        node.Outside!.Kill();
        await node.Outside.WaitForExitAsync(TestContext.Current.CancellationToken);
        File.WriteAllText(gate, "");
        node.RunOutside();
        var done = await DoneAsync(node, "migrate#1");
        Assert.Equal((Outcome.Failed, 5), (done.Outcome, done.ExitCode));
        Assert.Equal(["ran"], File.ReadAllLines(count));
    }

    [Fact]
    public async Task A_task_that_was_killed_with_its_shim_while_control_was_away_is_lost_and_not_run_again()
    {
        await using var node = await TestNode.StartOutsideAsync();
        var count = CountFile(node);
        Ask(node, "migrate", node.WebArtifact(), $"echo $PPID >> {count}; sleep 1000");
        await node.EventuallyAsync(() => File.ReadAllText(count).EndsWith('\n'));
        node.Outside!.Kill();
        await node.Outside.WaitForExitAsync(TestContext.Current.CancellationToken);
        Process.GetProcessById(int.Parse(File.ReadAllText(count))).Kill();
        node.RunOutside();
        var done = await DoneAsync(node, "migrate#1");
        Assert.Equal(Outcome.Lost, done.Outcome);
        Assert.Contains("cannot be known", done.OutputTail);
        Assert.Single(File.ReadAllLines(count));
    }

    [Fact]
    public async Task A_task_that_nobody_wants_any_more_is_stopped_and_forgotten()
    {
        await using var node = await TestNode.StartAsync();
        var pids = CountFile(node);
        Ask(node, "load", node.WebArtifact(), $"echo $$ >> {pids}; sleep 1000");
        await node.EventuallyAsync(() => File.ReadAllText(pids).EndsWith('\n'));
        node.Server.Want(desired => desired with { Tasks = [] });
        await node.EventuallyAsync(() => Directory.GetDirectories(Path.Combine(node.Data, "tasks")).Length == 0);
        Assert.Null(Headway.Node.Instances.ProcessIdentity.Of(int.Parse(File.ReadAllText(pids))));
    }

    /// <summary>A file that the task's user may write to.</summary>
    private static string CountFile(TestNode node)
    {
        var count = Path.Combine(node.Data, "count");
        File.WriteAllText(count, "");
        File.SetUnixFileMode(count, (UnixFileMode)0b110_110_110);
        return count;
    }

    private static void Ask(TestNode node, string task, string digest, string command, TimeSpan? limit = null) =>
        node.Server.Want(desired => desired with
        {
            Tasks = [new TaskWanted(TestNode.Lane, task, 1, Release, digest, command, limit ?? TimeSpan.FromSeconds(30), new Fence(0, 3))],
        });

    private static Task<TaskDone> DoneAsync(TestNode node, string key) => node.EventuallyAsync(() =>
        node.Server.Report?.Tasks.FirstOrDefault(task => task.Key == key && task.Outcome != Outcome.Running));
}
