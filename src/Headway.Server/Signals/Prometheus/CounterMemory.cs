using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Headway.Server.Signals.Prometheus;

/// <summary>
/// Where the counters of a signal stood when they were looked at last. It can be lost: then they are asked again for
/// where they stood at that time.
/// </summary>
internal sealed class CounterMemory
{
    private const int Most = 2000;

    private readonly ConcurrentDictionary<(string Rollout, string Signal), Stand> stands = new();

    /// <summary>Null when it does not know, or knows of another look than the last that was kept.</summary>
    public Stand? At(SignalQuestion question) =>
        question is { Rollout: { } rollout, Since: { } since }
        && stands.TryGetValue((rollout, question.Signal.Name), out var stand) && stand.At == since ? stand : null;

    public void Keep(SignalQuestion question, Stand stand)
    {
        if (question.Rollout is not { } rollout) return;
        if (stands.Count >= Most) stands.Clear();
        stands[(rollout, question.Signal.Name)] = stand;
    }
}

/// <summary>Values of counters at one time, by side and key, then by series.</summary>
internal sealed record Stand(
    DateTimeOffset At, ImmutableDictionary<(string Side, string Key), ImmutableDictionary<string, double>> Values)
{
    public ImmutableDictionary<string, double> Of(string side, string key) =>
        Values.GetValueOrDefault((side, key)) ?? ImmutableDictionary<string, double>.Empty;
}
