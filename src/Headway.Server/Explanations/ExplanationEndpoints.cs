using Headway.Core.Services;
using Headway.Server.Specs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Headway.Server.Explanations;

/// <summary>
/// Why it was decided so, what another configuration would decide, and what a lane's traffic is like.
/// </summary>
public static class ExplanationEndpoints
{
    public static IServiceCollection AddExplanations(this IServiceCollection services) => services
        .AddSingleton<KeptExplanations>().AddSingleton<Explaining>().AddSingleton<Replaying>()
        .AddSingleton<TrafficProfiles>().AddHostedService<ExplanationKeeping>();

    public static void MapExplanations(this IEndpointRouteBuilder app)
    {
        var rollouts = app.MapGroup("/api/v1/rollouts/{id}").WithTags("Rollouts");
        rollouts.MapGet("/explanation", async (string id, Explaining explaining, HttpContext context) =>
            await explaining.OfAsync(id, context.RequestAborted) is { } explanation
                ? Results.Ok(explanation) : Unknown(id));
        rollouts.MapPost("/replay", ReplayAsync);
        app.MapGet("/api/v1/lanes/{service}/{environment}/profile", ProfileAsync).WithTags("Lanes");
    }

    private static async Task<IResult> ReplayAsync(string id, ReplayAsk ask, Replaying replaying, HttpContext context)
    {
        if (ask.Alpha is not (null or (> 0 and < 0.5)))
            return Wrong("`alpha` is a probability above 0 and below 0.5, such as 0.03.");
        if (ask.Exposure is < 0) return Wrong("`exposure` is a number of failed requests, or 0 for none.");
        ServiceSpec? spec = null;
        if (ask.Spec is { } text)
        {
            var reading = SpecReader.Read("headway.yaml", text);
            if (reading.Spec is null) return Wrong(string.Join("\n", reading.Problems));
            spec = reading.Spec;
        }

        return await replaying.OfAsync(id, ask, spec, context.RequestAborted) is { } replayed
            ? Results.Ok(replayed) : Unknown(id);
    }

    /// <param name="hours">How far back; the evidence is kept for two weeks.</param>
    private static async Task<IResult> ProfileAsync(
        string service, string environment, TrafficProfiles profiles, HttpContext context, double hours = 6) =>
        hours is > 0 and <= 24 * 14
            ? Results.Ok(await profiles.OfAsync(service, environment, TimeSpan.FromHours(hours),
            context.RequestAborted))
            : Wrong("`hours` is above 0 and at most 336.");

    private static IResult Wrong(string says) => Results.Problem(says, statusCode: 400, title: "Wrong question");

    private static IResult Unknown(string id) => Results.Problem(
        $"There is no rollout {id}. `headway rollouts list` shows them.", statusCode: 404, title: "Unknown rollout");
}
