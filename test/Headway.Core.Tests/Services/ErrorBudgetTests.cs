using System.Collections.Immutable;
using Headway.Core.Judging;
using Headway.Core.Services;
using Xunit;

namespace Headway.Core.Tests.Services;

public sealed class ErrorBudgetTests
{
    private static readonly EnvironmentSpec Tenth = new(
        "production", [], null, 50, OnInconclusive.Ask, TimeSpan.Zero, 0, null, null,
        ImmutableSortedDictionary<string, string>.Empty) { BudgetShare = 0.1 };

    private static readonly ObjectivesSpec ThreeNines = ObjectivesSpec.None with { Availability = 0.999 };

    [Fact]
    public void A_share_becomes_failed_requests_by_the_traffic_at_the_opening()
    {
        // 0.1 % of 10 requests/s over 30 days are 25,920 requests.
        var (budget, note) = ErrorBudget.FailedRequestsOf(Tenth, ThreeNines,
            StableHistory.None with { RequestsPerSecond = 10 });
        Assert.Equal(2592, budget);
        Assert.Equal(
            "The exposure budget is 2592 failed requests: 10 % of what 99.9 % allows in 30 days at 10 requests/s, "
                + "as in the ten minutes before.",
            note);
    }

    [Fact]
    public void A_budget_is_never_nothing()
    {
        var little = StableHistory.None with { RequestsPerSecond = 0.0001 };
        Assert.Equal(1, ErrorBudget.FailedRequestsOf(Tenth, ThreeNines, little).FailedRequests);
    }

    [Fact]
    public void Without_traffic_or_promise_the_usual_number_is_used_and_said()
    {
        var (budget, note) = ErrorBudget.FailedRequestsOf(Tenth, ThreeNines, StableHistory.None);
        Assert.Equal(ErrorBudget.Otherwise, budget);
        Assert.Contains("no traffic is known", note);
        Assert.Contains("no availability is promised", ErrorBudget.FailedRequestsOf(
            Tenth, ObjectivesSpec.None, StableHistory.None with { RequestsPerSecond = 10 }).Note);
    }

    [Fact]
    public void A_written_number_stays_what_it_is()
    {
        var number = Tenth with { BudgetShare = null };
        Assert.Equal((50, null), ErrorBudget.FailedRequestsOf(number, ThreeNines, StableHistory.None));
    }
}
