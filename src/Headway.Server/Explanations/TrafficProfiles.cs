using Headway.Core.Judging.Calibrations;
using Headway.Server.Storage;

namespace Headway.Server.Explanations;

/// <summary>What the users of a lane are like, from the evidence that was kept.</summary>
public sealed class TrafficProfiles(IEventStore store, TimeProvider time)
{
    private static readonly TimeSpan Stretch = TimeSpan.FromMinutes(10);

    private readonly SemaphoreSlim turn = new(1, 1);

    /// <param name="back">How far back to look.</param>
    public async Task<TrafficProfile> OfAsync(string service, string environment, TimeSpan back, CancellationToken stop)
    {
        await turn.WaitAsync(stop);
        try
        {
            var lane = $"{service}/{environment}";
            var recording = new ProfileRecording(lane);
            var now = time.GetUtcNow();
            for (var from = now - back; from < now; from += Stretch)
            {
                var to = from + Stretch < now ? from + Stretch : now;
                foreach (var batch in (await store.ReadEvidenceAsync(lane, from, to, stop)).OrderBy(b => b.Second))
                    recording.Add(batch);
            }

            return recording.Finish();
        }
        finally
        {
            turn.Release();
        }
    }
}
