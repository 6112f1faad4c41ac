using Headway.Core.Evidence;
using Headway.Core.Nodes;
using Headway.Node.Control;

namespace Headway.Node.Probes;

/// <summary>
/// Looks at everything that the document names, as often as it says, a few at a time; a look that hangs delays the next
/// one of its own signal only, and its time is limited.
/// </summary>
internal sealed class ProbeDesk(ProbeRoom room, string root, Problems problems)
{
    private const int AtATime = 8;
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(50);
    private readonly Dictionary<string, Watched> watched = [];
    private readonly SemaphoreSlim turns = new(AtATime, AtATime);

    public async Task RunAsync(CancellationToken stop)
    {
        CommandRun.ForgetAll(root, problems);
        using var timer = new PeriodicTimer(Beat);
        try
        {
            while (await timer.WaitForNextTickAsync(stop)) TurnSafely(stop);
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(watched.Values.Select(one => one.Looking));
        }
    }

    /// <summary>Nobody waits for this loop: what one turn cannot do must not end all probes of the node.</summary>
    private void TurnSafely(CancellationToken stop)
    {
        try
        {
            Turn(stop);
            problems.Say("probes", null);
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            problems.Say("probes", $"Looking at signals could not go on and is tried again: {e.Message}");
        }
    }

    private void Turn(CancellationToken stop)
    {
        var now = Environment.TickCount64;
        var wanted = room.Desired.Probes.IsDefault ? [] : room.Desired.Probes;
        foreach (var probe in wanted)
        {
            if (!watched.TryGetValue(probe.Key, out var one))
                watched[probe.Key] = one = new() { Due = now + Part(probe.Signal.Every, 0, 1) };
            if (now < one.Due || !one.Looking.IsCompleted) continue;
            // Not quite regular, so that no work of the service that comes round as often is always met or never.
            one.Due = now + Part(probe.Signal.Every, 0.8, 1.2);
            one.Command ??= probe.Signal.Source is SignalSource.Command ? new(room, probe, root) : null;
            one.Looking = LookAsync(probe, one.Command, stop);
        }
        foreach (var (key, one) in watched.Where(pair => wanted.All(probe => probe.Key != pair.Key)).ToList())
            if (one.Looking.IsCompleted)
            {
                watched.Remove(key);
                problems.Say($"probe {key}", null);
                one.Command?.Forget(problems);
            }
    }

    private async Task LookAsync(ProbeWanted probe, CommandRun? command, CancellationToken stop)
    {
        try
        {
            await turns.WaitAsync(stop);
            try
            {
                if (await new ProbeLook(room, probe).TakeAsync(command, stop) is { } sample) room.Outbox.Add(sample);
                problems.Say($"probe {probe.Key}", null);
            }
            finally
            {
                turns.Release();
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Control ends.
        }
        catch (Exception e)
        {
            problems.Say($"probe {probe.Key}", $"A look at {probe.Signal.Name} of {probe.Lane} failed: {e.Message}");
        }
    }

    private static long Part(TimeSpan every, double least, double most) =>
        (long)(every.TotalMilliseconds * (least + Random.Shared.NextDouble() * (most - least)));

    private sealed class Watched
    {
        public long Due { get; set; }

        public Task Looking { get; set; } = Task.CompletedTask;

        public CommandRun? Command { get; set; }
    }
}
