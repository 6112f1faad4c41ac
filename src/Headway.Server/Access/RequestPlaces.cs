using Headway.Core.Access;
using Microsoft.AspNetCore.Http;

namespace Headway.Server.Access;

/// <summary>
/// The one place that says what a request of the API does to which service and environment, for whoever may not do everything. What it
/// does not know is not allowed to them, so that forgetting a path closes it.
/// </summary>
/// <param name="RolloutOf">Service and environment of a rollout; null when it is not known.</param>
/// <param name="RunOf">Service of a run.</param>
public sealed record RequestPlaces(Func<string, (string Service, string Environment)?> RolloutOf, Func<string, string?> RunOf)
{
    public static readonly RequestPlaces Unknown = new(_ => null, _ => null);

    /// <summary>Their handlers ask themselves, since the body says what they are about.</summary>
    private static readonly string[] AskThemselves = ["/api/v1/freezes", "/api/v1/state", "/api/v1/config", "/api/v1/groups", "/git"];

    public bool Allow(Principal who, PathString path)
    {
        if (Array.Exists(AskThemselves, each => path.StartsWithSegments(each))) return true;
        return Of(path) is { } place && who.May(place.Act, place.Service, place.Environment);
    }

    public RequestPlace? Of(PathString path)
    {
        if (!path.StartsWithSegments("/api/v1", out var rest)) return null;
        string[] words = [.. rest.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString)];
        return words switch
        {
            ["lanes", var service, var environment, var verb, ..] => new(ActOf(verb), service, environment),
            ["rollouts", var rollout, var verb, ..] when RolloutOf(rollout) is { } lane => new(ActOf(verb), lane.Service, lane.Environment),
            ["services"] => new(Act.Configure, Grant.Any, Grant.Any),
            ["services", var service, ..] => new(Act.Deploy, service, Grant.Any),
            ["runs", var run, ..] when RunOf(run) is { } service => new(Act.Deploy, service, Grant.Any),
            _ => null,
        };
    }

    private static Act ActOf(string verb) => verb.ToLowerInvariant() switch
    {
        "rollback" or "hold" or "resume" or "abort" or "pause" => Act.RollBack,
        "approve" or "withdraw" or "reject" or "review-glass" or "approval-link" => Act.Approve,
        "break-glass" => Act.BreakGlass,
        _ => Act.Deploy,
    };
}
