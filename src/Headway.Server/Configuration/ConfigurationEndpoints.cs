using System.Collections.Immutable;
using Headway.Core.Access;
using Headway.Core.Configuration;
using Headway.Server.Access;
using Headway.Server.Intent;
using Headway.Server.Journal;
using Headway.Server.Rollouts;
using Headway.Server.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Headway.Server.Configuration;

/// <param name="Environment">Null: in every environment.</param>
/// <param name="Values">A null takes the variable out of the file.</param>
public sealed record ConfigurationAsk(string? Environment, ImmutableSortedDictionary<string, string?> Values, string? Reason);

/// <param name="Commit">Null when the file says so already.</param>
public sealed record ConfigurationSet(string Path, string? Commit, ConfigurationView Now);

/// <summary>Environment variables of services, as files of the state repo; these read and write them.</summary>
public static class ConfigurationEndpoints
{
    public const string Path = "/api/v1/config";
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(10);

    public static IServiceCollection AddConfiguration(this IServiceCollection services) => services
        .AddSingleton<ConfigurationFiles>().AddSingleton<ConfigurationDesk>().AddSingleton<StateFileCheck>(ConfigurationFiles.Check)
        .AddSingleton(s => ActivatorUtilities.CreateInstance<ConfigurationBook>(s, (s.GetRequiredService<IEventStore>(), s.GetRequiredService<LedgerReader>())))
        .AddHostedService(s => s.GetRequiredService<ConfigurationBook>())
        .AddSingleton<PromotionGate>(s => s.GetRequiredService<ConfigurationDesk>().Gate);

    public static void MapConfiguration(this IEndpointRouteBuilder app)
    {
        var config = app.MapGroup(Path).WithTags("Configuration");
        config.MapGet("/{service}", (string service, ConfigurationDesk desk, Ledger ledger) => desk.Of(service) is { } view ? Results.Ok(view)
            : Problems.NotFound("service", service, ledger.Services.Select(each => each.Name))).WithName("ShowConfiguration");
        config.MapPost("/{service}", SetAsync).WithName("SetConfiguration");
    }

    private static async Task<IResult> SetAsync(
        string service, ConfigurationAsk ask, ConfigurationDesk desk, ConfigurationBook book, StateRepo repo, Ledger ledger, HttpContext context)
    {
        var (who, stop) = (context.Principal(), context.RequestAborted);
        if (who.WhyNot(Act.Configure, service, ask.Environment ?? Grant.Any) is { } refusal)
            return Results.Problem(refusal.Says, statusCode: 403, title: "Not allowed");
        if (ledger.Service(service) is not { } view) return Problems.NotFound("service", service, ledger.Services.Select(each => each.Name));
        if (ask.Environment is { } environment && view.Environments.All(each => each.Name != environment))
            return Problems.NotFound("environment", environment, view.Environments.Select(each => each.Name));
        if (ask.Values is null or { Count: 0 }) return Results.Problem("Nothing is set: KEY=VALUE.", statusCode: 400, title: "Nothing to set");
        var path = ask.Environment is { } one ? ConfigurationLayers.ForOne(service, one) : ConfigurationLayers.ForAll(service);
        var text = ConfigurationFile.With(repo.Head.Text(path), ask.Values);
        if (text is not null && ConfigurationFiles.Read(path, text).Problems is { IsEmpty: false } problems)
            return Results.Problem(string.Join('\n', problems), statusCode: 422, title: "Not a configuration");
        var commit = await CommitAsync(repo, new(who.Name, Subject(service, ask), ask.Reason ?? "", null,
            ImmutableDictionary<string, string?>.Empty.Add(path, text)), stop);
        var version = await book.LookAsync(view, stop);
        // Whoever asks next is told of it, and so is this answer.
        while ((ledger.Configuration(service)?.Number ?? 0) < version) await Task.Delay(Moment, stop);
        return Results.Ok(new ConfigurationSet(path, commit, desk.Of(service)!));
    }

    private static async Task<string?> CommitAsync(StateRepo repo, StateChange change, CancellationToken stop) => (await repo.CommitAsync([change], stop))[0];

    private static string Subject(string service, ConfigurationAsk ask)
    {
        var keys = string.Join(", ", ask.Values.Keys.Take(3)) + (ask.Values.Count > 3 ? $" and {ask.Values.Count - 3} more" : "");
        return $"{(ask.Values.Values.All(value => value is null) ? "Unset" : "Set")} {keys} of {service}{(ask.Environment is { } one ? $" in {one}" : "")}";
    }
}
