using Headway.Core.Evidence;
using Headway.Node.Gateway.Counting;
using Headway.Node.Gateway.Routing;
using Xunit;

namespace Headway.Node.Tests.Gateway;

/// <summary>The counts of a batch, one rule of the judge's definition after the other.</summary>
public sealed class EvidenceCountTests
{
    private readonly ScriptedLane lane = new();

    [Fact]
    public void Requests_are_counted_by_how_they_ended()
    {
        foreach (var end in new[]
        {
            RequestEnd.Succeeded, RequestEnd.Succeeded, RequestEnd.Failed, RequestEnd.TimedOut, RequestEnd.Refused,
            RequestEnd.Unrecognised, RequestEnd.Cancelled,
        }) lane.Request("user" + end, end);
        var stable = lane.Second().Stable;
        Assert.Equal((7, 2, 2, 1), (stable.Requests, stable.Failures, stable.Refused, stable.Cancelled));
    }

    [Fact]
    public void A_client_is_one_trial_a_second_and_one_failure_however_often_it_fails()
    {
        for (var i = 0; i < 10; i++) lane.Request("ann", i < 4 ? RequestEnd.Failed : RequestEnd.Succeeded);
        lane.Request("bob", RequestEnd.Succeeded);
        var stable = lane.Second().Stable;
        Assert.Equal((11, 4, 2, 1), (stable.Requests, stable.Failures, stable.Clients, stable.ClientFailures));
    }

    [Fact]
    public void A_client_that_failed_is_at_risk_again_after_sixty_seconds_and_twenty_successes()
    {
        lane.Request("ann", RequestEnd.Failed);
        Assert.Equal(1, lane.Second().Stable.Clients);
        for (var i = 0; i < 19; i++) lane.Request("ann", RequestEnd.Succeeded);
        Assert.Equal(0, lane.Second().Stable.Clients);
        lane.Pass(70);
        lane.Request("ann", RequestEnd.Succeeded);
        Assert.Equal(0, lane.Second().Stable.Clients);
        lane.Request("ann", RequestEnd.Succeeded);
        Assert.Equal(1, lane.Second().Stable.Clients);
    }

    [Fact]
    public void Twenty_successes_alone_do_not_put_a_client_at_risk_again()
    {
        lane.Request("ann", RequestEnd.Failed);
        lane.Second();
        for (var i = 0; i < 40; i++) lane.Request("ann", RequestEnd.Succeeded);
        lane.Second();
        lane.Request("ann", RequestEnd.Succeeded);
        Assert.Equal(0, lane.Second().Stable.Clients);
    }

    [Fact]
    public void Whether_a_client_is_at_risk_follows_from_the_seconds_in_which_requests_started()
    {
        var slow = lane.Begin("ann");
        lane.Time.Pass(0.9);
        lane.Time.Pass(0.2);
        lane.Request("ann", RequestEnd.Succeeded);
        slow.Tick.TrySet(slow, RequestEnd.Failed, lane.Warm, -1);
        var batches = lane.Pass(3);
        Assert.Equal([1, 0], batches.Select(b => b.Stable.Clients));
        Assert.Equal([1, 0], batches.Select(b => b.Stable.ClientFailures));
    }

    [Fact]
    public void A_spell_is_the_third_failure_in_a_row_and_counts_once_in_a_rollout()
    {
        lane.Request("ann", RequestEnd.Failed);
        lane.Request("ann", RequestEnd.Failed);
        lane.Request("ann", RequestEnd.Succeeded);
        lane.Request("ann", RequestEnd.Failed);
        lane.Request("ann", RequestEnd.Failed);
        Assert.Equal(0, lane.Second().Stable.ClientSpells);
        lane.Request("ann", RequestEnd.Failed);
        Assert.Equal(1, lane.Second().Stable.ClientSpells);
        for (var i = 0; i < 5; i++) lane.Request("ann", RequestEnd.Failed);
        Assert.Equal(0, lane.Second().Stable.ClientSpells);
        lane.Stage = lane.Stage with { Rollout = 1 };
        for (var i = 0; i < 3; i++) lane.Request("ann", RequestEnd.Failed);
        var next = lane.Second().Stable;
        Assert.Equal((1, 1, 1), (next.ClientSpells, next.Clients, next.ClientFailures));
    }

    [Fact]
    public void Order_within_a_second_is_that_of_the_starts()
    {
        var first = lane.Begin("ann");
        lane.Request("ann", RequestEnd.Failed);
        lane.Request("ann", RequestEnd.Succeeded);
        lane.Request("ann", RequestEnd.Failed);
        first.Tick.TrySet(first, RequestEnd.Failed, lane.Warm, -1);
        Assert.Equal(0, lane.Second().Stable.ClientSpells);
    }

    [Fact]
    public void Latency_is_of_the_first_request_of_a_client_when_it_succeeded_on_a_warm_instance()
    {
        lane.Request("ann", RequestEnd.Succeeded, bucket: 40);
        lane.Request("ann", RequestEnd.Succeeded, bucket: 90);
        lane.Request("bob", RequestEnd.Succeeded, bucket: 41);
        lane.Request("cid", RequestEnd.Succeeded, on: lane.Cold, bucket: 42);
        lane.Request("dan", RequestEnd.Failed);
        lane.Request("dan", RequestEnd.Succeeded, bucket: 43);
        lane.Request("eve", RequestEnd.Cancelled);
        lane.Request("fay", RequestEnd.TimedOut);
        var stable = lane.Second().Stable;
        Assert.Equal([40, 41], stable.Latency.Buckets);
        Assert.Equal([1, 1], stable.Latency.Counts);
        Assert.Equal(2, stable.Unfinished);
    }

    [Fact]
    public void No_answer_within_the_delay_is_a_failure_and_an_answer_still_flowing_is_only_slow()
    {
        lane.Begin("ann");
        var flowing = lane.Begin("bob");
        flowing.Tick.TrySet(flowing, RequestEnd.Begun, null, -1);
        var stable = lane.Second().Stable;
        Assert.Equal((2, 1, 1, 2), (stable.Requests, stable.Failures, stable.ClientFailures, stable.Unfinished));
        Assert.False(flowing.Tick.TrySet(flowing, RequestEnd.Failed, null, -1));
    }

    [Fact]
    public void What_the_end_of_the_gateway_cuts_off_is_no_failure()
    {
        lane.Begin("ann");
        Assert.Equal((1, 0, 1), lane.End().Select(b => (b.Stable.Requests, b.Stable.Failures, b.Stable.Cancelled)).Single());
    }

    [Fact]
    public void A_batch_waits_for_its_delay_and_names_its_second_and_version()
    {
        lane.Stage = lane.Stage with { Delay = TimeSpan.FromSeconds(3), Version = 7 };
        lane.Request("ann", RequestEnd.Succeeded);
        Assert.Empty(lane.Pass(3));
        var batch = lane.Pass(1).Single();
        Assert.Equal(new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero), batch.Second);
        Assert.Equal((7, 1, "r1", "r2"), (batch.RouteVersion, batch.Sequence, batch.Stable.Release, batch.Candidate!.Release));
    }

    [Fact]
    public void A_change_of_route_within_a_second_gives_two_batches()
    {
        lane.Request("ann", RequestEnd.Succeeded);
        lane.Stage = lane.Stage with { Version = 2, Share = 0.7 };
        lane.Request("bob", RequestEnd.Succeeded);
        var batches = lane.Pass(2);
        Assert.Equal([(1L, 1), (2L, 1)], batches.Select(b => (b.RouteVersion, b.Stable.Requests)));
        Assert.Equal(batches[0].Second, batches[1].Second);
    }

    [Fact]
    public void Without_an_exposed_candidate_there_is_no_candidate_side()
    {
        lane.Stage = lane.Stage with { Share = 0 };
        lane.Request("ann", RequestEnd.Succeeded);
        Assert.Null(lane.Second().Candidate);
        lane.FollowIdle();
        Assert.Empty(lane.Pass(3));
    }

    [Fact]
    public void A_second_without_requests_is_evidence_while_a_candidate_is_exposed()
    {
        lane.FollowIdle();
        Assert.Equal(0, lane.Second().Candidate!.Requests);
    }

    [Fact]
    public void A_401_or_404_of_an_unknown_client_is_no_trial()
    {
        lane.Request("scanner", RequestEnd.Unrecognised, identified: false);
        lane.Request("ann", RequestEnd.Unrecognised);
        lane.Request("guest", RequestEnd.Succeeded, identified: false);
        var stable = lane.Second().Stable;
        Assert.Equal((2, 1, 1), (stable.Clients, stable.ClientsRefused, stable.Refused));
        lane.Request("guest", RequestEnd.Unrecognised, identified: false);
        Assert.Equal(1, lane.Second().Stable.ClientsRefused);
    }

    [Fact]
    public void A_client_that_is_refused_all_the_time_says_so_once()
    {
        lane.Request("ann", RequestEnd.Refused);
        lane.Request("bob", RequestEnd.Succeeded);
        var first = lane.Second().Stable;
        Assert.Equal((2, 1, 2), (first.RefusalClients, first.ClientsRefused, first.Clients));
        lane.Request("ann", RequestEnd.Refused);
        lane.Request("bob", RequestEnd.Succeeded);
        var second = lane.Second().Stable;
        Assert.Equal((1, 0, 2), (second.RefusalClients, second.ClientsRefused, second.Clients));
        lane.Stage = lane.Stage with { Rollout = 1 };
        lane.Request("ann", RequestEnd.Refused);
        Assert.Equal(1, lane.Second().Stable.ClientsRefused);
    }

    [Fact]
    public void Clients_after_their_first_failure_can_still_have_a_spell_and_none_after_it()
    {
        for (var i = 0; i < 2; i++) lane.Request("ann", RequestEnd.Failed);
        Assert.Equal(1, lane.Second().Stable.SpellClients);
        lane.Request("ann", RequestEnd.Failed);
        var spell = lane.Second().Stable;
        Assert.Equal((1, 1, 0), (spell.SpellClients, spell.ClientSpells, spell.Clients));
        lane.Request("ann", RequestEnd.Failed);
        Assert.Equal(0, lane.Second().Stable.SpellClients);
    }

    [Fact]
    public void Trials_are_told_apart_by_instance_and_a_failure_falls_on_the_one_that_failed()
    {
        lane.Request("ann", RequestEnd.Succeeded);
        lane.Request("bob", RequestEnd.Succeeded);
        lane.Request("bob", RequestEnd.Failed, on: lane.Cold);
        var instances = lane.Second().Stable.Instances;
        Assert.Equal([new("cold", 1, 1), new InstanceCounts("warm", 1, 0)], instances);
    }

    [Fact]
    public void With_requests_drawn_one_by_one_each_is_its_own_trial()
    {
        lane.Stage = lane.Stage with { DrawsRequests = true };
        for (var i = 0; i < 4; i++) lane.Request($"draw-{i}", i < 3 ? RequestEnd.Failed : RequestEnd.Succeeded);
        var stable = lane.Second().Stable;
        Assert.Equal((4, 3, 0), (stable.Clients, stable.ClientFailures, stable.ClientSpells));
    }

    [Fact]
    public void Routes_are_named_by_template_the_busiest_fifty_and_the_rest()
    {
        for (var route = 0; route < 60; route++)
            for (var i = 0; i <= route; i++)
                lane.Request("ann", i == 0 ? RequestEnd.Failed : RequestEnd.Succeeded, path: $"/r{Letters(route)}/{i}");
        var routes = lane.Second().Stable.Routes;
        Assert.Equal(51, routes.Length);
        Assert.Equal(($"GET /r{Letters(59)}/{{id}}", 60, 1), (routes[0].Route, routes[0].Requests, routes[0].Failures));
        Assert.Equal(("*", Enumerable.Range(1, 10).Sum(), 10), (routes[^1].Route, routes[^1].Requests, routes[^1].Failures));
    }

    [Fact]
    public void A_route_has_a_trial_for_each_client_at_risk_up_to_its_first_failure()
    {
        foreach (var path in new[] { "/list", "/list", "/order", "/error", "/order" })
            lane.Request("ann", path == "/order" ? RequestEnd.Failed : RequestEnd.Succeeded, path: path);
        lane.Request("bob", RequestEnd.Succeeded, path: "/list");
        var routes = lane.Second().Stable.Routes;
        Assert.Equal(
            [new("GET /list", 3, 0) { Clients = 2 }, new("GET /order", 2, 2) { Clients = 1, ClientFailures = 1 },
                new RouteCounts("GET /error", 1, 0)],
            routes.OrderByDescending(r => r.Clients + r.Requests));

        // Ann has failed and is not at risk, so what happens to her is no trial of any route.
        lane.Request("ann", RequestEnd.Failed, path: "/list");
        var later = lane.Second().Stable.Routes.Single();
        Assert.Equal((1, 0, 0), (later.Failures, later.Clients, later.ClientFailures));
    }

    private static string Letters(int number) => new([(char)('g' + number % 10), (char)('g' + number / 10)]);

    [Fact]
    public void A_step_of_the_wall_clock_neither_repeats_nor_loses_a_second()
    {
        lane.Request("ann", RequestEnd.Succeeded);
        lane.Time.SetWall(TimeSpan.FromHours(-1));
        var first = lane.Second();
        lane.Request("ann", RequestEnd.Succeeded);
        var second = lane.Second();
        Assert.Equal(TimeSpan.FromSeconds(2), second.Second - first.Second);
        lane.FollowWallClock();
        lane.Request("ann", RequestEnd.Succeeded);
        Assert.Equal(TimeSpan.FromHours(-1) + TimeSpan.FromSeconds(4), lane.Second().Second - first.Second);
    }

    [Fact]
    public void Clients_are_forgotten_beyond_the_limit_the_one_not_seen_for_longest_first()
    {
        var small = new ScriptedLane(mostClients: 2);
        small.Request("ann", RequestEnd.Failed);
        small.Second();
        small.Request("bob", RequestEnd.Failed);
        small.Second();
        small.Request("ann", RequestEnd.Failed);
        Assert.Equal(0, small.Second().Stable.Clients);
        small.Request("cid", RequestEnd.Failed);
        small.Second();
        small.Request("ann", RequestEnd.Failed);
        Assert.Equal(0, small.Second().Stable.Clients);
        small.Request("bob", RequestEnd.Failed);
        Assert.Equal(1, small.Second().Stable.Clients);
    }
}
