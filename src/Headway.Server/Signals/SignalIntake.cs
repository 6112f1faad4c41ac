using System.Collections.Immutable;
using Headway.Core.Evidence;
using Headway.Server.Rollouts;
using Headway.Server.Storage;

namespace Headway.Server.Signals;

/// <summary>The one way in for samples, wherever they come from: kept first, then told to the lane.</summary>
public sealed class SignalIntake(IEventStore store, LaneTurns turns)
{
    public async Task TakeAsync(ImmutableArray<SignalSample> samples, CancellationToken stop)
    {
        foreach (var sample in await store.KeepSamplesAsync(samples, stop))
            turns.Send(sample.Lane, new LaneTrigger.Sample(sample));
    }

    /// <summary>When a source answered last for a lane, in what was kept since; null when it did not.</summary>
    public async Task<DateTimeOffset?> LastAnswerAsync(
        string lane, string signal, DateTimeOffset since, DateTimeOffset now, CancellationToken stop) =>
        (await store.ReadSamplesAsync(lane, since, now, stop))
            .Where(sample => sample.Signal == signal && sample.Problem is null)
            .Max(sample => (DateTimeOffset?)sample.At);
}
