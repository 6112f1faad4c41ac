using System.Collections.Immutable;
using Headway.Core.Evidence;

namespace Headway.Core.Judging.Explanations;

/// <summary>
/// Adds up the counts of a rollout by metric, route and instance, and those of the newest step by themselves. Only
/// seconds in which both sides had users count, so that the sides can be compared.
/// </summary>
public sealed class EvidenceTally(BatchReading reading, Comparison comparison)
{
    /// <summary>Routes or instances that are followed by name; further ones are counted together.</summary>
    private const int MostNames = 200;

    public const string Rest = "*";

    private static readonly Metric[] All = Enum.GetValues<Metric>();

    private readonly Trials[] metrics = new Trials[All.Length], inStep = new Trials[All.Length];
    private readonly Dictionary<string, BothSides> routes = [], instances = [];
    private readonly SeenBatches seen = new();

    /// <summary>Requests of both sides in the newest step: what a forecast is made of.</summary>
    public Trials RequestsInStep { get; private set; }

    public Trials In(Metric metric) => metrics[(int)metric];

    public Trials InStep(Metric metric) => inStep[(int)metric];

    /// <summary>The worst for the candidate first.</summary>
    public ImmutableArray<BothSides> Routes => Sorted(routes);

    public ImmutableArray<BothSides> Instances => Sorted(instances);

    public void StepStarted()
    {
        Array.Clear(inStep);
        RequestsInStep = default;
    }

    public void Add(EvidenceBatch batch)
    {
        if (batch.Lane != comparison.Lane || batch.Stable.Release != comparison.Stable) return;
        if (batch.Candidate is not { } candidate || candidate.Release != comparison.Candidate) return;
        if (reading.Problem(batch) is not null || !seen.Add(batch.Node, batch.Boot, batch.Sequence)) return;
        foreach (var metric in All)
        {
            var trials = reading.Of(metric, batch);
            metrics[(int)metric] += trials;
            inStep[(int)metric] += trials;
        }

        RequestsInStep += BatchReading.Requests(batch);
        foreach (var route in candidate.Routes.OrEmpty()) Add(routes, new(route.Route, route.Requests,
            route.Failures, 0, 0));
        foreach (var route in batch.Stable.Routes.OrEmpty()) Add(routes, new(route.Route, 0, 0, route.Requests,
            route.Failures));
        foreach (var one in candidate.Instances.OrEmpty()) Add(instances, new(one.Instance, one.Clients,
            one.ClientFailures, 0, 0));
        foreach (var one in batch.Stable.Instances.OrEmpty()) Add(instances, new(one.Instance, 0, 0, one.Clients,
            one.ClientFailures));
    }

    private static void Add(Dictionary<string, BothSides> names, BothSides more)
    {
        var name = names.ContainsKey(more.Name) || names.Count < MostNames ? more.Name : Rest;
        var sum = names.GetValueOrDefault(name) ?? new(name, 0, 0, 0, 0);
        names[name] = new(
            name, sum.CandidateTrials + more.CandidateTrials, sum.CandidateEvents + more.CandidateEvents,
            sum.StableTrials + more.StableTrials, sum.StableEvents + more.StableEvents);
    }

    private static ImmutableArray<BothSides> Sorted(Dictionary<string, BothSides> names) =>
        [.. names.Values.OrderByDescending(n => n.Excess).ThenBy(n => n.Name, StringComparer.Ordinal)];
}

internal static class MissingCounts
{
    public static ImmutableArray<T> OrEmpty<T>(this ImmutableArray<T> counts) => counts.IsDefault ? [] : counts;
}
