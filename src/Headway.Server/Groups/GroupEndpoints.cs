using System.Collections.Immutable;
using Headway.Core.Access;
using Headway.Core.Groups;
using Headway.Server.Access;
using Headway.Server.Intent;
using Headway.Server.Journal;
using Headway.Server.Rollouts;
using Headway.Server.Specs;
using Headway.Server.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Headway.Server.Groups;

/// <param name="Environment">Null: the first of the group.</param>
public sealed record GroupAsk(string? Environment = null, string? Reason = null);

/// <param name="Order">In which members come; empty where there is none.</param>
/// <param name="Problem">Why it cannot be released.</param>
/// <param name="Runs">The newest last.</param>
public sealed record GroupView(GroupSpec Group, ImmutableArray<string> Order, string? Problem, ImmutableArray<GroupRun> Runs);

public sealed record GroupsView(ImmutableArray<GroupView> Groups, ImmutableArray<SpecProblem> Problems);

/// <summary>Groups as people and programs ask for them.</summary>
public static class GroupEndpoints
{
    public const string Path = "/api/v1/groups";

    public static IServiceCollection AddGroups(this IServiceCollection services) => services
        .AddSingleton<GroupFiles>().AddSingleton<GroupDesk>().AddSingleton<StateFileCheck>(GroupFiles.Check)
        .AddSingleton(s => ActivatorUtilities.CreateInstance<GroupRuns>(s, (s.GetRequiredService<IEventStore>(), s.GetRequiredService<LedgerReader>())))
        .AddHostedService(s => s.GetRequiredService<GroupRuns>())
        // Asked for when it is asked: the desk looks at lanes, which ask it.
        .AddSingleton<PromotionGate>(s => (release, environment) => s.GetRequiredService<GroupDesk>().Gate(release, environment));

    public static void MapGroups(this IEndpointRouteBuilder app)
    {
        var groups = app.MapGroup(Path).WithTags("Groups");
        groups.MapGet("/", (GroupFiles files, GroupRuns runs) => new GroupsView([.. files.All.Select(group => View(group, files, runs))], files.Problems)).WithName("ListGroups");
        groups.MapPost("/{group}/release", async (string group, GroupAsk ask, GroupFiles files, GroupRuns runs, GroupDesk desk, HttpContext context) =>
            await SayAsync(group, ask, Act.Deploy, (files, runs), context,
                (spec, state, environment) => desk.Start(spec, state, environment, ask.Reason ?? "no reason given"))).WithName("ReleaseGroup");
        groups.MapPost("/{group}/rollback", async (string group, GroupAsk ask, GroupFiles files, GroupRuns runs, HttpContext context) =>
            await SayAsync(group, ask, Act.RollBack, (files, runs), context,
                (spec, state, _) => GroupDesk.Back(spec, state, $"{context.Principal().Name}: {ask.Reason ?? "no reason given"}"))).WithName("RollBackGroup");
    }

    private static GroupView View(GroupSpec group, GroupFiles files, GroupRuns runs)
    {
        var (order, problem) = files.OrderOf(group);
        return new(group, order, problem, runs.Of(group.Name).Runs);
    }

    /// <summary>It takes the role for every member.</summary>
    private static async Task<IResult> SayAsync(
        string name, GroupAsk ask, Act act, (GroupFiles Files, GroupRuns Runs) groups, HttpContext context,
        Func<GroupSpec, GroupState, string, (GroupEvent? Event, Core.Rollouts.Refusal? Refusal)> decide)
    {
        if (groups.Files.All.FirstOrDefault(each => each.Name == name) is not { } group)
            return Problems.NotFound("group", name, groups.Files.All.Select(each => each.Name));
        var environment = ask.Environment ?? group.Environments[0];
        var who = context.Principal();
        if (group.Services.Select(each => who.WhyNot(act, each, environment)).FirstOrDefault(each => each is not null) is { } forbidden)
            return Results.Problem(forbidden.Says, statusCode: 403, title: "Not allowed", type: $"urn:headway:{forbidden.Rule}");
        if (!groups.Runs.IsReady) return Results.Problem("The record is still being read; ask again.", statusCode: 503, title: "Not ready");
        var refusal = await groups.Runs.ChangeAsync(name, who.Name, state => decide(group, state, environment), context.RequestAborted);
        return refusal is null ? Results.Ok(View(group, groups.Files, groups.Runs))
            : Results.Problem(refusal.Says, statusCode: 409, title: "Not now", type: $"urn:headway:{refusal.Rule}");
    }
}
