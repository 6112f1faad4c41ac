using System.Collections.Immutable;
using System.CommandLine;
using Headway.Cli.Api;
using Headway.Cli.Terminal;
using Headway.Core.Readiness;
using Headway.Server.Readiness;

namespace Headway.Cli.Readiness;

/// <summary>`headway readiness`: the checklists of a service, as they were found.</summary>
internal static class ReadinessCommand
{
    public static Command Build()
    {
        var service = new Argument<string?>("service") { Description = "Name of the service (default: all, a line each).", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("readiness", "Whether a service is ready to go out by itself: both checklists, computed.") { service };
        command.SetAction(async (result, stop) =>
        {
            var screen = Screen.Of(result);
            using var api = ApiClient.For(result);
            if (result.GetValue(service) is not { } name)
            {
                screen.Answer(await api.GetAsync<ImmutableArray<ReadinessView>>("api/v1/readiness", stop), views => Overview(screen, views));
                return ExitCode.Ok;
            }
            var view = await api.GetAsync<ReadinessView>($"api/v1/readiness/{Uri.EscapeDataString(name)}", stop);
            screen.Answer(view, _ => Show(screen, view));
            return view.Release is not null && view.Items.All(item => item.IsMet) ? ExitCode.Ok : ExitCode.No;
        });
        return command;
    }

    private static void Overview(Screen screen, ImmutableArray<ReadinessView> views)
    {
        if (views.IsEmpty) screen.Line("There are no services yet.");
        foreach (var view in views)
            screen.Line(view.Release is null ? $"{view.Service,-20} nothing was built yet"
                : $"{view.Service,-20} {view.Met} of {view.Items.Length}  {Lacks(view)}");
    }

    private static string Lacks(ReadinessView view) => view.Met == view.Items.Length ? "ready"
        : "lacks " + string.Join(", ", view.Items.Where(item => !item.IsMet).Select(item => item.Id));

    private static void Show(Screen screen, ReadinessView view)
    {
        if (view.Release is null)
        {
            screen.Line($"Nothing of {view.Service} was built yet.");
            return;
        }
        screen.Line($"{view.Service}: {view.Met} of {view.Items.Length}, as of {view.Release} ({view.Tier}{(view.Owner is { } owner ? $", {owner}" : "")})");
        foreach (var list in view.Items.GroupBy(item => item.Checklist))
        {
            screen.Line(list.Key is Checklist.PreProduction ? "Before production" : "In production");
            foreach (var item in list)
            {
                screen.Line($"  {Mark(item.Standing)} {item.Id,-12} {item.Asks} {item.Found}");
                if (item.Do is { } what) screen.Line($"      {what}");
            }
        }
    }

    private static string Mark(ItemStanding standing) => standing switch
    {
        ItemStanding.Met => "met    ",
        ItemStanding.Missing => "missing",
        _ => "unknown",
    };
}
