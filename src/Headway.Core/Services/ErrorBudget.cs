using System.Globalization;
using Headway.Core.Judging;

namespace Headway.Core.Services;

/// <summary>
/// What an availability objective allows to fail: (1 - objective) of the requests of its window, which is 30 days.
/// </summary>
public static class ErrorBudget
{
    public static readonly TimeSpan Window = TimeSpan.FromDays(30);

    /// <summary>Failed requests of an exposure budget for which nothing else is written or known.</summary>
    public const int Otherwise = 50;

    private const double Most = 1e9;

    /// <summary>Failed requests in the window.</summary>
    public static double Of(double availability, double requestsPerSecond) =>
        (1 - availability) * requestsPerSecond * Window.TotalSeconds;

    /// <summary>
    /// The exposure budget of a rollout as a number, and what it was made of when it was written as a share.
    /// </summary>
    /// <param name="history">Of the ten minutes before the rollout.</param>
    public static (int FailedRequests, string? Note) FailedRequestsOf(
        EnvironmentSpec environment, ObjectivesSpec objectives, StableHistory history)
    {
        if (environment.BudgetShare is not { } share) return (environment.BudgetFailedRequests, null);
        if (objectives.Availability is not { } availability || history.RequestsPerSecond <= 0)
            return (Otherwise, $"The exposure budget is {Percent(share)} of the error budget, but "
                + (objectives.Availability is null ? "no availability is promised" : "no traffic is known of the "
                + "ten minutes before")
                + $": {Otherwise} failed requests instead.");
        var requests = share * Of(availability, history.RequestsPerSecond);
        var budget = (int)Math.Clamp(Math.Floor(requests), 1, Most);
        return (budget, string.Create(CultureInfo.InvariantCulture,
            $"The exposure budget is {budget} failed requests: {Percent(share)} of what {Percent(availability)} "
                + $"allows in ")
            + string.Create(CultureInfo.InvariantCulture,
                $"{Window.TotalDays:0} days at {history.RequestsPerSecond:0.##} requests/s, as in the ten minutes "
                    + $"before."));
    }

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture,
        $"{share * 100:0.####} %");
}
