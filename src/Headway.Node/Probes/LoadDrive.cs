using System.Net.Http;
using Headway.Core.Evidence;
using Headway.Core.Nodes;
using Headway.Node.Instances;

namespace Headway.Node.Probes;

/// <summary>
/// Drives one load: arrivals come when they are due, whatever became of those before, and their time runs from when they
/// were due. A service that stalls is so seen as slow for all who would have come meanwhile, and not only for the one
/// whom it kept.
/// </summary>
internal sealed class LoadDrive(ProbeRoom room, LoadWanted wanted) : IDisposable
{
    /// <summary>Unanswered on a side; who comes after that is turned away, and counts as failed.</summary>
    private const int MostUnanswered = 512;

    private const int MostConnections = 256;
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(5);
    private readonly HttpMessageInvoker http = ProbeHttp.Client(MostConnections);
    private readonly LoadCount candidate = new(wanted.Candidate), stable = new(wanted.Stable ?? "");
    private int ended, unanswered, unansweredByStable;

    /// <summary>Arrivals that an earlier control has driven and counted.</summary>
    public required int From { get; init; }

    /// <summary>Arrivals whose end is in what was taken so far.</summary>
    public int Counted { get; private set; }

    /// <summary>Ends when all have come and have had their answers.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var cycle = wanted.Journeys;
        var due = TimeSpan.Zero;
        for (var i = 0; i < From; i++) due += Cost(cycle[i % cycle.Length]);
        var began = Monotonic.Now - due;
        for (var i = From; due < wanted.For; due += Cost(cycle[i++ % cycle.Length]))
        {
            while (Monotonic.Now - began < due) await Task.Delay(Beat, stop);
            var at = began + due;
            LoadCount[] sides = wanted.Stable is null ? [candidate] : [candidate, stable];
            Random.Shared.Shuffle(sides);
            foreach (var side in sides) _ = ArriveAsync(cycle[i % cycle.Length], side, at, stop);
        }
        while (Volatile.Read(ref unanswered) + Volatile.Read(ref unansweredByStable) > 0) await Task.Delay(Beat, stop);
    }

    /// <summary>What came of it since the last time.</summary>
    public SignalSample[] Take()
    {
        var now = Volatile.Read(ref ended);
        var (ours, theirs) = (candidate.Take(), stable.Take());
        Counted = From + now;
        if (ours is null && theirs is null) return [];
        SignalSample Of(string signal, SideReading? beside, SideReading? side) =>
            new(wanted.Lane, signal, "", 0, DateTimeOffset.UtcNow, beside, side);
        return
        [
            Of(LoadSpec.Failures, theirs?.Failures, ours?.Failures),
            Of(LoadSpec.Slow, theirs?.Slow, ours?.Slow),
            Of(LoadSpec.Limit, null, ours?.Failures),
        ];
    }

    public void Dispose() => http.Dispose();

    private TimeSpan Cost(SignalSource.Journey journey) => TimeSpan.FromSeconds(journey.Steps.Length / wanted.Rate);

    private async Task ArriveAsync(SignalSource.Journey journey, LoadCount side, TimeSpan due, CancellationToken stop)
    {
        var isCrowd = Begun(side) > MostUnanswered;
        try
        {
            if (isCrowd) side.Bad($"turned away, since {MostUnanswered} were unanswered");
            else if (room.Next(wanted.Lane, side.Release) is { } instance) await AskAsync(journey, side, new(instance.Address), due, stop);
            else side.Bad("no instance is ready");
        }
        catch (OperationCanceledException)
        {
            // The load was given up; nobody asks what came of it.
        }
        finally
        {
            Ended(side);
        }
    }

    private async Task AskAsync(
        SignalSource.Journey journey, LoadCount side, Uri instance, TimeSpan due, CancellationToken stop)
    {
        var end = await new JourneyRun(http, instance, "load").RunAsync(journey.Steps, stop);
        var took = Monotonic.Now - due;
        if (end.Says(journey.Steps.Length > 1) is { } says) side.Bad($"{says} (trace {end.TraceId})");
        else side.Good(took > wanted.Slow);
    }

    private int Begun(LoadCount side) =>
        side == candidate ? Interlocked.Increment(ref unanswered) : Interlocked.Increment(ref unansweredByStable);

    private void Ended(LoadCount side)
    {
        if (side == candidate) Interlocked.Increment(ref ended);
        if (side == candidate) Interlocked.Decrement(ref unanswered);
        else Interlocked.Decrement(ref unansweredByStable);
    }
}
