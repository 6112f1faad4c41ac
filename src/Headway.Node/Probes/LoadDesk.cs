using Headway.Core.Nodes;
using Headway.Node.Control;

namespace Headway.Node.Probes;

/// <summary>
/// Drives the loads that the document names, each once: how far each has come is kept, so that a control that is started
/// again goes on where the one before has stopped counting.
/// </summary>
/// <param name="path">Where that is kept.</param>
internal sealed class LoadDesk(ProbeRoom room, string path, Problems problems)
{
    private const int MostKept = 100;
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1), Look = TimeSpan.FromMilliseconds(100);
    private readonly Dictionary<string, int> driven = AtomicFile.Read<Dictionary<string, int>>(path) ?? [];

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
            try
            {
                // One after the other: two loads at once would each measure the other.
                if (Loads.FirstOrDefault(IsLeft) is { } next) await DriveAsync(next, stop);
                else await Task.Delay(Look, stop);
                problems.Say("load", null);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // Control ends; what is left goes on with the next one.
            }
            catch (Exception e)
            {
                problems.Say("load", $"A load could not go on and is tried again: {e.Message}");
                await Task.Delay(Beat, CancellationToken.None);
            }
    }

    private IEnumerable<LoadWanted> Loads => room.Desired.Loads.IsDefault ? [] : room.Desired.Loads;

    private bool IsLeft(LoadWanted load) => driven.GetValueOrDefault(load.Id) >= 0 && !load.Journeys.IsDefaultOrEmpty
        && room.Next(load.Lane, load.Candidate) is not null;

    private async Task DriveAsync(LoadWanted load, CancellationToken stop)
    {
        using var wanted = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var drive = new LoadDrive(room, load) { From = driven.GetValueOrDefault(load.Id) };
        var running = drive.RunAsync(wanted.Token);
        while (!running.IsCompleted && Loads.Any(each => each.Id == load.Id))
        {
            await Task.WhenAny(running, Task.Delay(Beat, stop));
            Tell(load, drive, isOver: false);
        }
        await wanted.CancelAsync();
        await Task.WhenAny(running);
        stop.ThrowIfCancellationRequested();
        Tell(load, drive, isOver: true);
    }

    /// <summary>Samples first, then how far they go: what is told twice is worse than a second driven again.</summary>
    private void Tell(LoadWanted load, LoadDrive drive, bool isOver)
    {
        room.Outbox.Add(drive.Take());
        if (driven.Count >= MostKept && !driven.ContainsKey(load.Id)) ForgetUnwanted();
        driven[load.Id] = isOver ? -1 : drive.Counted;
        AtomicFile.Write(path, driven);
    }

    /// <summary>One that is still wanted would be driven again.</summary>
    private void ForgetUnwanted()
    {
        var wanted = Loads.Select(each => each.Id).ToHashSet();
        foreach (var id in driven.Keys.Where(id => !wanted.Contains(id)).ToList()) driven.Remove(id);
    }
}
