using Headway.Core.Evidence;
using Headway.Core.Judging;

namespace Headway.Core.Tests.Judging;

/// <summary>Evidence by hand, second by second, without chance.</summary>
internal sealed class Scene(JudgeSettings? settings = null, StableHistory? history = null)
{
    public static readonly DateTimeOffset Start = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);
    public static readonly Comparison Sides = new("shop/production", "r1", "r2");

    /// <summary>One per cent of 30,000 client trials failed.</summary>
    public static readonly StableHistory OnePerCent = new(30_000, 300, 0, 300, LatencyCounts.Empty, 50)
    {
        Requests = 30_000, RequestFailures = 300,
    };

    private long sequence;

    public Judge Judge { get; } = new(settings ?? new(), history ?? OnePerCent, Sides);
    public DateTimeOffset Now { get; private set; } = Start;
    public List<EvidenceBatch> Sent { get; } = [];
    public List<JudgeStep> Steps { get; } = [];

    public Scene Step(double share, double next, TimeSpan atLeast = default, TimeSpan atMost = default, int requests = 0)
    {
        var step = new JudgeStep(Now, share, next, atLeast, atMost, requests);
        Steps.Add(step);
        Judge.StepStarted(step);
        return this;
    }

    /// <summary>So many seconds with these counts each; every `every`-th second has the events.</summary>
    public Verdict Seconds(
        int count, SideCounts stable, SideCounts? candidate, long route = 1, string node = "n1", int every = 1)
    {
        var verdict = Judge.Assess(Now);
        for (var i = 0; i < count; i++)
        {
            var quiet = i % every != 0;
            Send(new(node, "b1", ++sequence, Sides.Lane, route, Now,
                quiet ? WithoutEvents(stable) : stable, candidate is null || !quiet ? candidate : WithoutEvents(candidate)));
            Now = Now.AddSeconds(1);
            verdict = Judge.Assess(Now);
            if (verdict.Kind == VerdictKind.Rollback) break;
        }

        return verdict;
    }

    /// <summary>So many seconds, each with counts of its own.</summary>
    public Verdict Each(int count, Func<int, (SideCounts Stable, SideCounts? Candidate)> sides)
    {
        var verdict = Judge.Assess(Now);
        for (var i = 0; i < count && verdict.Kind != VerdictKind.Rollback; i++)
        {
            var (stable, candidate) = sides(i);
            verdict = Seconds(1, stable, candidate);
        }

        return verdict;
    }

    public Verdict Nothing(int seconds)
    {
        var verdict = Judge.Assess(Now);
        for (var i = 0; i < seconds; i++) verdict = Judge.Assess(Now = Now.AddSeconds(1));
        return verdict;
    }

    public bool Send(EvidenceBatch batch)
    {
        Sent.Add(batch);
        return Judge.Observe(batch);
    }

    public static SideCounts Stable(int clients, int failures = 0) => Side("r1", clients, failures);

    public static SideCounts Candidate(int clients, int failures = 0, params InstanceCounts[] instances) =>
        Side("r2", clients, failures) with { Instances = [.. instances] };

    private static SideCounts Side(string release, int clients, int failures) =>
        SideCounts.None(release) with
        {
            Requests = clients, Failures = failures, Clients = clients, ClientFailures = failures, SpellClients = clients,
        };

    private static SideCounts WithoutEvents(SideCounts side) => side with
    {
        Failures = 0, ClientFailures = 0,
        Instances = [.. side.Instances.Select(i => i with { ClientFailures = 0 })],
    };
}
