namespace Headway.Server.Rollouts;

/// <summary>
/// Which lane is due when. A waiting lane costs an entry here, not a thread: ten thousand of them wait in one heap.
/// </summary>
public sealed class LaneSchedule(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly PriorityQueue<string, long> _heap = new();
    private readonly Dictionary<string, Slot> _slots = [];
    private readonly SemaphoreSlim _sooner = new(0);

    private sealed class Slot
    {
        public long Due = long.MaxValue;
        public bool Running;
        public bool Again;
    }

    /// <summary>The lane wants a turn after the delay at the latest; an earlier wish stands.</summary>
    public void Want(string lane, TimeSpan delay)
    {
        lock (_lock)
        {
            if (!_slots.TryGetValue(lane, out var slot)) _slots[lane] = slot = new();
            if (slot.Running)
            {
                slot.Again |= delay == TimeSpan.Zero;
                return;
            }
            var due = time.GetTimestamp() + (long)(delay.TotalSeconds * time.TimestampFrequency);
            if (due >= slot.Due) return;
            slot.Due = due;
            _heap.Enqueue(lane, due);
        }
        _sooner.Release();
    }

    /// <summary>Waits for the next lane that is due and marks it as running.</summary>
    public async Task<string> NextAsync(CancellationToken stop)
    {
        while (true)
        {
            var wait = TakeDue(out var lane);
            if (lane is not null) return lane;
            using var sooner = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var signal = _sooner.WaitAsync(sooner.Token);
            var pause = Task.Delay(wait, time, sooner.Token);
            await Task.WhenAny(signal, pause);
            stop.ThrowIfCancellationRequested();
            await sooner.CancelAsync();
        }
    }

    /// <summary>The turn is over; the next one is wanted after the delay, or at once when something came in meanwhile.</summary>
    public void Done(string lane, TimeSpan delay)
    {
        lock (_lock)
        {
            var slot = _slots[lane];
            slot.Running = false;
            if (slot.Again) delay = TimeSpan.Zero;
            slot.Again = false;
        }
        Want(lane, delay);
    }

    private TimeSpan TakeDue(out string? lane)
    {
        lock (_lock)
        {
            while (_heap.TryPeek(out var first, out var due))
            {
                var slot = _slots[first];
                if (slot.Running || slot.Due != due)
                {
                    // Overtaken by an earlier wish.
                    _heap.Dequeue();
                    continue;
                }
                var wait = time.GetElapsedTime(time.GetTimestamp(), due);
                if (wait > TimeSpan.Zero)
                {
                    lane = null;
                    return wait < TimeSpan.FromSeconds(60) ? wait : TimeSpan.FromSeconds(60);
                }
                _heap.Dequeue();
                (slot.Due, slot.Running, lane) = (long.MaxValue, true, first);
                return TimeSpan.Zero;
            }
        }
        lane = null;
        return TimeSpan.FromSeconds(60);
    }
}
