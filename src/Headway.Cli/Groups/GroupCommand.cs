using System.CommandLine;
using Headway.Cli.Api;
using Headway.Cli.Terminal;
using Headway.Core.Groups;
using Headway.Server.Groups;

namespace Headway.Cli.Groups;

/// <summary>`headway group`: services that are released together.</summary>
internal static class GroupCommand
{
    private static readonly Argument<string> Name = new("group") { Description = "Name of the group." };

    private static readonly Option<string?> Environment = new("--environment") { Description = "Where (default: the first of the group).", HelpName = "name" };

    private static readonly Option<string?> Reason = new("--reason") { Description = "Why; goes into the record.", HelpName = "text" };

    public static Command Build() => new("group", "Services that are released together, in order, and go back together.")
    {
        List(), Say("release", "Bring out what waits for each member, one after the other; if one is turned away, all go back."),
        Say("rollback", "Bring all members back to what they had before the newest run, the last one first; also while it is under way."),
    };

    private static Command List()
    {
        var command = new Command("list", "Groups, and how their newest runs stand.");
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            screen.Answer(await api.GetAsync<GroupsView>("api/v1/groups", stop), view =>
            {
                if (view.Groups.IsEmpty) screen.Line("There are none: groups/NAME.yaml in the state repo makes one.");
                foreach (var group in view.Groups) Show(screen, group);
                foreach (var problem in view.Problems) screen.Line($"  {problem}");
            });
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Say(string verb, string description)
    {
        var command = new Command(verb, description) { Name, Environment, Reason };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            screen.Answer(await api.PostAsync<GroupView>($"api/v1/groups/{Uri.EscapeDataString(result.GetValue(Name)!)}/{verb}",
                new GroupAsk(result.GetValue(Environment), result.GetValue(Reason)), stop), view => Show(screen, view));
            return ExitCode.Ok;
        });
        return command;
    }

    private static void Show(Screen screen, GroupView view)
    {
        screen.Line($"{view.Group.Name}: {string.Join(", ", view.Order.IsEmpty ? view.Group.Services : view.Order)} in {string.Join(", ", view.Group.Environments)}");
        if (view.Problem is { } problem) screen.Line($"  {problem}");
        if (view.Runs is not [.., var run]) return;
        screen.Line($"  {view.Group.Name}-g{run.Number} in {run.Environment}: {Stands(run)}");
        foreach (var member in run.Members) screen.Line($"    {member.Service,-16} {member.Release,-28} {Stands(run, member)}");
    }

    private static string Stands(GroupRun run) => run.End switch
    {
        GroupEnd.Committed => "all are out",
        GroupEnd.RolledBack => $"rolled back. {run.Says}",
        _ => run.BackWhy is { } why ? $"going back: {why}" : $"under way, {run.Out.Length} of {run.Members.Length} out",
    };

    private static string Stands(GroupRun run, GroupMember member) => run.Bad == member.Service ? "turned away"
        : run.Back.Contains(member.Service) ? $"back on {member.Before ?? "nothing"}" : run.Out.Contains(member.Service) ? "out"
        : run.End is null && run.BackWhy is null && run.Next == member ? "under way" : "waits";
}
