using System.Diagnostics;
using Headway.Core.Services;
using Headway.Node.Tests.Programs;
using Xunit;

namespace Headway.Node.Tests.Instances;

/// <summary>Instances that do not do what they should, with real processes.</summary>
public sealed class DeathTests
{
    private const string Release = "shop-1-aaaaaaa";

    [Fact]
    public async Task One_that_dies_at_once_is_reported_after_three_deaths_with_its_last_words()
    {
        await using var node = await TestNode.StartAsync();
        var digest = node.Artifact(("run.sh", "#!/bin/sh\necho starting\necho no database >&2\nexit 3\n"u8.ToArray(), true));
        node.Place(Release, digest, new("./run.sh", "/healthz"), 1);
        var seen = await node.SeenAsync(Release, workload => workload.Failure is not null);
        Assert.Matches(@"exited with code 3 after \d\.\d s; last line: no database It died 3 times in a row\.",
            seen.Failure);
        Assert.Equal("failed", seen.Instances.Single().State);
        Assert.True(seen.Instances.Single().Restarts >= 3);
    }

    [Theory]
    [InlineData("./nothing-there", "code 127", "the command was not found")]
    [InlineData("./data.txt", "code 126", "the command is not executable")]
    public async Task A_command_that_cannot_run_says_so(string command, string code, string why)
    {
        await using var node = await TestNode.StartAsync();
        node.Place(Release, node.Artifact(("data.txt", "x"u8.ToArray(), false)), new(command), 1);
        var seen = await node.SeenAsync(Release, workload => workload.Failure is not null);
        Assert.Contains(code, seen.Failure);
        Assert.Contains(why, seen.Failure);
    }

    [Fact]
    public async Task One_that_is_never_healthy_fails_with_its_last_answer()
    {
        await using var node = await TestNode.StartAsync();
        node.Place(Release, node.WebArtifact(),
            TestNode.Web(("TEST_HEALTH", "500")) with { StartWithin = TimeSpan.FromSeconds(2) }, 1);
        var seen = await node.SeenAsync(Release, workload => workload.Failure is not null);
        Assert.EndsWith("did not answer 2xx on /healthz within 2.0 s; last answer 500.", seen.Failure);
        Assert.DoesNotContain(seen.Instances, instance => instance.State == "ready");
    }

    [Fact]
    public async Task One_that_listens_on_another_port_is_told_which()
    {
        var other = TestNode.FreePort();
        await using var node = await TestNode.StartAsync();
        node.Place(Release, node.WebArtifact(),
            TestNode.Web(("TEST_PORT", $"{other}")) with { StartWithin = TimeSpan.FromSeconds(2) }, 1);
        var seen = await node.SeenAsync(Release, workload => workload.Failure is not null);
        Assert.Contains($"listens on port {other} instead of ", seen.Failure);
    }

    [Fact]
    public async Task One_that_dies_later_is_restarted_and_counted_and_is_no_failure()
    {
        await using var node = await TestNode.StartAsync();
        node.Place(Release, node.WebArtifact(), TestNode.Web(), 1);
        var first = (await node.ReadyAsync(Release)).Instances.Single();
        Process.GetProcessById(first.Pid).Kill();
        var seen = await node.SeenAsync(Release, workload =>
            workload.Instances is [{ State: "ready", Restarts: 1 } instance] && instance.Pid != first.Pid);
        Assert.Null(seen.Failure);
        Assert.Contains("killed by SIGKILL", seen.Instances.Single().LastExit);
        Assert.Equal(first.Id, seen.Instances.Single().Id);
    }

    [Fact]
    public async Task One_that_ignores_SIGTERM_is_killed_after_its_limit_with_its_children()
    {
        await using var node = await TestNode.StartAsync();
        var child = Path.Combine(node.Data, "child");
        File.WriteAllText(child, "");
        File.SetUnixFileMode(child, (UnixFileMode)0b110_110_110);
        node.Place(Release, node.WebArtifact(), TestNode.Web(("TEST_IGNORE_TERM", "1"), ("TEST_CHILD", child))
            with { StopWithin = TimeSpan.FromSeconds(1) }, 1);
        var instance = (await node.ReadyAsync(Release)).Instances.Single();
        await node.EventuallyAsync(() => File.ReadAllText(child).EndsWith('\n'));
        var childPid = int.Parse(File.ReadAllText(child));
        Assert.True(Alive(childPid));

        node.Place(Release, node.WebArtifact(), TestNode.Web(), 0, fence: 2);
        await node.SeenAsync(Release, workload => workload.Instances.IsEmpty);
        Assert.False(Alive(instance.Pid));
        Assert.False(Alive(childPid));
    }

    [Fact]
    public async Task Children_that_outlive_a_dead_instance_die_before_it_is_started_again()
    {
        await using var node = await TestNode.StartAsync();
        var child = Path.Combine(node.Data, "child");
        File.WriteAllText(child, "");
        File.SetUnixFileMode(child, (UnixFileMode)0b110_110_110);
        node.Place(Release, node.WebArtifact(), TestNode.Web(("TEST_CHILD", child)), 1);
        var instance = (await node.ReadyAsync(Release)).Instances.Single();
        await node.EventuallyAsync(() => File.ReadAllText(child).EndsWith('\n'));
        var childPid = int.Parse(File.ReadAllText(child));
        Process.GetProcessById(instance.Pid).Kill();
        await node.SeenAsync(Release, workload => workload.Instances is [{ State: "ready", Restarts: 1 }]);
        Assert.False(Alive(childPid));
    }

    [Fact]
    public async Task Readiness_and_liveness_are_apart()
    {
        await using var node = await TestNode.StartAsync(options => options with
        {
            Instances = new() { ProbeWhileRunning = TimeSpan.FromMilliseconds(100) },
        });
        node.Place(Release, node.WebArtifact(), TestNode.Web() with { Liveness = "/" }, 1);
        var instance = (await node.ReadyAsync(Release)).Instances.Single();
        var health = Path.Combine(node.Data, "instances", instance.Id, "work", "health");
        File.WriteAllText(health, "503");
        var unready = await node.SeenAsync(Release, workload => workload.Instances is [{ State: "unready" }]);
        Assert.Equal(instance.Pid, unready.Instances.Single().Pid);
        await node.EventuallyAsync(() => node.Server.Report!.Problems.Any(problem => problem.Contains("last answer 503")));
        File.Delete(health);
        var ready = await node.ReadyAsync(Release);
        Assert.Equal((instance.Pid, 0), (ready.Instances.Single().Pid, ready.Instances.Single().Restarts));
    }

    [Fact]
    public async Task One_whose_liveness_fails_is_restarted()
    {
        await using var node = await TestNode.StartAsync(options => options with
        {
            Instances = new() { ProbeWhileRunning = TimeSpan.FromMilliseconds(100) },
        });
        node.Place(Release, node.WebArtifact(), TestNode.Web() with { Health = "/", Liveness = "/healthz" }, 1);
        var instance = (await node.ReadyAsync(Release)).Instances.Single();
        var health = Path.Combine(node.Data, "instances", instance.Id, "work", "health");
        File.WriteAllText(health, "500");
        var seen = await node.SeenAsync(Release, workload => workload.Instances is [{ Restarts: 1 }]);
        Assert.Contains("liveness checks of /healthz failed in a row: last answer 500", seen.Instances.Single().LastExit);
    }

    [Fact]
    public async Task Memory_beyond_the_limit_is_an_end_that_is_said_and_measured()
    {
        await using var node = await TestNode.StartAsync();
        // `tail` keeps what has no line end, so it eats memory until somebody stops it.
        node.Place(Release, node.WebArtifact(), new("tail /dev/zero") { MemoryBytes = 100L << 20 }, 1);
        var seen = await node.SeenAsync(Release, workload => workload.Failure is not null);
        Assert.Contains("used more memory than its limit of 100 MB", seen.Failure);

        node.Place("shop-2-bbbbbbb", node.WebArtifact(("two", "")),
            TestNode.Web(("TEST_EAT_MB", "100"), ("TEST_SPIN", "1")) with { MemoryBytes = 400L << 20, CpuCores = 0.5 }, 1);
        var fits = await node.SeenAsync("shop-2-bbbbbbb", workload =>
            workload.Instances is [{ State: "ready", CpuCores: > 0.2 } instance] && instance.MemoryBytes > 100L << 20);
        Assert.True(fits.Instances.Single().CpuCores < 0.8, $"{fits.Instances.Single().CpuCores} cores");
    }

    [Fact]
    public void The_control_groups_of_this_machine_are_described() =>
        Assert.NotEmpty(Headway.Node.Instances.ControlGroups.Describe());

    private static bool Alive(int pid) => Headway.Node.Instances.ProcessIdentity.Of(pid) is not null;
}
