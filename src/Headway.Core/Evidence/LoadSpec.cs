using System.Collections.Immutable;
using Headway.Core.Evidence.Journeys;

namespace Headway.Core.Evidence;

/// <summary>
/// Traffic that a step drives at the candidate before users meet it, and at stable beside it where there is one.
/// </summary>
/// <param name="RequestsPerSecond">For each side; a journey counts with each of its requests.</param>
/// <param name="Paths">Asked for in turn.</param>
/// <param name="Journey">Name of a journey under `evidence`, taken in turn with the paths; null for none.</param>
/// <param name="Within">What takes longer counts as slow; null takes the objective's p99.</param>
public sealed record LoadSpec(
    double RequestsPerSecond, TimeSpan For, ImmutableArray<string> Paths, string? Journey, TimeSpan? Within)
{
    public const string Failures = "load/failures", Slow = "load/slow", Limit = "load/objective";

    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(10);

    /// <summary>So that a few seconds of it can be lost with a node that is started again.</summary>
    private const double LeastSeen = 0.8;

    public double Requests => RequestsPerSecond * For.TotalSeconds;

    /// <summary>What is driven, in turn: each path as a journey of one step, then the journey.</summary>
    public ImmutableArray<SignalSource.Journey> Items(ImmutableArray<SignalSpec> evidence) =>
    [
        .. Paths.Select(path => new SignalSource.Journey([new JourneyStep("GET", path) { Within = LongestAnswer, Follows = false }])),
        .. (evidence.IsDefault ? [] : evidence).Where(signal => signal.Name == Journey)
            .Select(signal => signal.Source).OfType<SignalSource.Journey>(),
    ];

    /// <summary>
    /// What it is judged by. With stable: fails no more and is slow no more often than stable under the same load; and in
    /// any case the absolute limit of the objective.
    /// </summary>
    public ImmutableArray<SignalSpec> Signals(bool withStable, double limit, ImmutableArray<SignalSpec> evidence)
    {
        var items = Items(evidence);
        // A journey is one arrival, and one trial, of several requests.
        var least = LeastSeen * Requests * items.Length / Math.Max(1, items.Sum(item => item.Steps.Length));
        SignalSpec Spec(string name, SignalTest test) =>
            new(name, new SignalSource.Load(), test) { Every = TimeSpan.FromSeconds(1) };
        var objective = Spec(Limit, new SignalTest.Objective(limit) { LeastTrials = least });
        return withStable
            ?
            [
                Spec(Failures, new SignalTest.Counts { LeastTrials = least }),
                Spec(Slow, new SignalTest.Counts()), objective,
            ]
            : [objective];
    }
}
