using System.Collections.Immutable;
using Headway.Core.Groups;
using Headway.Core.Releases;
using Headway.Core.Rollouts;
using Headway.Core.Waiting;
using Headway.Server.Delivery;
using Headway.Server.Journal;

namespace Headway.Server.Groups;

/// <summary>Keeps members of a group waiting until it is their turn, and starts its runs.</summary>
public sealed class GroupDesk(GroupFiles files, GroupRuns runs, WaitingReleases waiting, Ledger ledger)
{
    public Wait? Gate(Release release, string environment)
    {
        if (files.Of(release.Service, environment) is not { } group) return null;
        var lane = $"{release.Service}/{environment}";
        if (!runs.IsReady) return new(WaitKind.Group, lane, $"What is known of group {group.Name} is being read.", null, null, null);
        if (runs.Of(group.Name).Open is not { } run || run.Environment != environment)
            return new(WaitKind.Group, lane, $"{release.Id} is released together with {Others(group, release.Service)} (group {group.Name}).",
                $"`headway group release {group.Name} --environment {environment}`", null, null);
        if (run.BackWhy is not null) return new(WaitKind.Group, lane, $"{Name(group, run)} goes back: {run.BackWhy}", "Its end.", null, null);
        if (run.Member(release.Service) is not { } member || member.Release != release.Id)
            return new(WaitKind.Group, lane, $"{release.Id} is not in {Name(group, run)}, which is under way.", $"The end of {Name(group, run)}, and a run after it.", null, null);
        return run.Next == member ? null : new(WaitKind.Group, lane, $"{release.Id} comes after {run.Next?.Release} ({Name(group, run)}).", $"{run.Next?.Service} being out in {environment}.", null, null);
    }

    /// <summary>A run of what waits for each member; members for which nothing waits keep what they have.</summary>
    public (GroupEvent? Event, Refusal? Refusal) Start(GroupSpec group, GroupState state, string environment, string why)
    {
        if (!group.Environments.Contains(environment))
            return No("group.environment", $"Group {group.Name} is about {string.Join(", ", group.Environments)}; in {environment} each goes alone.");
        if (state.Open is { } open) return No("group.open", $"{Name(group, open)} is under way in {open.Environment}; it ends first.");
        var (order, problem) = files.OrderOf(group);
        if (problem is not null) return No("group.order", problem);
        var members = order.Select(service => (Service: service, Next: waiting.Find(service, environment, null), Lane: ledger.Lane(service, environment))).ToList();
        if (members.Find(each => each.Lane.Open is not null) is { Service: { } busy }) return No("group.busy", $"A rollout of {busy} is open in {environment}; it ends first.");
        ImmutableArray<GroupMember> coming = [.. members.Where(each => each.Next is not null).Select(each => new GroupMember(each.Service, each.Next!.Id, each.Lane.Current))];
        return coming.IsEmpty ? No("group.nothing", $"Nothing waits for {environment} of any of {string.Join(", ", order)}.")
            : (new GroupEvent.Started((state.Last?.Number ?? 0) + 1, environment, coming, why), null);
    }

    public static (GroupEvent? Event, Refusal? Refusal) Back(GroupSpec group, GroupState state, string why) => state.Last switch
    {
        null => No("group.never", $"Group {group.Name} was never released."),
        { BackWhy: not null } run => No("group.back", $"{Name(group, run)} has gone back, or is on its way."),
        var run => (new GroupEvent.TurnedBack(run.Number, null, why), null),
    };

    private static string Name(GroupSpec group, GroupRun run) => $"{group.Name}-g{run.Number}";

    private static string Others(GroupSpec group, string service) => string.Join(", ", group.Services.Where(each => each != service));

    private static (GroupEvent? Event, Refusal? Refusal) No(string rule, string says) => (null, new(rule, says));
}
