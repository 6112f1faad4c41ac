using System.Diagnostics;
using Headway.Core.Groups;
using Headway.Core.Rollouts;
using Headway.Core.Waiting;
using Headway.Server.Groups;
using Headway.Server.Rollouts;
using Headway.Server.Status;
using Xunit;

namespace Headway.Cli.Tests.MainPath;

/// <summary>Services that are released together, with real processes.</summary>
public sealed class GroupTests : IDisposable
{
    private readonly Folder _state = new();
    private readonly Folder _front = Folder.Repository();

    [Fact]
    public async Task A_group_comes_in_order_and_goes_back_in_reverse_when_one_is_turned_away_also_over_a_kill()
    {
        using var greeter = new Greeter("  production: { listen: {1} }");
        greeter.Commit(1);
        Front(1);
        await using var headway = await RunningHeadway.StartAsync(greeter);
        await headway.Api.PostAsync("api/v1/services", new { source = _front.Path, branch = "main" }, default);
        await OutAsync(headway, ("greeter", 1), ("front", 1));
        Push(headway, "services: [front, greeter]\n");
        await headway.UntilAsync("there is a group", async () => (await headway.CommandAsync("group", "list")).Out.Contains("pair: greeter, front in production"));

        greeter.Commit(2);
        Front(2);
        foreach (var service in (string[])["greeter", "front"])
            await headway.UntilAsync($"{service} waits for the other", async () => (await LaneAsync(headway, service)).Wait is
                { Kind: WaitKind.Group } wait && wait.Says.StartsWith($"{service}-2-", StringComparison.Ordinal) && wait.Unblocks!.Contains("headway group release pair"));
        Assert.Equal(ExitCode.Ok, (await headway.CommandAsync("group", "release", "pair", "--reason", "a feature of both")).ExitCode);
        Assert.Equal(ExitCode.Refused, (await headway.CommandAsync("group", "release", "pair")).ExitCode);
        await OutAsync(headway, ("greeter", 2), ("front", 2));
        await EndedAsync(headway, 1, GroupEnd.Committed);

        // The second of the third is bad. The server dies when the first is out, and what has to go back goes back after it.
        greeter.Commit(3);
        Front(3, check: "exit 1");
        foreach (var service in (string[])["greeter", "front"])
            await headway.UntilAsync($"{service} waits", async () => (await LaneAsync(headway, service)).Wait.Says.StartsWith($"{service}-3-", StringComparison.Ordinal));
        Assert.Equal(ExitCode.Ok, (await headway.CommandAsync("group", "release", "pair")).ExitCode);
        await headway.UntilAsync("the first is out", async () => (await LaneAsync(headway, "greeter")).State.Current!.StartsWith("greeter-3-", StringComparison.Ordinal));
        await headway.KillAsync("server");
        await headway.StartServerAsync();
        await EndedAsync(headway, 2, GroupEnd.RolledBack);
        await OutAsync(headway, ("greeter", 2), ("front", 2));
        Assert.Contains("front            front-3-", (await headway.CommandAsync("group", "list")).Out);

        // What was good together can go back together too, on somebody's word.
        greeter.Commit(4);
        Front(4);
        foreach (var service in (string[])["greeter", "front"])
            await headway.UntilAsync($"{service} waits", async () => (await LaneAsync(headway, service)).Wait.Says.StartsWith($"{service}-4-", StringComparison.Ordinal));
        Assert.Equal(ExitCode.Ok, (await headway.CommandAsync("group", "release", "pair")).ExitCode);
        await EndedAsync(headway, 3, GroupEnd.Committed);
        Assert.Equal(ExitCode.Ok, (await headway.CommandAsync("group", "rollback", "pair", "--reason", "customers complain")).ExitCode);
        await EndedAsync(headway, 3, GroupEnd.RolledBack);
        await OutAsync(headway, ("greeter", 2), ("front", 2));
        CheckOrder(await headway.StopAsync());
    }

    public void Dispose()
    {
        _state.Dispose();
        _front.Dispose();
    }

    private static void CheckOrder(WholeRecord record)
    {
        record.HoldsTogether();
        var back = record.Stored.Where(each => each.Type == "group.memberBack").Select(each => ((GroupEvent.MemberBack)Headway.Server.Storage.EventTypes.Known.Read(each)).Service);
        Assert.Equal(["greeter", "front", "greeter"], back);
        var promoted = record.Stored.Where(each => each.Type == "lane.releasePromoted").Select(each => each.Stream).ToList();
        Assert.True(promoted.LastIndexOf("lane/greeter/production") > promoted.LastIndexOf("lane/front/production"), string.Join(' ', promoted));
    }

    private static Task EndedAsync(RunningHeadway headway, int number, GroupEnd end) => headway.UntilAsync($"pair-g{number} has ended as {end}", async () =>
        (await headway.Api.GetAsync<GroupsView>("api/v1/groups", default)).Groups[0].Runs.Any(run => run.Number == number && run.End == end), TimeSpan.FromMinutes(2));

    private static async Task<LaneView> LaneAsync(RunningHeadway headway, string service) =>
        (await headway.Api.GetAsync<StatusView>("api/v1/status", default)).Services.First(each => each.Service.Name == service).Lanes.Single();

    private static async Task OutAsync(RunningHeadway headway, params (string Service, int Version)[] wanted)
    {
        foreach (var (service, version) in wanted)
            await headway.UntilAsync($"version {version} of {service} is out", async () =>
                (await headway.Api.GetAsync<StatusView>("api/v1/status", default)).Services.Where(each => each.Service.Name == service).SelectMany(each => each.Lanes)
                    .Any(lane => lane.State is { Open: null, Current: { } current } && current.StartsWith($"{service}-{version}-", StringComparison.Ordinal)), TimeSpan.FromMinutes(2));
    }

    private void Front(int version, string check = "exit 0")
    {
        if (version == 1) _front.Git("symbolic-ref", "HEAD", "refs/heads/main");
        _front.Write("headway.yaml", $"service: front\ndependsOn: [greeter]\nrun: {{ command: perl front.pl, health: /healthz }}\nrelease:\n  production: {{ checks: [ {check} ] }}\n");
        _front.Write("front.pl", "use IO::Socket::INET;\n# " + version + "\nmy $door = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $ENV{PORT}, Listen => 64, ReuseAddr => 1) or die;\n"
            + "while (my $peer = $door->accept) { while (<$peer>) { last if /^\\r?\\n$/ } print $peer \"HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\nConnection: close\\r\\n\\r\\nok\"; close $peer }\n");
        _front.Commit($"Front {version}");
    }

    private void Push(RunningHeadway headway, string group)
    {
        var clone = Path.Combine(_state.Path, "clone");
        Run("clone", "-q", Path.Combine(headway.Data, "server", "state.git"), clone);
        Directory.CreateDirectory(Path.Combine(clone, "groups"));
        File.WriteAllText(Path.Combine(clone, "groups", "pair.yaml"), group);
        Run("-C", clone, "add", ".");
        Run("-C", clone, "-c", "user.name=Ann", "-c", "user.email=ann@example.com", "commit", "-q", "-m", "Release both together");
        Run("-C", clone, "pull", "-q", "--rebase");
        Run("-C", clone, "push", "-q");
    }

    private static void Run(params string[] arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git", arguments) { RedirectStandardError = true })!;
        var said = git.StandardError.ReadToEnd();
        git.WaitForExit();
        Assert.True(git.ExitCode == 0, said);
    }
}
