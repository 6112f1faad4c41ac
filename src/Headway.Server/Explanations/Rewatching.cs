using Headway.Core.Evidence;
using Headway.Core.Judging;
using Headway.Core.Rollouts;
using Headway.Core.Strategies;
using Headway.Server.Rollouts;
using Headway.Server.Storage;

namespace Headway.Server.Explanations;

/// <summary>One second of a rollout that is watched again.</summary>
/// <param name="State">The rollout as it was at the end of the second.</param>
internal sealed record RewatchedSecond(DateTimeOffset Second, RolloutState State, EvidenceSecond Seen);

/// <summary>
/// Goes through a rollout again from what was kept of it, second by second, a stretch at a time, so that a rollout of a
/// week needs no more memory than one of ten minutes.
/// </summary>
internal sealed class Rewatching(IEventStore store, PastRollout past)
{
    private static readonly TimeSpan Stretch = TimeSpan.FromMinutes(10);

    /// <summary>Seconds without any evidence in a row that are told one by one, since clocks run on in them.</summary>
    private const int MostSilent = 900;

    /// <param name="until">The first second that is not told.</param>
    public async IAsyncEnumerable<RewatchedSecond> SecondsAsync(
        DateTimeOffset until, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        RolloutState? state = null;
        var next = 0;
        var silent = 0;
        var second = Seconds.Floor(past.State.StartedAt);
        for (var from = second; from < until; from += Stretch)
        {
            var to = from + Stretch < until ? from + Stretch : until;
            var batches = await store.ReadEvidenceAsync(past.State.Lane, from, to, stop);
            var samples = await store.ReadSamplesAsync(past.State.Lane, from, to, stop);
            var seen = EvidenceSeconds.Of(batches, samples).GroupBy(s => Seconds.Floor(s.Second)).ToDictionary(
                g => g.Key, g => new EvidenceSecond([.. g.SelectMany(s => s.Seen.Batches)], [.. g.SelectMany(s =>
                    s.Seen.Samples)]));
            for (; second < to; second = second.AddSeconds(1))
            {
                while (next < past.Events.Length && past.Events[next].At < second.AddSeconds(1)
                    && !Ends(past.Events[next].Event))
                    state = RolloutEvolution.Evolve(state, past.Events[next++]);
                if (state is null) continue;
                silent = seen.ContainsKey(second) ? 0 : silent + 1;
                if (silent <= MostSilent)
                    yield return new(second, state, seen.GetValueOrDefault(second) ?? Nothing);
            }
        }
    }

    /// <summary>The evidence on which a rollback was decided is told as that of a rollout that still goes on.</summary>
    private static bool Ends(RolloutEvent happened) => happened is RolloutEvent.RollbackStarted or RolloutEvent.Ended;

    /// <summary>Shows a second to a judge and says what it makes of it.</summary>
    public static Verdict Show(LaneJudge judge, RewatchedSecond second)
    {
        var state = second.State;
        if (state.CurrentStep is Step.Watch)
            judge.StepStarted(state.Step, WatchedSteps.Of(state, state.Step, state.StepStartedAt));
        foreach (var batch in second.Seen.Batches) judge.Observe(batch);
        foreach (var sample in second.Seen.Samples) judge.Observe(sample);
        return judge.Assess(state, second.Second.AddSeconds(1));
    }

    private static readonly EvidenceSecond Nothing = new([], []);
}
