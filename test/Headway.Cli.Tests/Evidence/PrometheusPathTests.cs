using Headway.Cli.Tests.MainPath;
using Headway.Core.Judging;
using Headway.Core.Judging.Signals;
using Headway.Core.Rollouts;
using Xunit;

namespace Headway.Cli.Tests.Evidence;

/// <summary>
/// From commits to production and back on what a real Prometheus says of real instances, whose HTTP answers are all 200.
/// </summary>
public sealed class PrometheusPathTests(ITestOutputHelper output)
{
    /// <summary>A release that is no worse takes its minutes to prove it.</summary>
    private static readonly TimeSpan ToBePromoted = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task A_release_is_rolled_back_on_a_Prometheus_metric_alone()
    {
        await using var scraped = await ScrapedGreeter.StartAsync();
        var greeter = scraped.Greeter;
        greeter.Commit(1, unpaid: 0.01);
        await using var headway = await RunningHeadway.StartAsync(greeter);
        var (first, visitors) = await Scenes.FirstReleaseAsync(headway, greeter);
        await using var leaving = visitors;

        greeter.Commit(2, unpaid: 0.3);
        var bad = await headway.EndedAsync(2);
        output.WriteLine($"{bad.CauseSays} {Seconds(bad):0} s; {visitors}");
        Assert.Equal((RolloutEnd.RolledBack, RollbackCause.ProvenWorse), (bad.End, bad.Cause));
        Assert.Contains("payments: ", bad.CauseSays);
        var told = bad.LastVerdict!.Signals.Single(each => each.Name == "payments");
        Assert.Equal((VerdictKind.Rollback, "prometheus"), (told.Kind, told.Source));
        Assert.Contains($"payment_failed_total{{release_id=\"{bad.Candidate}\"}}", told.Asked);
        await headway.UntilAsync("users are told of it no more", visitors.NoMoreOf(bad.Candidate));
        Assert.Equal(0, visitors.AllFailed);
        Assert.InRange(told.Candidate!.Trials, 1, visitors.Answered(bad.Candidate));
        Assert.InRange(told.Candidate.Events, 1, told.Candidate.Trials);
        Assert.Equal(first.Candidate, (await headway.ProductionAsync())!.State.Current);
        await visitors.LeaveAsync();
    }

    [Fact]
    public async Task A_good_release_is_promoted_and_each_payment_is_counted_once_although_the_server_dies()
    {
        if (!Scenes.IsSoak) Assert.Skip("Proof that a release is no worse takes minutes; HEADWAY_SOAK=1 runs it.");
        await using var scraped = await ScrapedGreeter.StartAsync();
        var greeter = scraped.Greeter;
        greeter.Commit(1, unpaid: 0.01);
        await using var headway = await RunningHeadway.StartAsync(greeter);
        var (_, visitors) = await Scenes.FirstReleaseAsync(headway, greeter);
        await using var leaving = visitors;

        greeter.Commit(2, unpaid: 0.01);
        var watched = await headway.RolloutAsync(2, "is watched", rollout => rollout.IsWatched());
        await headway.UntilAsync("users have met it", () => visitors.Answered(watched.Candidate) > 50);
        await headway.KillAsync("server");
        await headway.UntilAsync("users meet it while no server is there",
            () => visitors.Answered(watched.Candidate) > 120);
        await headway.StartServerAsync();
        var good = await headway.EndedAsync(2, ToBePromoted);
        var told = good.History.Length > 0 ? good.LastVerdict!.Signals.Single(each => each.Name == "payments") : null;
        output.WriteLine($"{good.LastVerdict!.Says} {Seconds(good):0} s; {told}; {visitors}");
        Assert.Equal(RolloutEnd.Completed, good.End);
        Assert.DoesNotContain(good.History, step => step.Proof == PassedBy.Person);
        await CheckCountedOnceAsync(scraped, told!, good.Candidate);
        await visitors.LeaveAsync();
    }

    [Fact]
    public async Task A_Prometheus_that_is_down_holds_the_rollout_unless_it_may_be_missing()
    {
        await using var scraped = await ScrapedGreeter.StartAsync();
        var greeter = scraped.Greeter;
        greeter.Commit(1);
        await using var headway = await RunningHeadway.StartAsync(greeter);
        var (_, visitors) = await Scenes.FirstReleaseAsync(headway, greeter);
        await using var leaving = visitors;
        await scraped.Prometheus.KillAsync();

        greeter.Commit(2);
        await headway.RolloutAsync(2, "is watched", rollout => rollout.IsWatched());
        Ran why = new(0, "", "");
        await headway.UntilAsync("`headway why` names the source", async () =>
        {
            why = await headway.CommandAsync("why", Greeter.Name);
            return why.Out.Contains("cannot be asked", StringComparison.Ordinal);
        }, ToBePromoted);
        output.WriteLine(why.Out);
        Assert.Contains($"payments: prometheus cannot be asked: {scraped.Prometheus.Url}: nobody listens there", why.Out);
        Assert.True((await headway.RolloutAsync(2, "is known", _ => true)).IsWatched());

        greeter.Evidence = scraped.Payments("missing: go on");
        greeter.Commit(3);
        // It gives way once users have had their say and only the source is missing; with a small first share that takes minutes.
        var held = await headway.EndedAsync(2, ToBePromoted);
        Assert.Equal((RolloutEnd.RolledBack, RollbackCause.Superseded), (held.End, held.Cause));
        if (!Scenes.IsSoak) return;
        var gone = await headway.EndedAsync(3, ToBePromoted);
        output.WriteLine($"{gone.LastVerdict!.Says} {Seconds(gone):0} s");
        Assert.Equal(RolloutEnd.Completed, gone.End);
        Assert.DoesNotContain(gone.History, step => step.Proof == PassedBy.Person);
        await visitors.LeaveAsync();
    }

    /// <summary>
    /// The judge's number is that of the counters themselves, up to what came after its last look.
    /// </summary>
    private static async Task CheckCountedOnceAsync(ScrapedGreeter scraped, SignalSummary told, string candidate)
    {
        var counted = await scraped.Prometheus.SumAsync($"payments_total{{release_id=\"{candidate}\"}}");
        Assert.InRange(told.Candidate!.Trials, 120, counted);
    }

    private static double Seconds(RolloutState ended) => (ended.EndedAt - ended.StartedAt)!.Value.TotalSeconds;
}
