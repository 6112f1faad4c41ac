using System.Diagnostics;
using Headway.Core.Targets;
using Headway.Node.Control;
using Headway.Node.Gateway;
using Headway.Node.Instances;
using Headway.Node.Tests.Programs;
using Xunit;

namespace Headway.Node.Tests.Control;

/// <summary>What a restarted control makes of what it finds.</summary>
public sealed class RestartTests
{
    private const string Old = "shop-1-aaaaaaa";
    private const string New = "shop-2-bbbbbbb";

    [Fact]
    public async Task After_a_restart_of_the_host_everything_is_started_again()
    {
        await using var node = await TestNode.StartAsync();
        node.Place(Old, node.WebArtifact(), TestNode.Web(), 1);
        var instance = (await node.ReadyAsync(Old)).Instances.Single();
        await node.StopAsync();
        Process.GetProcessById(instance.Pid).Kill();
        await node.EventuallyAsync(() => ProcessIdentity.Of(instance.Pid) is null);
        var record = Path.Combine(node.Data, "instances", instance.Id, "record.json");
        File.WriteAllText(record, File.ReadAllText(record).Replace(HostBoot.Id, "an earlier boot"));
        node.Run();
        var seen = await node.SeenAsync(Old, workload => workload.Instances is [{ State: "ready" } next] && next.Pid != instance.Pid);
        Assert.Equal("The host was restarted.", seen.Instances.Single().LastExit);
    }

    [Fact]
    public async Task A_number_that_another_process_has_now_is_never_signalled()
    {
        await using var node = await TestNode.StartAsync();
        node.Place(Old, node.WebArtifact(), TestNode.Web(), 1);
        var instance = (await node.ReadyAsync(Old)).Instances.Single();
        await node.StopAsync();
        Process.GetProcessById(instance.Pid).Kill();
        await node.EventuallyAsync(() => ProcessIdentity.Of(instance.Pid) is null);
        using var stranger = Process.Start("sleep", "1000");
        var started = Path.Combine(node.Data, "instances", instance.Id, "started");
        var stat = File.ReadAllText(started).Split(' ');
        // The same number, but the ticks of the process that had it before.
        File.WriteAllText(started, $"{stranger.Id} {string.Join(' ', stat[1..])}");
        node.Run();
        await node.SeenAsync(Old, workload => workload.Instances is [{ State: "ready", Restarts: 1 }]);
        Assert.False(stranger.HasExited);
        stranger.Kill();
    }

    [Fact]
    public async Task What_runs_from_a_folder_whose_record_is_damaged_is_ended_and_replaced()
    {
        await using var node = await TestNode.StartAsync();
        node.Place(Old, node.WebArtifact(), TestNode.Web(), 1);
        var instance = (await node.ReadyAsync(Old)).Instances.Single();
        await node.StopAsync();
        File.WriteAllText(Path.Combine(node.Data, "instances", instance.Id, "record.json"), "{ torn");
        node.Run(options => options with { Data = Path.GetRelativePath(Environment.CurrentDirectory, node.Data) });
        var seen = await node.SeenAsync(Old, workload =>
            workload.Instances is [{ State: "ready" } next] && next.Pid != instance.Pid);
        Assert.Equal(0, seen.Instances.Single().Restarts);
        await node.EventuallyAsync(() => ProcessIdentity.Of(instance.Pid) is null);
    }

    [Fact]
    public async Task A_drain_goes_on_after_a_restart()
    {
        await using var node = await TestNode.StartAsync();
        node.Place(Old, node.WebArtifact(), TestNode.Web(("TEST_IGNORE_TERM", "1"))
            with { StopWithin = TimeSpan.FromSeconds(2) }, 1);
        var instance = (await node.ReadyAsync(Old)).Instances.Single();
        node.Place(Old, node.WebArtifact(), TestNode.Web(), 0, fence: 2);
        await node.SeenAsync(Old, workload => workload.Instances is [{ State: "draining" }]);
        await node.StopAsync();
        Assert.NotNull(ProcessIdentity.Of(instance.Pid));
        node.Run();
        await node.SeenAsync(Old, workload => workload.Instances.IsEmpty);
        Assert.Null(ProcessIdentity.Of(instance.Pid));
    }

    [Fact]
    public async Task A_restart_neither_ends_a_lease_nor_renews_it()
    {
        await using var node = await TestNode.StartOutsideAsync();
        var digest = node.WebArtifact();
        node.Place(Old, digest, TestNode.Web(), 1);
        node.Place(New, digest, TestNode.Web(), 1, fence: 2);
        await node.ReadyAsync(Old);
        await node.ReadyAsync(New);
        node.Route(Old, New, share: 0.5);
        node.Server.Want(desired => desired with
        {
            Routes = [desired.Routes[0] with { Lease = new Lease(TimeSpan.FromSeconds(8), 1_000_000) }],
        });
        await node.EventuallyAsync(() => node.Server.Report is { Routes: [{ Lowered: null } route] }
            && route.To.ShareOfUsers > 0);
        await KillAsync(node);
        var boot = node.Server.Report!.Boot;
        node.RunOutside();
        await node.EventuallyAsync(() => node.Server.Report!.Boot != boot && node.Server.Report is { Routes: [{ Lowered: null } route] }
            && route.To.ShareOfUsers > 0);

        // From here on nobody hears the server; a control that starts again must not take its start for news of it.
        node.Server.Refuse = 503;
        await KillAsync(node);
        var silentSince = Environment.TickCount64;
        var state = Path.Combine(node.Data, "gateway-state.json");
        var put = File.GetLastWriteTimeUtc(state);
        node.RunOutside();
        await node.EventuallyAsync(() => File.GetLastWriteTimeUtc(state) > put);
        var heard = AtomicFile.Read<GatewayState>(state)!.ServerHeardTicks;
        Assert.InRange(heard, 1, silentSince);
        var kept = await node.EventuallyAsync(() =>
            node.AskGateway() is { Routes: [{ Lowered: not null } route] } ? route : null);
        Assert.Equal(0, kept.To.ShareOfUsers);
    }

    private static async Task KillAsync(TestNode node)
    {
        node.Outside!.Kill();
        await node.Outside.WaitForExitAsync(TestContext.Current.CancellationToken);
    }
}
