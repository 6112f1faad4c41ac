using System.Net;
using Headway.Core.Judging;
using Headway.Core.Judging.Calibrations;
using Headway.Core.Judging.Explanations;
using Headway.Core.Rollouts;
using Headway.Core.Services;
using Headway.Server.Explanations;
using Headway.Server.Tests.Rollouts;
using Xunit;

namespace Headway.Server.Tests.Explanations;

/// <summary>Rollouts that the real loop has carried, judged and stored, explained and judged again over HTTP.</summary>
public sealed class ExplanationTests
{
    private const string Rollout = "shop-production-2";
    private static readonly TimeSpan Enough = TimeSpan.FromHours(2);

    [Fact]
    public async Task What_was_taken_back_is_explained_as_it_was_decided()
    {
        var run = Ran(0.3);
        var rollout = run.Rollout(Rollout)!;
        Assert.Equal(RollbackCause.ProvenWorse, rollout.Cause);
        await using var server = await ExplanationServer.StartAsync(run);

        var explained = await server.GetAsync<Explanation>($"/api/v1/rollouts/{Rollout}/explanation");

        Assert.Equal((VerdictKind.Rollback, "errors"), (explained.Kind, explained.Leading!.Name));
        Assert.Equal(rollout.CauseSays, explained.Says);
        Assert.True(explained.Curve.Lines[0].LogE[^1] >= explained.Curve.ActsAt);
        // The judge that is fed again decides on the same evidence.
        Assert.Equal(rollout.LastVerdict!.Evidence.LogE, explained.Users.LogE, 9);
        Assert.Equal(rollout.LastVerdict.Evidence.CandidateFailures, explained.Users.CandidateFailures);
        Assert.True(explained.CrossedAt <= explained.RolledBackAt);
        Assert.True(explained.AtPlansEnd!.More > explained.AtPlansEnd.Low && explained.AtPlansEnd.Low > 0);
        Assert.InRange(explained.AtPlansEnd.PerRequest, 0.02, 0.3);
        Assert.NotNull(await server.Kept.ReadAsync(rollout, default));
    }

    [Fact]
    public async Task After_the_evidence_has_gone_the_kept_explanation_is_told_and_else_the_verdict()
    {
        var run = Ran(0.3);
        await using (var server = await ExplanationServer.StartAsync(run))
            await server.GetAsync<Explanation>($"/api/v1/rollouts/{Rollout}/explanation");
        ((Microsoft.Extensions.Time.Testing.FakeTimeProvider)run.Time).Advance(TimeSpan.FromDays(15));
        await run.Store.PruneEvidenceAsync(run.Time.GetUtcNow(), default);

        await using (var later = await ExplanationServer.StartAsync(run))
            Assert.NotEmpty((await later.GetAsync<Explanation>($"/api/v1/rollouts/{Rollout}/explanation")).Curve.Seconds);

        var row = (await run.Store.ReadRowAsync("explanation/shop/production", Rollout, default))!;
        await run.Store.DeleteRowAsync(row.Kind, row.Key, row.Version, default);
        await using var without = await ExplanationServer.StartAsync(run);
        var left = await without.GetAsync<Explanation>($"/api/v1/rollouts/{Rollout}/explanation");
        Assert.Empty(left.Curve.Seconds);
        Assert.True(left.Users.CandidateFailures > 0);
        Assert.Contains("has been let go", Assert.Single(left.Notes));
    }

    [Fact]
    public async Task The_same_configuration_decides_the_same_and_another_one_later()
    {
        await using var server = await ExplanationServer.StartAsync(Ran(0.05));

        var (_, same) = await server.PostAsync<ReplayedRollout>($"/api/v1/rollouts/{Rollout}/replay",
            new ReplayAsk(null, null, null));
        Assert.Equal((ReplayAgreement.Agrees, 0.0), (same!.Agreement, same.LaterBySeconds));
        Assert.Equal(same.Then, same.Now);
        Assert.Empty(same.Notes);

        var (_, sooner) = await server.PostAsync<ReplayedRollout>($"/api/v1/rollouts/{Rollout}/replay",
            new ReplayAsk(null, 0.49, null));
        Assert.Equal(ReplayAgreement.Agrees, sooner!.Agreement);
        Assert.True(sooner.LaterBySeconds < 0, $"{sooner.LaterBySeconds}");

        var (_, never) = await server.PostAsync<ReplayedRollout>($"/api/v1/rollouts/{Rollout}/replay",
            new ReplayAsk(null, 1e-12, 0));
        Assert.Equal(ReplayAgreement.WouldNotHave, never!.Agreement);
        Assert.Contains(never.Notes, note => note.Contains("nothing is known of what the candidate would have "
            + "done", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_promoted_may_be_taken_back_by_a_more_suspicious_judge()
    {
        await using var server = await ExplanationServer.StartAsync(Ran(0.002));

        var (_, now) = await server.PostAsync<ReplayedRollout>($"/api/v1/rollouts/{Rollout}/replay",
            new ReplayAsk(null, 0.49, null));

        Assert.Equal((RolloutEnd.Completed, ReplayAgreement.WouldHaveRolledBack), (now!.End, now.Agreement));
        Assert.Equal((VerdictKind.Rollback, 0), (now.Now!.Kind, now.Then!.UnprovenSteps));
        Assert.NotEqual(VerdictKind.Rollback, now.Then.Kind);
        Assert.True(now.Now.Seconds > 0);
        Assert.Null(now.LaterBySeconds);
    }

    [Fact]
    public async Task An_objective_that_stable_breaks_as_well_blames_nobody()
    {
        await using var server = await ExplanationServer.StartAsync(Ran(0.001));
        const string strict = """
            service: shop
            run: { command: ./run }
            objectives: { availability: 99.9999% }
            release: { production: { canary: [10%, 50%] } }
            """;

        var (_, was) = await server.PostAsync<ReplayedRollout>($"/api/v1/rollouts/{Rollout}/replay",
            new ReplayAsk(null, null, null));
        Assert.Equal((RolloutEnd.Completed, ReplayAgreement.Agrees, 0), (was!.End, was.Agreement,
            was.Now!.UnprovenSteps));
        var (_, now) = await server.PostAsync<ReplayedRollout>($"/api/v1/rollouts/{Rollout}/replay",
            new ReplayAsk(strict, null, null));
        Assert.Equal(ReplayAgreement.Agrees, now!.Agreement);
    }

    [Fact]
    public async Task Only_signals_that_the_release_did_not_have_are_said_to_be_missing()
    {
        await using var server = await ExplanationServer.StartAsync(Ran(0.001));
        const string same = """
            service: shop
            run: { command: ./run }
            release: { production: { canary: [10%, 50%] } }
            """;

        var (_, plain) = await server.PostAsync<ReplayedRollout>($"/api/v1/rollouts/{Rollout}/replay",
            new ReplayAsk(same, null, null));
        // Memory and processor time are watched of every release, written or not.
        Assert.DoesNotContain(plain!.Notes, note => note.Contains("Nothing was recorded", StringComparison.Ordinal));
        var (_, more) = await server.PostAsync<ReplayedRollout>($"/api/v1/rollouts/{Rollout}/replay", new ReplayAsk(
            same + "\nevidence: { payments: { json: 'http://x/$release', value: a, worse: higher } }", null, null));
        Assert.Contains(more!.Notes, note => note.StartsWith("Nothing was recorded of payments, ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("nonsense", null, null)]
    [InlineData(null, 0.7, null)]
    [InlineData(null, null, -1)]
    public async Task A_wrong_question_is_answered_with_what_is_wrong(string? spec, double? alpha, int? exposure)
    {
        await using var server = await ExplanationServer.StartAsync(Ran(0.3));
        var (status, _) = await server.PostAsync<ReplayedRollout>($"/api/v1/rollouts/{Rollout}/replay",
            new ReplayAsk(spec, alpha, exposure));
        Assert.Equal(HttpStatusCode.BadRequest, status);
    }

    [Fact]
    public async Task Nothing_is_said_of_a_rollout_that_never_was()
    {
        await using var server = await ExplanationServer.StartAsync(Ran(0.3));
        using var get = await server.Http.GetAsync("/api/v1/rollouts/nobody-9/explanation");
        var (status, _) = await server.PostAsync<ReplayedRollout>("/api/v1/rollouts/nobody-9/replay",
            new ReplayAsk(null, null, null));
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (get.StatusCode, status));
    }

    [Fact]
    public void A_share_of_the_error_budget_becomes_a_number_when_the_rollout_opens()
    {
        var run = Ran(0.001, spec => spec with
        {
            Objectives = ObjectivesSpec.None with { Availability = 0.999 },
            Environments = [spec.Environments[0] with { BudgetShare = 0.1 }],
        });

        // 10 % of 0.1 % of 200 requests/s over 30 days; the first release has no traffic before it.
        var second = run.Rollout(Rollout)!;
        Assert.InRange(second.Rules.BudgetFailedRequests, 51_000, 52_500);
        Assert.Contains(second.Plan.Notes, n => n.StartsWith("The exposure budget is 5", StringComparison.Ordinal)
            && n.Contains("10 % of what 99.9 % allows in 30 days", StringComparison.Ordinal));
        var first = run.Rollout("shop-production-1")!;
        Assert.Equal(ErrorBudget.Otherwise, first.Rules.BudgetFailedRequests);
        Assert.Contains(first.Plan.Notes, n => n.Contains("no traffic is known", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_profile_of_a_lane_is_that_of_stable_alone()
    {
        await using var server = await ExplanationServer.StartAsync(Ran(0.3));
        var profile = await server.GetAsync<TrafficProfile>("/api/v1/lanes/shop/production/profile?hours=24");
        // The node serves 100 clients with two requests each every second.
        Assert.InRange(profile.Past.RequestsPerSecond, 199, 201);
        Assert.True(profile.Counts.Length > 60);
        Assert.All(profile.Counts, c => Assert.Equal(100, c.Clients));
        using var wrong = await server.Http.GetAsync("/api/v1/lanes/shop/production/profile?hours=0");
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
    }

    /// <summary>A first release, some past, and a second release whose requests fail at a rate.</summary>
    private static LoopRun Ran(double failing, Func<ServiceSpec, ServiceSpec>? specified = null)
    {
        var run = new LoopRun(7, failing) { Specified = specified ?? (spec => spec) };
        run.Release(1);
        Assert.True(run.Until(lane => lane.Current == "shop-1" && lane.Open is null, Enough));
        run.Until(_ => false, TimeSpan.FromMinutes(2));
        run.Release(2);
        Assert.True(run.Until(lane => lane.Rollouts == 2 && lane.Open is null, Enough), run.Broken);
        return run;
    }
}
